//! What `kubectl` takes from a credential plugin (`client.authentication.k8s.io`).

use std::env;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::Handout;
use crate::failure::Failure;

const VARIABLE: &str = "KUBERNETES_EXEC_INFO";
const GROUP: &str = "client.authentication.k8s.io/";

pub(super) fn render(handout: &Handout) -> Result<String, Failure> {
    let version = match env::var(VARIABLE) {
        Ok(info) => version(&info).map_err(|what| {
            Failure::configuration(format!(
                "{VARIABLE} {what}: kubectl sets it, leave it alone"
            ))
        })?,
        Err(_) => "v1".to_owned(),
    };
    let credential = json!({
        "apiVersion": format!("{GROUP}{version}"),
        "kind": "ExecCredential",
        "status": {
            "expirationTimestamp": handout.expires_at_rfc3339(),
            "token": handout.token.expose_secret(),
        },
    });
    Ok(format!("{credential:#}\n"))
}

/// Returns the version that kubectl asks for. It accepts no other.
fn version(info: &str) -> Result<String, &'static str> {
    let info: Value = serde_json::from_str(info).map_err(|_| "is not JSON")?;
    let version = info["apiVersion"].as_str().ok_or("has no apiVersion")?;
    match version.strip_prefix(GROUP) {
        Some(version @ ("v1" | "v1beta1")) => Ok(version.to_owned()),
        _ => Err("asks for another apiVersion than v1 and v1beta1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_asked_for() {
        let info = |version: &str| format!(r#"{{"apiVersion":"{version}","spec":{{}}}}"#);
        let own = |name: &str| version(&info(&format!("{GROUP}{name}")));
        assert_eq!(own("v1").as_deref(), Ok("v1"));
        assert_eq!(own("v1beta1").as_deref(), Ok("v1beta1"));
        assert!(own("v1alpha1").is_err());
        assert!(version(&info("v1")).is_err());
        assert!(version("{}").is_err());
        assert!(version("").is_err());
    }
}

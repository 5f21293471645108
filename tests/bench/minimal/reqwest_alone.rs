use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::crypto::aws_lc_rs;

const URL: &str = "https://login.mypurecloud.com/oauth/token";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .timeout(Duration::from_secs(30))
        .redirect(Policy::none())
        .http1_only()
        .build()?;
    let request = client.post(URL).basic_auth("id", Some("secret"));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let body = request.send().await?.error_for_status()?.bytes().await?;
    let response: serde_json::Value = serde_json::from_slice(&body)?;
    println!("{:?}", response["expires_in"]);
    Ok(())
}

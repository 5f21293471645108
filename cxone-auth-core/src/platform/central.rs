//! inContact Central, the generation before CXone's global authentication.

use super::domain::INCONTACT;
use super::unknown_name;
use crate::address::{TokenEndpoint, is_host_name};
use crate::error::Error;

/// A server of inContact Central: the common one, or that of a cluster.
///
/// Central is legacy. Its client-credentials grant reaches only the Patron API; for everything
/// else use [`Config::cxone`](crate::Config::cxone). Source: NICE's older documentation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Central {
    cluster: Option<String>,
}

impl Central {
    /// The common server, `api.incontact.com`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The server of a cluster such as `c32`: `api-{cluster}.incontact.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when `name` is not a single
    /// label of a host name.
    pub fn cluster(name: &str) -> Result<Self, Error> {
        let name = name.trim().to_ascii_lowercase();
        if name.contains('.') || name.is_empty() || !is_host_name(&format!("api-{name}")) {
            return Err(
                Error::configuration("Central cluster is not a name: write it like c32")
                    .with_finding(unknown_name("", false)),
            );
        }
        Ok(Self {
            cluster: Some(name),
        })
    }

    /// The host, `api.incontact.com` or that of the cluster.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.cluster {
            None => format!("api.{INCONTACT}"),
            Some(cluster) => format!("api-{cluster}.{INCONTACT}"),
        }
    }

    /// The token endpoint, `https://{host}/InContactAuthorizationServer/Token`.
    #[must_use]
    pub fn token_endpoint(&self) -> TokenEndpoint {
        format!("https://{}/InContactAuthorizationServer/Token", self.host())
            .parse()
            .expect("the host is a fixed name or has a cluster that was parsed as a label")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_has_a_host_of_its_own() {
        assert_eq!(
            Central::new().token_endpoint().to_string(),
            "https://api.incontact.com/InContactAuthorizationServer/Token"
        );
        assert_eq!(
            Central::cluster(" C32 ")
                .unwrap()
                .token_endpoint()
                .to_string(),
            "https://api-c32.incontact.com/InContactAuthorizationServer/Token"
        );
        for bad in ["", "c32.evil.example", "c 32", "c32/"] {
            assert!(Central::cluster(bad).is_err(), "{bad}");
        }
    }
}

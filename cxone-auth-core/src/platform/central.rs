//! inContact Central, the generation before CXone's global authentication.

use super::cxone::is_cluster;
use super::domain::INCONTACT;
use super::{unknown, unknown_name};
use crate::address::{TokenEndpoint, is_host_name};
use crate::error::Error;

/// A server of inContact Central: the common one, or one of a cluster.
///
/// Central is legacy. Its client-credentials grant only gives access to the Patron API. For
/// everything else use [`Config::cxone`](crate::Config::cxone). Source: NICE's older documentation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Central {
    cluster: Option<String>,
}

impl Central {
    /// Returns the common server, `api.incontact.com`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the server of a cluster such as `c32`: `api-{cluster}.incontact.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `name` is not a single
    /// label of a host name, or names a region of Genesys Cloud or an area of CXone.
    pub fn cluster(name: &str) -> Result<Self, Error> {
        let name = name.trim().to_ascii_lowercase();
        if name.contains('.') || name.is_empty() || !is_host_name(&format!("api-{name}")) {
            return Err(
                Error::configuration("Central cluster is not a name: write it like c32")
                    .with_finding(unknown_name("", false)),
            );
        }
        if let Some(error) = unknown::no_cluster(&name) {
            return Err(error);
        }
        Ok(Self {
            cluster: Some(name),
        })
    }

    /// Returns the name of the cluster, if there is one.
    pub(crate) fn cluster_name(&self) -> Option<&str> {
        self.cluster.as_deref()
    }

    /// Reports whether `name` has the form of a cluster name, such as `c32`.
    pub(crate) fn is_cluster(name: &str) -> bool {
        is_cluster(name)
    }

    /// Returns the host, `api.incontact.com` or that of the cluster.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.cluster {
            None => format!("api.{INCONTACT}"),
            Some(cluster) => format!("api-{cluster}.{INCONTACT}"),
        }
    }

    /// Returns the token endpoint, `https://{host}/InContactAuthorizationServer/Token`.
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
        for bad in [
            "",
            "c32.evil.example",
            "c 32",
            "c32/",
            "eu-central-1",
            "cac1",
            "NA1",
        ] {
            assert!(Central::cluster(bad).is_err(), "{bad}");
        }
    }
}

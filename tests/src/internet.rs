//! Host names that lead to loopback.

use std::net::SocketAddr;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::ProxyChoice;

use crate::server::{Received, Reply, Server};

/// A proxy that leads the names of real hosts to servers on this machine. Every other name fails.
///
/// A client behind it gets the address that its user would write, such as
/// `https://login.mypurecloud.com/oauth/token`, checks a certificate for that name, and reaches the
/// sandbox. No name is resolved and nothing leaves the machine. The servers must use TLS: see
/// [`SandboxBuilder::with_host`](crate::SandboxBuilder::with_host).
pub struct Internet {
    proxy: Server,
}

impl Internet {
    /// Leads each name to an address.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn new(hosts: impl IntoIterator<Item = (String, SocketAddr)>) -> Self {
        let hosts: Vec<(String, SocketAddr)> = hosts.into_iter().collect();
        Self {
            proxy: Server::http(move |request| connect(&hosts, request)),
        }
    }

    /// Returns the options of a transport that goes through it.
    #[must_use]
    pub fn options(&self) -> TransportOptions {
        let proxy = self.proxy.url("");
        let proxy = proxy.parse().expect("an address and a port are a URL");
        TransportOptions::new().with_proxy(ProxyChoice::Url(proxy))
    }

    /// Returns the requested hosts, in order, each with its port.
    #[must_use]
    pub fn visited(&self) -> Vec<String> {
        let received = self.proxy.received();
        received.into_iter().map(|request| request.target).collect()
    }
}

fn connect(hosts: &[(String, SocketAddr)], request: &Received) -> Reply {
    let name = request.target.strip_suffix(":443");
    let known = hosts.iter().find(|(host, _)| Some(host.as_str()) == name);
    match known {
        Some((_, address)) if request.method == "CONNECT" => Reply::tunnel(*address),
        _ => Reply::text(502, "no such host"),
    }
}

//! Where a client connects that reads URLs as browsers do (the WHATWG's standard), as reqwest does.

use cxone_auth_core::api::Origin;
use url::{Host, Url};

/// Checks that the place that was judged is the place that such a client connects to.
pub(crate) fn assert_same_place(origin: &Origin, url: &Url) {
    let scheme = origin.to_string();
    let scheme = scheme.split_once("://").map(|(scheme, _)| scheme);
    assert_eq!(scheme, Some(url.scheme()), "{origin} and {url}");
    assert_eq!(
        Some(origin.port()),
        url.port_or_known_default(),
        "{origin} and {url}"
    );
    let bare = origin.host().trim_start_matches('[').trim_end_matches(']');
    let is_same = match url.host().expect("a URL that is connected to has a host") {
        Host::Domain(name) => name == bare,
        Host::Ipv4(address) => bare.parse() == Ok(address),
        // One address has many spellings.
        Host::Ipv6(address) => bare.parse() == Ok(address),
    };
    assert!(is_same, "{origin} and {url}");
    assert!(url.username().is_empty() && url.password().is_none());
}

/// Whether such a client stays on the machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

//! Servers: regions, issuers and token endpoints.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use cxone_auth_core::platform::Platform;
use cxone_auth_core::{Area, Central, Issuer, Region, TokenEndpoint};

/// One label of a host name.
const LABEL: &str = "[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?";

/// The last label of a host name. Digits alone would make it an IPv4 address.
const LAST_LABEL: &str = "[a-z]([a-z0-9-]{0,14}[a-z0-9])?";

/// Generates a region: mostly one of [`Region::ALL`], sometimes a custom one.
pub fn region() -> impl Strategy<Value = Region> {
    let custom = "[a-z]{3,4}[0-9]\\.(pure\\.cloud|example\\.com)".prop_map(|domain| {
        Region::custom(&domain).expect("labels of letters and digits make a domain")
    });
    prop_oneof![4 => select(Region::ALL), 1 => custom]
}

/// Generates an issuer: mostly one of [`Issuer::ALL`], sometimes a custom one.
pub fn issuer() -> impl Strategy<Value = Issuer> {
    let custom = (origin(), "(/[a-z0-9-]{1,12}){0,2}").prop_map(|(origin, path)| {
        Issuer::custom(&format!("{origin}{path}"))
            .expect("an https origin with a path is an issuer")
    });
    prop_oneof![4 => select(Issuer::ALL), 1 => custom]
}

/// Generates an area with a UserHub: mostly one of [`Area::ALL`], sometimes a custom one.
pub fn area() -> impl Strategy<Value = Area> {
    let custom = (origin(), "(/[a-z0-9-]{1,12}){0,2}").prop_map(|(origin, path)| {
        Area::custom(&format!("{origin}{path}")).expect("an https origin with a path has a UserHub")
    });
    prop_oneof![4 => select(Area::ALL), 1 => custom]
}

/// Generates a server of Central: the common one or one of a cluster.
pub fn central() -> impl Strategy<Value = Central> {
    option::of("[a-z][0-9]{1,3}").prop_map(|cluster| match cluster {
        None => Central::new(),
        Some(name) => Central::cluster(&name).expect("a letter and digits make a label"),
    })
}

/// Generates a platform of any kind.
pub fn platform() -> impl Strategy<Value = Platform> {
    prop_oneof![
        region().prop_map(Platform::GenesysCloud),
        issuer().prop_map(Platform::Cxone),
        central().prop_map(Platform::Central),
        Just(Platform::Custom),
    ]
}

/// Generates a token endpoint: `https` to any host, or `http` to loopback; any port, any path, and
/// with or without a query. A long value of the query may look like a key, so that it is not shown.
pub fn token_endpoint() -> impl Strategy<Value = TokenEndpoint> {
    let path = "(/[A-Za-z0-9._~!$&'()*+,;=:@-]{0,12}){0,4}";
    let query = "(\\?p=[A-Za-z0-9._~!$'()*+,:@/?-]{0,12}|\\?p=[a-z0-9]{16,40})?";
    (prop_oneof![origin(), loopback_origin()], path, query).prop_map(|(origin, path, query)| {
        format!("{origin}{path}{query}")
            .parse()
            .expect("a sound origin with a path and a query of legal characters is an endpoint")
    })
}

fn origin() -> impl Strategy<Value = String> {
    let labels = proptest::collection::vec(LABEL, 0..=3);
    let name = (labels, LAST_LABEL).prop_map(|(mut labels, last)| {
        labels.push(last);
        labels.join(".")
    });
    let v4 = any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string());
    let v6 = any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]"));
    let host = prop_oneof![
        4 => name.clone(),
        1 => name.prop_map(|name| name.to_uppercase()),
        1 => v4,
        1 => v6,
    ];
    (select(vec!["https", "HTTPS"]), host, port())
        .prop_map(|(scheme, host, port)| format!("{scheme}://{host}{port}"))
}

fn loopback_origin() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("localhost".to_owned()),
        Just("[::1]".to_owned()),
        any::<[u8; 3]>().prop_map(|[b, c, d]| format!("127.{b}.{c}.{d}")),
    ];
    (host, port()).prop_map(|(host, port)| format!("http://{host}{port}"))
}

fn port() -> impl Strategy<Value = String> {
    option::of(1..=u16::MAX)
        .prop_map(|port| port.map(|port| format!(":{port}")).unwrap_or_default())
}

//! Calls through the program's agent: the head of a request leads to the API of the profile that it
//! names, and to no other place.
//!
//! An input is a head as it arrives, or the target of one.

use std::net::SocketAddr;

use cxone_auth::fuzzing::agent::{Way, way};
use cxone_auth_core::api::ApiBase;
use cxone_auth_core::http::{Request, StatusCode, Uri};
use url::Url;

/// One is the beginning of another, and one is written as the path of an endpoint.
const PROFILES: [&str; 4] = ["prod", "prod2", "p.-_~1", "oauth"];
const BASES: [&str; 3] = [
    "https://api.example.com",
    "https://api.example.com:8443/crm/v1",
    "http://127.0.0.1:9/a;b",
];
const PORT: &str = "127.0.0.1:8787";

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    check_head(data, false);
    // As the target of a head that has no other fault.
    if !data.iter().any(|byte| b" \r\n".contains(byte)) {
        let [before, after] = ["GET ", " HTTP/1.1\r\nHost: 127.0.0.1:8787\r\n\r\n"];
        check_head(&[before.as_bytes(), data, after.as_bytes()].concat(), true);
    }
}

fn check_head(head: &[u8], is_plain: bool) {
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Request::new(&mut fields);
    if !parsed.parse(head).is_ok_and(|parsed| parsed.is_complete()) {
        return;
    }
    let Some(request) = request(&parsed) else {
        return;
    };
    let target = parsed.path.expect("the head is complete");
    let port: SocketAddr = PORT.parse().expect("it is an address");
    for base in BASES {
        let api: ApiBase = base.parse().expect("it is the base of an API");
        match way(head, &request, port, &PROFILES, &api) {
            Ok(way) => check_way(&way, target, base),
            // Only a client of the agent's is refused, and never without a reason.
            Err(status) if is_plain => assert!(is_refused(target), "{status} {target:?}"),
            Err(status) => assert!(status.is_client_error() || status == NO_TUNNEL, "{status}"),
        }
    }
}

/// What parsers of URLs read in different ways.
const UNSAFE: [char; 10] = ['"', '#', '<', '>', '\\', '^', '`', '{', '|', '}'];
const NO_TUNNEL: StatusCode = StatusCode::NOT_IMPLEMENTED;

/// Reads the head as hyper does.
fn request(parsed: &httparse::Request<'_, '_>) -> Option<Request<()>> {
    let uri = Uri::try_from(parsed.path?).ok()?;
    let request = Request::builder().method(parsed.method?).uri(uri);
    let fields = parsed.headers.iter();
    let request = fields.fold(request, |request, field| {
        request.header(field.name, field.value)
    });
    request.body(()).ok()
}

fn check_way(way: &Way, target: &str, base: &str) {
    assert!(!is_refused(target), "{target:?}");
    assert!(PROFILES.contains(&way.profile.as_str()), "{target:?}");
    let rest = target.strip_prefix('/').expect("a target is a path");
    let rest = rest.strip_prefix(&way.profile);
    let rest = rest.expect("the profile is the first segment, byte for byte");
    assert!(rest.starts_with('/'), "{target:?}");
    let address = way.address.to_string();
    assert_eq!(address, format!("{base}{rest}"));
    // A client that reads URLs as browsers do connects to the same place, and asks for a path of as
    // many segments: none of them has led out of the base.
    let (url, base) = (url(&address), url(base));
    assert_eq!(url.origin(), base.origin(), "{address}");
    assert!(url.username().is_empty() && url.password().is_none());
    let below = url.path().strip_prefix(base.path().trim_end_matches('/'));
    let below = below.unwrap_or_else(|| panic!("{address} is not below {base}"));
    let path = rest.split('?').next().unwrap_or_default();
    let segments = |path: &str| path.split('/').count();
    assert_eq!(segments(below), segments(path), "{address}");
}

fn url(address: &str) -> Url {
    let url = Url::parse(address);
    url.unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// Whether a target has to be refused, written down a second time and slowly.
fn is_refused(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let mut segments = path.split('/');
    let is_below_a_profile = segments.next() == Some("")
        && segments.next().is_some_and(|name| PROFILES.contains(&name))
        && segments.next().is_some();
    let plain = decoded(path);
    let has_dots = plain.split('/').any(|segment| {
        let name = segment.split(';').next();
        name.is_some_and(|name| name == "." || name == "..")
    });
    let begins_twice = path.splitn(3, '/').nth(2);
    !is_below_a_profile
        || begins_twice.is_some_and(|rest| rest.starts_with('/'))
        || !target.chars().all(|c| ('!'..='~').contains(&c))
        || target.contains(UNSAFE)
        || plain.contains('\\')
        || plain.bytes().any(|byte| byte.is_ascii_control())
        || has_dots
}

/// The path, decoded once.
fn decoded(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).filter(|code| is_hexadecimal(code));
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            plain.push(char::from(byte));
            plain += &part[2..];
        } else {
            plain.push('%');
            plain += part;
        }
    }
    plain
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

//! Which settings a cause is about, so that the verdict names what to turn and where it stands.

use cxone_auth_core::diagnosis::FindingCode;

use super::api;
use super::cause::Cause;
use super::seen;
use super::tls;
use crate::target::{self, Setting};

const CLIENT: &[&str] = &["client-id", "client-secret"];
const KEY: &[&str] = &["access-key-id", "access-key-secret"];
const AUTHENTICATION: &[&str] = &["client-auth"];
const ADDRESS: &[&str] = &["token-url", "region", "issuer", "platform"];
/// Of the API, for a token of this region.
const API: &[&str] = &["api-base", "region", "issuer"];
const API_BASE: &[&str] = &["api-base"];
const ISSUER: &[&str] = &["issuer"];
const PROXY: &[&str] = &["proxy"];
const SCOPE: &[&str] = &["scope"];

/// The settings that a cause is about: those that are set and, where none of them is, the first.
/// Of those that make the address only the one that decides it.
pub(super) fn of(cause: &Cause, settings: &[Setting]) -> Vec<String> {
    let names = names(cause);
    let is_decided_by_one = names == ADDRESS || names == API;
    let most = if is_decided_by_one { 1 } else { names.len() };
    let given: Vec<String> = names
        .iter()
        .filter_map(|name| settings.iter().find(|setting| setting.name == *name))
        .map(|setting| format!("{}, which comes from {}", setting.name, setting.origin))
        .take(most)
        .collect();
    if given.is_empty() {
        names
            .first()
            .and_then(|name| target::ways(name))
            .into_iter()
            .collect()
    } else {
        given
    }
}

fn names(cause: &Cause) -> &'static [&'static str] {
    match cause.code.map_or(0, FindingCode::number) {
        601 | 602 | 609 if cause.title.starts_with(api::ON_THE_WAY) => API,
        601 | 602 if cause.evidence.contains(seen::LEFT_TO_A_PROXY) => PROXY,
        105 | 301 => CLIENT,
        109 | 306..=308 => AUTHENTICATION,
        101..=112 => of_the_text(&cause.evidence).unwrap_or(CLIENT),
        310 => of_the_text(&cause.evidence).unwrap_or(KEY),
        201..=206 | 209..=211 | 213 | 601 | 602 | 609 => ADDRESS,
        207 => &["platform"],
        212 | 814 | 816 | 817 => ISSUER,
        214 => &["region", "issuer"],
        304 => KEY,
        401..=406 | 408 | 411 | 412 => SCOPE,
        603 if cause.title.ends_with(tls::UNTRUSTED) => &["ca-file"],
        603 if cause.title.contains(tls::ANOTHER_HOST) => ADDRESS,
        604 => PROXY,
        605 => &["timeout", "proxy"],
        801 | 807 => API,
        809..=813 | 815 | 818 => API_BASE,
        _ => &[],
    }
}

/// The value whose text is wrong, or the flag of the one that is missing, stands at the beginning
/// of the evidence.
fn of_the_text(evidence: &str) -> Option<&'static [&'static str]> {
    const VALUES: [(&str, &[&str]); 8] = [
        ("client id", &["client-id"]),
        ("client secret", &["client-secret"]),
        ("access key id", &["access-key-id"]),
        ("access key secret", &["access-key-secret"]),
        ("--client-id ", &["client-id"]),
        ("--client-secret-file ", &["client-secret"]),
        ("--access-key-id ", &["access-key-id"]),
        ("--access-key-secret-file ", &["access-key-secret"]),
    ];
    let named = |(value, _): &&(&str, _)| evidence.trim_start_matches("the ").starts_with(value);
    VALUES.iter().find(named).map(|(_, names)| *names)
}

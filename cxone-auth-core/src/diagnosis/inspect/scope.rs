//! Rules for the scopes that the configuration asks for.

use super::{Rule, Subject};
use crate::config::{Config, Scope, ScopeSeparator};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::scope as cause;
use crate::finding::{Finding, Setting};
use crate::protocol::redaction;

pub(in crate::diagnosis) const RULES: &[Rule] = &[
    comma_joined,
    user_flow_scope,
    invented_scope,
    roles_not_scopes,
    patron_only,
];

/// Scopes that forum answers name and no vendor publishes.
pub(in crate::diagnosis) static INVENTED: [&str; 9] = [
    "urn:genesyscloud:all",
    "oauth:client_credentials",
    "admin:oauth",
    "admin:analytics",
    "read:interaction",
    "read:analytics",
    "platform:conversation:view",
    "api:call:center:read",
    "api:conversation:read",
];

/// Names scopes in evidence, without the parts of them that repeat a part of a secret.
pub(in crate::diagnosis) fn named<'s>(
    config: &Config,
    scopes: impl Iterator<Item = &'s str>,
) -> String {
    let names: Vec<&str> = scopes.collect();
    redaction::setting(&names.join(" "), config).unwrap_or_default()
}

/// Returns the parts between commas. If a list was taken for one scope, each member counts.
fn parts(scope: &Scope) -> impl Iterator<Item = &str> {
    scope.as_str().split(',')
}

fn found_parts<'s>(subject: &Subject<'s>, list: &[&str]) -> Vec<&'s str> {
    let scopes = subject.config.scope.iter();
    scopes
        .flat_map(parts)
        .filter(|part| list.contains(part))
        .collect()
}

fn comma_joined(subject: &Subject<'_>) -> Option<Finding> {
    let is_list = |scope: &&Scope| parts(scope).filter(|part| !part.is_empty()).count() > 1;
    let lists = subject.config.scope.iter().filter(is_list).count();
    if lists > 0 {
        let evidence = format!("lists with commas among the scopes: {lists}");
        let finding = cause::COMMA_JOINED.found(Likely, evidence);
        return Some(subject.milder_elsewhere(finding));
    }
    let has_commas = subject.config.separator == ScopeSeparator::Comma;
    (has_commas && subject.config.scope.len() > 1 && subject.host.is_of_a_vendor()).then(|| {
        let evidence = "scopes are sent with commas between them, and the vendor wants spaces";
        let finding = cause::COMMA_JOINED.found(Likely, evidence);
        finding.about(&[Setting::ScopeSeparator])
    })
}

/// Finds a scope for user logins. At CXone, `openid` is the only scope that the server's own
/// metadata names.
fn user_flow_scope(subject: &Subject<'_>) -> Option<Finding> {
    let list: &[&str] = if subject.is_cxone() {
        &["offline_access"]
    } else {
        &["openid", "offline_access"]
    };
    let found = found_parts(subject, list);
    (!found.is_empty()).then(|| cause::USER_FLOW_SCOPE.found(Likely, found.join(" ")))
}

fn invented_scope(subject: &Subject<'_>) -> Option<Finding> {
    let found = found_parts(subject, &INVENTED);
    (subject.is_a_vendors() && !found.is_empty())
        .then(|| cause::INVENTED_SCOPE.found(Certain, found.join(" ")))
}

fn roles_not_scopes(subject: &Subject<'_>) -> Option<Finding> {
    let count = subject.config.scope.len();
    (subject.is_genesys() && count > 0).then(|| {
        let evidence = format!("{count} asked for");
        cause::ROLES_NOT_SCOPES.found(Likely, evidence).into_note()
    })
}

fn patron_only(subject: &Subject<'_>) -> Option<Finding> {
    let beyond = subject
        .config
        .scope
        .iter()
        .filter(|scope| !scope.as_str().eq_ignore_ascii_case("PatronApi"))
        .count();
    (subject.is_central() && beyond > 0).then(|| {
        let evidence = format!("{beyond} scopes beyond PatronApi asked for");
        cause::PATRON_ONLY.found(Possible, evidence)
    })
}

//! Responses that refuse the grant, the access key or the scopes.

use http::StatusCode;

use crate::diagnosis::explain::{Case, Rule};
use crate::diagnosis::inspect::{INVENTED, named};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::{credential as cause, scope};
use crate::platform::Host;

pub(super) const RULES: &[Rule] = &[
    access_key_missing,
    other_grant,
    access_key_refused,
    both_placements,
    not_a_form,
    roles_not_scopes,
    invented_scope,
    scope_refused,
    scope_wanted,
];

fn access_key_missing(case: &Case<'_>) -> Option<Finding> {
    let is_cxone = matches!(case.subject.host, Host::CxoneIssuer(_) | Host::Cxone);
    let is_without = is_cxone && !case.subject.has_access_key() && !case.is_of_the_moment();
    let says_so = matches!(case.error(), Some("invalid_request" | "invalid_grant"));
    (is_without && says_so)
        .then(|| cause::ACCESS_KEY_MISSING.found(Likely, "the request has no access key"))
}

fn other_grant(case: &Case<'_>) -> Option<Finding> {
    // At CXone the grant itself is the matter, which the address rules say.
    let is_told = case.subject.is_cxone() && !case.subject.has_access_key();
    (case.is_grant_refused() && !is_told).then(|| {
        let grant = if case.subject.has_access_key() {
            "password"
        } else {
            "client_credentials"
        };
        let evidence = format!("grant_type={grant} was sent");
        // Genesys Cloud says this of nothing else.
        let is_plain = case.subject.is_genesys() && case.error() == Some("unauthorized_client");
        let confidence = match (is_plain, case.speaks_of_credentials()) {
            (true, _) => Certain,
            (false, true) => Possible,
            (false, false) => Likely,
        };
        cause::OTHER_GRANT.found(confidence, evidence)
    })
}

fn access_key_refused(case: &Case<'_>) -> Option<Finding> {
    case.is_key_refused().then(|| {
        let is_short = case
            .subject
            .values()
            .any(|value| value.name == "access key secret" && !value.text.ends_with('='));
        let evidence = if is_short {
            "the access key secret has no = at its end, where issued ones have ===="
        } else {
            "the server has accepted the client and refuses the key"
        };
        cause::ACCESS_KEY_REFUSED.found(Likely, evidence)
    })
}

fn both_placements(case: &Case<'_>) -> Option<Finding> {
    const WORDS: [&str; 5] = [
        "one mechanism",
        "multiple client auth",
        "more than one client auth",
        "multiple credentials",
        "multiple authentication",
    ];
    let says_so = !case.is_of_the_moment() && case.response.speaks_of(&WORDS);
    says_so.then(|| {
        let evidence = "the request was sent with one, and the description speaks of more";
        cause::BOTH_PLACEMENTS.found(Likely, evidence)
    })
}

fn not_a_form(case: &Case<'_>) -> Option<Finding> {
    const WORDS: [&str; 5] = [
        "content type",
        "content-type",
        "x-www-form-urlencoded",
        "grant_type is missing",
        "missing grant_type",
    ];
    let is_refused = case.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE
        || case.error() == Some("invalid_request") && case.response.speaks_of(&WORDS);
    (is_refused && !case.is_of_the_moment())
        .then(|| cause::NOT_A_FORM.found(Likely, "the request was sent as a form"))
}

fn roles_not_scopes(case: &Case<'_>) -> Option<Finding> {
    let says_so = case.is_scope_refused() && case.subject.is_genesys();
    (says_so && !case.subject.config.scope.is_empty())
        .then(|| scope::ROLES_NOT_SCOPES.found(Likely, "scopes were asked for and refused"))
}

/// A server of somebody's own may have such a scope, until it refuses it.
fn invented_scope(case: &Case<'_>) -> Option<Finding> {
    let asked = case.subject.config.scope.iter();
    let found: Vec<&str> = asked
        .flat_map(|scope| scope.as_str().split(','))
        .filter(|part| INVENTED.contains(part))
        .collect();
    (case.is_scope_refused() && !found.is_empty())
        .then(|| scope::INVENTED_SCOPE.found(Likely, found.join(" ")))
}

fn scope_refused(case: &Case<'_>) -> Option<Finding> {
    let asked = &case.subject.config.scope;
    (case.is_scope_refused() && !asked.is_empty()).then(|| {
        let names = named(
            case.subject.config,
            asked.iter().map(crate::config::Scope::as_str),
        );
        scope::REFUSED.found(Likely, format!("asked for: {names}"))
    })
}

fn scope_wanted(case: &Case<'_>) -> Option<Finding> {
    let is_vendor = case.subject.is_genesys() || case.subject.is_cxone();
    let confidence = if is_vendor { Possible } else { Likely };
    (case.is_scope_refused() && case.subject.config.scope.is_empty())
        .then(|| scope::SCOPE_WANTED.found(confidence, "the request asked for no scope"))
}

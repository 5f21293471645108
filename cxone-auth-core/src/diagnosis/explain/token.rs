//! Finds out whether a token is not the expected one.

use crate::config::{Config, Scope, ScopeSet};
use crate::diagnosis::inspect::named;
use crate::finding::Confidence::{Certain, Possible};
use crate::finding::catalogue::{response, scope};
use crate::finding::{Diagnosis, Finding};
use crate::platform::Platform;
use crate::protocol::{AccessToken, GrantedScope, Lifetime, redaction};

/// Checks a token for one cause.
type Rule = fn(&Config, &AccessToken) -> Option<Finding>;

const RULES: [Rule; 7] = [
    other_case,
    fewer_granted,
    too_short,
    more_granted,
    not_stated,
    no_lifetime,
    patron_only,
];

/// Compares a token with what `config` asked for: its scopes and its lifetime.
///
/// A token that differs is not an error, but the difference may explain why an API refuses it.
#[must_use]
pub fn diagnose_token(config: &Config, token: &AccessToken) -> Diagnosis {
    Diagnosis::ranked(
        RULES
            .iter()
            .filter_map(|rule| rule(config, token))
            .collect(),
    )
}

/// Returns the scopes of `scopes` that `others` lacks. Case is ignored.
fn missing<'s>(scopes: &'s ScopeSet, others: &ScopeSet) -> Vec<&'s str> {
    let is_among = |scope: &&str| {
        others
            .iter()
            .any(|own| own.as_str().eq_ignore_ascii_case(scope))
    };
    scopes
        .iter()
        .map(Scope::as_str)
        .filter(|scope| !is_among(scope))
        .collect()
}

/// Returns scopes by name. If a server repeats the token among them, it is removed.
fn evidence(config: &Config, token: &AccessToken, before: &str, scopes: &[&str]) -> String {
    let names = named(config, scopes.iter().copied());
    format!(
        "{before}{}",
        names.replace(token.expose_secret(), "[redacted]")
    )
}

fn granted(config: &Config, token: &AccessToken) -> Option<ScopeSet> {
    let is_asked = !config.scope.is_empty();
    token.scope().scopes().filter(|_| is_asked).cloned()
}

fn other_case(config: &Config, token: &AccessToken) -> Option<Finding> {
    let granted = granted(config, token)?;
    let differs = |scope: &&Scope| {
        let text = scope.as_str();
        !granted.contains(text)
            && granted
                .iter()
                .any(|own| own.as_str().eq_ignore_ascii_case(text))
    };
    let names: Vec<&str> = config
        .scope
        .iter()
        .filter(differs)
        .map(Scope::as_str)
        .collect();
    (!names.is_empty()).then(|| {
        let evidence = evidence(
            config,
            token,
            "asked for and granted in other case: ",
            &names,
        );
        scope::OTHER_CASE.found(Certain, evidence)
    })
}

fn fewer_granted(config: &Config, token: &AccessToken) -> Option<Finding> {
    let granted = granted(config, token)?;
    let missing = missing(&config.scope, &granted);
    (!missing.is_empty()).then(|| {
        let evidence = evidence(config, token, "asked for and not granted: ", &missing);
        scope::FEWER_GRANTED.found(Certain, evidence)
    })
}

fn more_granted(config: &Config, token: &AccessToken) -> Option<Finding> {
    let granted = granted(config, token)?;
    let more = missing(&granted, &config.scope);
    (!more.is_empty()).then(|| {
        let evidence = evidence(config, token, "granted and not asked for: ", &more);
        // The server decides how many there are.
        let evidence = redaction::description(&evidence, config).unwrap_or_default();
        scope::MORE_GRANTED.found(Certain, evidence)
    })
}

fn not_stated(config: &Config, token: &AccessToken) -> Option<Finding> {
    let is_silent = *token.scope() == GrantedScope::NotStated && !config.scope.is_empty();
    is_silent.then(|| {
        let evidence = format!("{} asked for, none stated", config.scope.len());
        scope::NOT_STATED.found(Possible, evidence)
    })
}

fn too_short(config: &Config, token: &AccessToken) -> Option<Finding> {
    let lifetime = token.lifetime().span();
    let refresh_before = config.renewal.refresh_before()?;
    config.renewal.refresh_before_is_cut(lifetime).then(|| {
        let (refresh_before, lifetime) = (refresh_before.as_secs(), lifetime.as_secs());
        let evidence = format!(
            "refresh_before is {refresh_before} s, and a token that is valid for {lifetime} s"
        );
        response::LIFETIME_TOO_SHORT.found(Certain, evidence)
    })
}

fn no_lifetime(_: &Config, token: &AccessToken) -> Option<Finding> {
    let Lifetime::Assumed(assumed) = token.lifetime() else {
        return None;
    };
    let evidence = format!("a lifetime of {} s is assumed", assumed.as_secs());
    Some(response::NO_LIFETIME.found(Certain, evidence))
}

fn patron_only(config: &Config, _: &AccessToken) -> Option<Finding> {
    let is_patron = |scope: &Scope| scope.as_str().eq_ignore_ascii_case("PatronApi");
    let is_central = matches!(config.platform, Platform::Central(_));
    (is_central && !config.scope.iter().all(is_patron))
        .then(|| scope::PATRON_ONLY.found(Possible, "scopes beyond PatronApi were asked for"))
}

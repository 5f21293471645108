//! Rules for responses that refuse a client assertion. Many servers say only `invalid_client`, so
//! that the reason stays open: the audience, the key or the time.

use std::time::Duration;

use super::clock_difference;
use crate::config::{ClientAuthentication, Proof};
use crate::diagnosis::explain::{Case, Rule};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::proof as cause;

pub(super) const RULES: &[Rule] = &[audience, time, key, other_subject];

/// What Okta, Keycloak, Entra and Authlib say of an audience.
static OF_AN_AUDIENCE: [&str; 9] = [
    "audience claim",
    "aud claim",
    "(aud)",
    "token audience",
    "invalid audience",
    "audience is invalid",
    "audience is not",
    "claim: 'aud'",
    "aadsts700212",
];

/// What they say of the time in an assertion.
static OF_THE_TIME: [&str; 10] = [
    "aadsts700024",
    "valid time range",
    "token is not active",
    "assertion is expired",
    "assertion has expired",
    "token is expired",
    "token has expired",
    "jwt expired",
    "in the future",
    "not yet valid",
];

/// What they say of a key or a signature.
static OF_A_KEY: [&str; 11] = [
    "no key for kid",
    "kid is invalid",
    "invalid kid",
    "unable to load public key",
    "signature is invalid",
    "invalid signature",
    "signature on jwt",
    "signature validation",
    "signature verification",
    "aadsts700027",
    "aadsts50013",
];

/// What Entra says of an assertion of somebody for whom it has no federated credential.
static OF_THE_SUBJECT: [&str; 1] = ["no matching federated identity record"];

/// How far the clocks may differ: an assertion is valid for one minute.
const TOLERATED: Duration = Duration::from_secs(30);

/// Reports whether the client authenticates by an assertion and is refused.
fn is_refused(case: &Case<'_>) -> bool {
    let authentication = case.subject.config.authentication;
    authentication == ClientAuthentication::Assertion && case.is_client_refused()
}

/// Reports whether the response does not say what is wrong with the assertion.
fn says_nothing(case: &Case<'_>) -> bool {
    let said: [&[&str]; 4] = [&OF_AN_AUDIENCE, &OF_THE_TIME, &OF_A_KEY, &OF_THE_SUBJECT];
    !said.into_iter().any(|texts| case.response.speaks_of(texts))
}

fn audience(case: &Case<'_>) -> Option<Finding> {
    let (confidence, seen) = if !is_refused(case) {
        return None;
    } else if case.response.speaks_of(&OF_AN_AUDIENCE) {
        (Likely, "the description names the audience; ")
    } else if says_nothing(case) && is_made_here(case) {
        (Possible, "")
    } else {
        return None;
    };
    let audience = if is_made_here(case) {
        format!(
            "sent as the audience: {}",
            case.subject.config.shown_audience()
        )
    } else {
        "the audience was set where the assertion is made".to_owned()
    };
    Some(cause::WRONG_AUDIENCE.found(confidence, format!("{seen}{audience}")))
}

/// Reports whether cxone-auth has made the assertion, and not somebody else. An assertion that a key
/// has signed names the client as its issuer.
fn is_made_here(case: &Case<'_>) -> bool {
    let client = case.subject.config.credentials.as_ref();
    client.is_some_and(|client| match client.proof() {
        Proof::Assertion(assertion) => assertion.issuer() == Some(client.id()),
        Proof::Key(_) => true,
        _ => false,
    })
}

/// An assertion that is made here is as young as its request. If it is too old, one of the clocks is
/// wrong.
fn time(case: &Case<'_>) -> Option<Finding> {
    let says_so = case.response.speaks_of(&OF_THE_TIME);
    let difference = clock_difference(case).filter(|(off, _)| *off > TOLERATED);
    match difference {
        _ if !is_refused(case) => None,
        Some((_, evidence)) if says_so => Some(cause::ASSERTION_TIME.found(Certain, evidence)),
        Some((_, evidence)) if says_nothing(case) => {
            Some(cause::ASSERTION_TIME.found(Likely, evidence))
        }
        None if says_so && is_made_here(case) => {
            let evidence = "the description speaks of the time of the assertion";
            Some(cause::ASSERTION_TIME.found(Likely, evidence))
        }
        None if says_so => {
            let evidence = "the description speaks of its time, and the clocks agree";
            Some(cause::UNFIT_ASSERTION.found(Likely, evidence))
        }
        _ => None,
    }
}

fn key(case: &Case<'_>) -> Option<Finding> {
    if !is_refused(case) {
        None
    } else if case.response.speaks_of(&OF_A_KEY) {
        let evidence = "the description speaks of the key or the signature";
        Some(cause::UNKNOWN_KEY.found(Likely, evidence))
    } else if says_nothing(case) && is_made_here(case) {
        Some(cause::UNKNOWN_KEY.found(Possible, "the server does not say what it refuses"))
    } else {
        None
    }
}

fn other_subject(case: &Case<'_>) -> Option<Finding> {
    let says_so = is_refused(case) && case.response.speaks_of(&OF_THE_SUBJECT);
    says_so.then(|| {
        let evidence = "the description says that no federated credential matches the assertion";
        cause::UNFIT_ASSERTION.found(Likely, evidence)
    })
}

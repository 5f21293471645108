//! Rules for responses that refuse a client assertion. Many servers say only `invalid_client`, so
//! that the reason stays open: the key, the client, the audience or the time.

mod words;

use std::time::Duration;

use self::words::Subjects;
use super::clock_difference;
use crate::address::shown_text;
use crate::config::{Assertion, ClientAuthentication, Proof};
use crate::diagnosis::explain::{Case, Rule};
use crate::diagnosis::inspect::named;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::proof as cause;
use crate::finding::{Finding, Setting};

/// If nothing is said, what is most often wrong comes first.
pub(super) const RULES: &[Rule] = &[key, unfit, audience, time, other_method, other_algorithm];

/// How far the clocks may differ: an assertion is valid for one minute.
const TOLERATED: Duration = Duration::from_secs(30);

/// Returns what the response speaks of, if the client authenticates by an assertion and is refused.
fn refused(case: &Case<'_>) -> Option<Subjects> {
    let is_asserted = case.subject.config.authentication == ClientAuthentication::Assertion;
    let description = case.response.refusal.description.as_deref();
    (is_asserted && case.is_client_refused()).then(|| Subjects::of(description.unwrap_or_default()))
}

/// Returns the assertion that was sent, if it is known.
fn assertion<'a>(case: &Case<'a>) -> Option<&'a Assertion> {
    case.subject.config.credentials.as_ref()?.assertion()
}

/// Reports whether cxone-auth has made the assertion, and not somebody else.
fn is_made_here(case: &Case<'_>) -> bool {
    let client = case.subject.config.credentials.as_ref();
    client.is_some_and(|client| match client.proof() {
        Proof::Assertion(assertion) => assertion.is_signed_here(),
        Proof::Key(_) => true,
        _ => false,
    })
}

fn key(case: &Case<'_>) -> Option<Finding> {
    let said = refused(case)?;
    if said.key {
        let evidence = "the description speaks of the key or the signature";
        return Some(cause::UNKNOWN_KEY.found(Likely, evidence));
    }
    (said.are_none() && is_made_here(case)).then(|| {
        let config = case.subject.config;
        let id = assertion(case).and_then(Assertion::key_id);
        let sent = match id {
            Some(id) => format!("; sent with the key id {}", named(config, [id].into_iter())),
            None if assertion(case).is_some() => "; sent without a key id".to_owned(),
            None => String::new(),
        };
        let evidence = format!("the server does not say what it refuses{sent}");
        cause::UNKNOWN_KEY.found(Possible, evidence)
    })
}

/// Finds what is wrong with the assertion as a whole: whose it is, or that it was sent before.
fn unfit(case: &Case<'_>) -> Option<Finding> {
    let said = refused(case)?;
    let is_own = is_made_here(case);
    let (confidence, evidence) = if said.federation {
        let evidence = "the description says that no federated credential matches the assertion";
        (Likely, evidence)
    } else if said.client {
        let evidence = "the description says that the server does not know the client, or that \
                        the assertion is about another one";
        (Likely, evidence)
    } else if said.replay && is_own {
        let evidence = "the description says that the assertion was used before; each request \
                        has a new one, so that something on the way may repeat requests";
        (Likely, evidence)
    } else if said.replay {
        (
            Likely,
            "the description says that the assertion was used before",
        )
    } else if said.time && !is_own && difference(case).is_none() {
        (Likely, "the description speaks of its time")
    } else if said.are_none() {
        (Possible, "the server does not say what it refuses")
    } else {
        return None;
    };
    let finding = cause::UNFIT_ASSERTION.found(confidence, evidence);
    let is_the_id = is_own && !said.replay;
    Some(if is_the_id {
        finding.about(vec![Setting::ClientId])
    } else {
        finding
    })
}

fn audience(case: &Case<'_>) -> Option<Finding> {
    let said = refused(case)?;
    let (confidence, seen) = match said.audience {
        true => (Likely, "the description names the audience; "),
        false if said.are_none() => (Possible, ""),
        false => return None,
    };
    let finding = cause::WRONG_AUDIENCE.found(confidence, format!("{seen}{}", sent_audience(case)));
    Some(if is_made_here(case) {
        finding
    } else {
        // What is set here has no effect on it.
        finding.about(vec![Setting::Assertion, Setting::TokenEndpoint])
    })
}

/// Returns what is known of the audience that was sent.
fn sent_audience(case: &Case<'_>) -> String {
    let config = case.subject.config;
    match assertion(case) {
        _ if is_made_here(case) => format!("sent as the audience: {}", config.shown_audience()),
        None => "the audience was set where the assertion is made".to_owned(),
        Some(assertion) if assertion.audience().is_empty() => {
            "the assertion is made elsewhere, and states no audience".to_owned()
        }
        Some(assertion) => {
            let shown = assertion.audience().iter().map(|own| shown_text(own));
            let shown = shown.map(|own| named(config, [&*own].into_iter()));
            let audience = shown.collect::<Vec<_>>().join(", ");
            format!("the assertion is made elsewhere, and its audience is {audience}")
        }
    }
}

/// Returns the sentence about clocks that differ too much.
fn difference(case: &Case<'_>) -> Option<String> {
    let (off, evidence) = clock_difference(case)?;
    (off > TOLERATED).then_some(evidence)
}

/// An assertion that is made here is as young as its request. If it is too old, one of the clocks is
/// wrong.
fn time(case: &Case<'_>) -> Option<Finding> {
    let said = refused(case)?;
    let (confidence, evidence) = match difference(case) {
        Some(evidence) if said.time => (Certain, evidence),
        Some(evidence) if said.are_none() => (Likely, evidence),
        None if said.time && is_made_here(case) => {
            let evidence = "the description speaks of the time of the assertion";
            (Likely, evidence.to_owned())
        }
        _ => return None,
    };
    Some(cause::ASSERTION_TIME.found(confidence, evidence))
}

fn other_method(case: &Case<'_>) -> Option<Finding> {
    refused(case)?.method.then(|| {
        let evidence = "an assertion was sent, and the description names the method";
        cause::METHOD_NOT_LISTED.found(Likely, evidence)
    })
}

fn other_algorithm(case: &Case<'_>) -> Option<Finding> {
    refused(case)?.algorithm.then(|| {
        let own = assertion(case).and_then(Assertion::algorithm);
        let own = own.map(|own| named(case.subject.config, [own].into_iter()));
        let own = own
            .map(|own| format!("; signed with {own}"))
            .unwrap_or_default();
        let evidence = format!("the description refuses the algorithm{own}");
        let finding = cause::METHOD_NOT_LISTED.found(Likely, evidence);
        finding.about(vec![Setting::SigningKey])
    })
}

//! What a session adds: it knows whether the configuration has had a token.

use std::time::Duration;

use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::session::{Action, Exchange, Outcome};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{Config, Session};

use super::fixture::{address, custom, genesys, response, sent_at};

const TOKEN: &str = r#"{"access_token":"t0k","expires_in":60}"#;
const REFUSED: &str = r#"{"error":"invalid_client"}"#;

fn exchange(session: &mut Session, seconds: u64) -> Exchange {
    match session.poll(sent_at().saturating_add(Duration::from_secs(seconds))) {
        Action::Send(exchange) => exchange,
        other => panic!("no exchange: {other:?}"),
    }
}

fn diagnosis(outcome: Outcome) -> Diagnosis {
    match outcome {
        Outcome::Failed { error, .. } | Outcome::Retrying { error, .. } => {
            error.diagnosis().clone()
        }
        other => panic!("no error: {other:?}"),
    }
}

/// The findings of a refusal, after a token where there was one.
fn refusal(config: Config, had_a_token: bool) -> Diagnosis {
    let mut session = Session::new(config, 7);
    if had_a_token {
        let first = exchange(&mut session, 0);
        let _ = session.handle_response(sent_at(), first, &response(200, &[], TOKEN));
    }
    let second = exchange(&mut session, 120);
    diagnosis(session.handle_response(second.sent_at(), second, &response(400, &[], REFUSED)))
}

fn codes(diagnosis: &Diagnosis) -> Vec<u16> {
    diagnosis
        .iter()
        .map(|finding| finding.code().number())
        .collect()
}

#[test]
fn a_first_refusal_may_be_of_the_wrong_region() {
    assert_eq!(codes(&refusal(genesys(), false)), [206, 301, 303, 314]);
}

#[test]
fn after_a_token_the_region_was_right_and_the_secret_may_have_been_replaced() {
    assert_eq!(codes(&refusal(genesys(), true)), [301, 303, 314]);
    assert_eq!(codes(&refusal(custom("service", "a+b "), true)), [301]);
}

#[test]
fn a_failure_to_connect_is_explained_with_the_address() {
    let mut session = Session::new(address("https://api.cxone.com/token"), 7);
    let first = exchange(&mut session, 0);
    let failure = TransportError::new(TransportErrorKind::Dns);
    let found = diagnosis(session.handle_failure(sent_at(), first, failure));
    assert_eq!(codes(&found), [204, 601]);
}

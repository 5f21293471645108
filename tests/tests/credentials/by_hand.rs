//! A session that a test drives, and credentials that the test reads.

use cxone_auth_core::config::{Attempt, CredentialErrorKind};
use cxone_auth_core::diagnosis::Setting;
use cxone_auth_core::session::{Action, Exchange, Outcome};
use cxone_auth_core::{Error, ErrorKind, Moment, Session};
use http::Response;

use super::fixture::{Vault, finding, secret_from, unreadable};
use crate::shared::clock::{seconds, start};

fn sends(session: &mut Session, now: Moment) -> Exchange {
    match session.poll(now) {
        Action::Send(exchange) => exchange,
        other => panic!("expected a request, got {other:?}"),
    }
}

#[test]
fn an_exchange_is_authenticated_with_what_was_read() {
    let mut session = Session::new(secret_from(&Vault::holding("never read")), 7);
    let mut exchange = sends(&mut session, start());
    assert!(exchange.config().has_changing_credentials());
    exchange
        .authenticate(&Attempt::new().with_secret("r3ad-by-hand"))
        .unwrap();
    let request = exchange.request();
    assert_eq!(
        &request.body()[..],
        b"grant_type=client_credentials&client_id=the-client&client_secret=r3ad-by-hand"
    );
    // The server's words are redacted with what was sent.
    let body = r#"{"error":"invalid_client","error_description":"no r3ad-by-hand"}"#;
    let response = Response::builder().status(401).body(body.into()).unwrap();
    let outcome = session.handle_response(start(), exchange, &response);
    assert!(matches!(outcome, Outcome::Failed { .. }));
    assert!(!format!("{outcome:?}").contains("r3ad-by-hand"));
}

#[test]
fn what_is_missing_for_an_attempt_is_named() {
    let mut session = Session::new(secret_from(&Vault::holding("never read")), 7);
    let mut exchange = sends(&mut session, start());
    let error = exchange.authenticate(&Attempt::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().starts_with("client secret is read"),
        "{error}"
    );
}

#[test]
fn a_credential_that_cannot_be_read_ends_the_call() {
    let mut session = Session::new(secret_from(&Vault::holding("never read")), 7);
    let exchange = sends(&mut session, start());
    let error = unreadable(CredentialErrorKind::Unreadable);
    let error = Error::of_credential(Setting::ClientSecret, error);
    let outcome = session.handle_error(start(), exchange, error);
    let Outcome::Failed { error, .. } = outcome else {
        panic!("expected a failure, got {outcome:?}");
    };
    assert_eq!(
        (error.kind(), finding(&error)),
        (ErrorKind::Credentials, 908)
    );
    assert!(error.retry_at().is_some());
    // A driver of its own is not asked to look again.
    let later = start().saturating_add(seconds(5));
    assert!(matches!(session.poll(later), Action::Refuse(_)));
}

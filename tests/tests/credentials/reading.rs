//! A credential cannot be read, or takes its time.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use cxone_auth_core::config::{CredentialError, CredentialErrorKind, CredentialSource, Secret};
use cxone_auth_core::source::Event;
use cxone_auth_core::{ClientCredentials, ErrorKind, fetch_token_blocking};

use super::fixture::{Content, Server, Vault, blocking, custom, finding, secret_from, source};
use crate::shared::clock::seconds;
use crate::shared::future::{poll, ready};

#[test]
fn a_file_that_vanishes_costs_nothing_while_the_token_is_valid() {
    let (server, vault) = (Server::new(), Vault::holding("good"));
    let (source, clock) = source(secret_from(&vault), &server);
    server.accept(&["good"]);
    ready(source.token()).unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&told);
    source
        .events(move |event| events.lock().unwrap().push(event.as_str()))
        .detach();
    vault.put(Content::Failure(CredentialErrorKind::Unreadable));
    // Shortly before the end, the renewal is due.
    clock.advance(seconds(3_595));
    ready(source.token()).unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        ["failed", "renewal_failed", "cool_down_started"]
    );
    assert_eq!(server.forms().len(), 1, "nothing is sent without a secret");
    // When the token ends, the file is back.
    vault.put(Content::Secret("good"));
    clock.advance(seconds(10));
    ready(source.token()).unwrap();
}

#[test]
fn a_credential_that_cannot_be_read_is_an_error_that_names_the_place() {
    use CredentialErrorKind as Kind;
    for (kind, expected) in [
        (Kind::Unreadable, ErrorKind::Credentials),
        (Kind::Unusable, ErrorKind::Credentials),
        (Kind::Unavailable, ErrorKind::Unavailable),
    ] {
        let (server, vault) = (Server::new(), Vault::new(&[Content::Failure(kind)]));
        let (source, clock) = source(secret_from(&vault), &server);
        let error = ready(source.token()).unwrap_err();
        assert_eq!((error.kind(), finding(&error)), (expected, 908));
        assert_eq!(error.credential().unwrap().kind(), kind);
        let text = error.to_string();
        assert!(text.starts_with("client secret c"), "{text}");
        assert!(
            text.ends_with(": /run/secrets/client: no such file"),
            "{text}"
        );
        // It is noticed when the file comes, within a second.
        vault.put(Content::Secret("good"));
        server.accept(&["good"]);
        clock.advance(seconds(if expected == ErrorKind::Unavailable {
            60
        } else {
            1
        }));
        ready(source.token()).unwrap();
        assert_eq!(server.forms().len(), 1);
    }
}

#[test]
fn a_file_that_stays_away_is_one_failure() {
    let vault = Vault::new(&[Content::Failure(CredentialErrorKind::Unreadable)]);
    let (source, clock) = source(secret_from(&vault), &Server::new());
    let failures = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&failures);
    source
        .events(move |event| {
            let is_failure = matches!(event, Event::Failed { .. });
            counted.fetch_add(usize::from(is_failure), SeqCst);
        })
        .detach();
    for _ in 0..5 {
        ready(source.token()).unwrap_err();
        clock.advance(seconds(1));
    }
    assert_eq!((vault.reads(), failures.load(SeqCst)), (5, 1));
}

#[test]
fn an_empty_file_is_named_like_an_empty_secret() {
    let vault = Vault::holding("");
    let server = Server::new();
    let (source, _) = source(secret_from(&vault), &server);
    let error = ready(source.token()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "client secret is empty: give it as it was issued"
    );
    assert_eq!((server.forms().len(), vault.reads()), (0, 1));
}

/// Is read when the test says so.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<(bool, usize, Option<Waker>)>>);

impl Slow {
    fn open(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waker = state.2.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[async_trait]
impl CredentialSource<Secret> for Slow {
    async fn read(&self) -> Result<Secret, CredentialError> {
        self.0.lock().unwrap().1 += 1;
        poll_fn(|context| {
            let mut state = self.0.lock().unwrap();
            state.2 = Some(context.waker().clone());
            if state.0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        Ok(Secret::new("good"))
    }
}

fn slow() -> (Slow, cxone_auth_core::Config) {
    let slow = Slow::default();
    let credentials = ClientCredentials::from_source("the-client", slow.clone());
    let config = custom(credentials)
        .with_client_authentication(cxone_auth_core::ClientAuthentication::Body)
        .unwrap();
    (slow, config)
}

#[test]
fn a_caller_who_leaves_during_the_reading_loses_nothing() {
    let (slow, config) = slow();
    let server = Server::new();
    server.accept(&["good"]);
    let (source, _) = source(config, &server);
    let mut first = Box::pin(source.token());
    assert!(poll(&mut first).is_pending());
    drop(first);
    let mut second = Box::pin(source.token());
    assert!(poll(&mut second).is_pending());
    slow.open();
    ready(second).unwrap();
    assert_eq!(slow.0.lock().unwrap().1, 1, "one reading");
    assert_eq!(server.forms().len(), 1);
}

#[test]
fn a_reading_that_takes_longer_than_the_timeout_is_given_up() {
    let (_, config) = slow();
    let server = Server::new();
    let (source, clock) = source(config, &server);
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    clock.advance(seconds(30));
    let error = ready(source.token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.forms().len(), 0);
}

#[test]
fn a_thread_waits_for_a_reading_without_a_runtime() {
    let (slow, config) = slow();
    let server = Server::new();
    server.accept(&["good"]);
    let (source, _) = blocking(config, &server);
    let opener = slow.clone();
    let thread = std::thread::spawn(move || {
        while opener.0.lock().unwrap().1 == 0 {
            std::thread::yield_now();
        }
        opener.open();
    });
    source.token().unwrap();
    thread.join().unwrap();
    assert_eq!(server.forms().len(), 1);
}

#[test]
fn a_thread_gives_up_a_reading_that_never_ends() {
    let (_, config) = slow();
    let mut server = Server::new();
    server.timeout = std::time::Duration::from_millis(20);
    let (source, _) = blocking(config.clone(), &server);
    assert_eq!(source.token().unwrap_err().kind(), ErrorKind::Unavailable);
    let error = fetch_token_blocking(&server, &config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.forms().len(), 0);
}

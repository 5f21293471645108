//! A server refuses a credential, and the credential changes.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;

use async_trait::async_trait;
use cxone_auth_core::config::{CredentialError, CredentialSource, SigningAlgorithm, SigningKey};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::{
    AccessKey, Area, ClientCredentials, Config, ErrorKind, Moment, TokenSource, config,
};
use serde_json::json;

use super::fixture::{Content, Server, Vault, blocking, custom, finding, secret_from, source};
use crate::shared::clock::seconds;
use crate::shared::future::{poll, ready};
use Content::{Overlapping, Secret};

#[test]
fn a_secret_is_read_for_each_request() {
    let (server, vault) = (Server::new(), Vault::holding("first"));
    let (source, clock) = source(secret_from(&vault), &server);
    server.accept(&["first"]);
    ready(source.token()).unwrap();
    ready(source.token()).unwrap();
    assert_eq!(vault.reads(), 1, "the token serves");
    vault.put(Secret("second"));
    server.accept(&["second"]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["first", "second"]);
    assert_eq!(vault.reads(), 2);
}

#[test]
fn a_secret_that_changed_meanwhile_is_sent_once() {
    let (server, vault) = (Server::new(), Vault::new(&[Secret("old"), Secret("new")]));
    let (source, _) = source(secret_from(&vault), &server);
    server.accept(&["new"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["old", "new"]);
    assert_eq!(source.status().counts.requests, 2);
    assert_eq!(source.status().counts.failures, 1);

    // There is no third try.
    let (server, vault) = (
        Server::new(),
        Vault::new(&[Secret("a"), Secret("b"), Secret("c")]),
    );
    let (source, _) = super::fixture::source(secret_from(&vault), &server);
    ready(source.token()).unwrap_err();
    assert_eq!(server.proofs(), ["a", "b"]);
}

#[test]
fn a_secret_that_stays_the_same_is_not_sent_again() {
    let (server, vault) = (Server::new(), Vault::holding("dead"));
    let (source, _) = source(secret_from(&vault), &server);
    let error = ready(source.token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(server.proofs(), ["dead"]);
    assert_eq!(vault.reads(), 2);
}

#[test]
fn a_previous_secret_is_sent_once_after_the_new_one() {
    for (accepted, is_good) in [(&["new"][..], true), (&["old"], true), (&[], false)] {
        let (server, vault) = (Server::new(), Vault::new(&[Overlapping("new", "old")]));
        let (source, _) = source(secret_from(&vault), &server);
        server.accept(accepted);
        assert_eq!(ready(source.token()).is_ok(), is_good);
        let expected: &[&str] = if accepted == ["new"] {
            &["new"]
        } else {
            &["new", "old"]
        };
        assert_eq!(server.proofs(), expected);
    }
}

#[test]
fn a_new_secret_comes_before_the_previous_one() {
    let contents = [Overlapping("new", "old"), Overlapping("newer", "new")];
    let (server, vault) = (Server::new(), Vault::new(&contents));
    let (source, _) = source(secret_from(&vault), &server);
    server.accept(&["newer", "old"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["new", "newer"]);
}

#[test]
fn a_changed_secret_ends_a_cool_down() {
    let (server, vault) = (Server::new(), Vault::holding("dead"));
    let (source, clock) = source(secret_from(&vault), &server);
    server.accept(&["good"]);
    ready(source.token()).unwrap_err();
    let retry_at = ready(source.token()).unwrap_err().retry_at().unwrap();
    assert_eq!(vault.reads(), 2, "not within the same second");
    for reads in 3..6 {
        clock.advance(seconds(1));
        for _ in 0..100 {
            ready(source.token()).unwrap_err();
        }
        assert_eq!(vault.reads(), reads, "once a second");
    }
    assert_eq!(server.proofs(), ["dead"], "the same secret is not sent");
    assert_eq!(source.status().counts.requests, 1);
    vault.put(Secret("good"));
    clock.advance(seconds(1));
    assert!(!source.now().has_reached(retry_at));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["dead", "good"]);
}

#[test]
fn a_secret_that_was_refused_is_not_sent_when_it_comes_back() {
    let (server, vault) = (Server::new(), Vault::new(&[Overlapping("b", "a")]));
    let (source, clock) = source(secret_from(&vault), &server);
    ready(source.token()).unwrap_err();
    vault.put(Secret("a"));
    clock.advance(seconds(1));
    ready(source.token()).unwrap_err();
    assert_eq!(server.proofs(), ["b", "a"]);
}

/// A wrong secret, and what becomes of each reading of it, by its number.
struct Unsteady {
    reads: AtomicUsize,
    becomes: fn(usize) -> Poll<()>,
}

#[async_trait]
impl CredentialSource<config::Secret> for Unsteady {
    async fn read(&self) -> Result<config::Secret, CredentialError> {
        let number = self.reads.fetch_add(1, SeqCst);
        poll_fn(|_| (self.becomes)(number)).await;
        Ok(config::Secret::new("wrong"))
    }
}

fn unsteady(server: &Server, becomes: fn(usize) -> Poll<()>) -> (TokenSource, ManualClock) {
    let reads = AtomicUsize::new(0);
    let secret = Unsteady { reads, becomes };
    let credentials = ClientCredentials::from_source("the-client", secret);
    source(custom(credentials), server)
}

fn hangs_if(hangs: bool) -> Poll<()> {
    if hangs {
        Poll::Pending
    } else {
        Poll::Ready(())
    }
}

/// Two hours of calls. Whatever becomes of a look at the secret, the cool-down goes on.
#[test]
fn a_reading_that_hangs_or_panics_does_not_end_a_cool_down() {
    let sent = |becomes| {
        let server = Server::new();
        let (source, clock) = unsteady(&server, becomes);
        let began = source.now();
        while source.now().since(began) < seconds(7_200) {
            let mut call = Box::pin(source.token());
            let polled = catch_unwind(AssertUnwindSafe(|| poll(&mut call).is_pending()));
            clock.advance(seconds(2));
            if polled.is_ok_and(|is_pending| is_pending) {
                // The reading takes longer than a request may.
                clock.advance(server.timeout);
                let _ = poll(&mut Box::pin(source.token()));
            }
        }
        server.proofs().len()
    };
    let steady = sent(|_| Poll::Ready(()));
    assert!(steady < 20, "{steady}");
    let hanging = sent(|number| hangs_if(number % 3 == 2));
    assert!(hanging < steady + 3, "{hanging}, not {steady}");
    let panicking = sent(|number| {
        assert_ne!(number % 3, 2, "a reading panics");
        Poll::Ready(())
    });
    assert!(panicking < steady + 3, "{panicking}, not {steady}");
}

/// Another wrong secret at each reading, as where a command makes assertions.
struct Minted(AtomicUsize);

#[async_trait]
impl CredentialSource<config::Secret> for Minted {
    async fn read(&self) -> Result<config::Secret, CredentialError> {
        let number = self.0.fetch_add(1, SeqCst);
        Ok(config::Secret::new(format!("wrong-{number}")))
    }
}

/// A day of calls. What is made anew at each reading is no news each time.
#[test]
fn credentials_that_differ_at_each_reading_have_a_cool_down() {
    let server = Server::new();
    let minted = ClientCredentials::from_source("the-client", Minted(AtomicUsize::new(0)));
    let (source, clock) = source(custom(minted), &server);
    let sent_within = |span| {
        let (began, before) = (source.now(), server.proofs().len());
        while began.until(source.now()) < span {
            ready(source.token()).unwrap_err();
            clock.advance(seconds(1));
        }
        server.proofs().len() - before
    };
    let first = sent_within(seconds(600));
    assert!(first <= 20, "{first} requests in ten minutes");
    let rest = sent_within(seconds(86_400));
    assert!(rest <= 200, "{rest} requests in a day");
    // A token is the end of it: the next refusal is looked at again after a second.
    // The fixture reads no Basic header, and so knows each of them as nothing.
    server.accept(&[""]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    server.accept(&[]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap_err();
    let before = server.proofs().len();
    clock.advance(seconds(1));
    ready(source.token()).unwrap_err();
    assert_eq!(server.proofs().len(), before + 2);
}

/// A caller waits for one look. After that, the others get the error at once for as long as the look
/// has taken. A wall clock that is set forward during the look has kept nobody waiting.
#[test]
fn readings_that_hang_hold_a_refused_caller_up_once() {
    for set_forward in [0, 10].map(seconds) {
        let mut server = Server::new();
        server.timeout = seconds(5);
        // It is sent once, and refused. The readings after that hang.
        let (source, clock) = unsteady(&server, |number| hangs_if(number >= 2));
        ready(source.token()).unwrap_err();
        clock.advance(seconds(1));
        let mut call = Box::pin(source.token());
        assert!(poll(&mut call).is_pending());
        clock.advance(server.timeout);
        let now = source.now();
        clock.set(Moment::new(now.monotonic(), now.wall() + set_forward));
        let error = ready(source.token()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(poll(&mut call).is_ready());
        for _ in 0..4 {
            clock.advance(seconds(1));
            ready(source.token()).unwrap_err();
        }
        clock.advance(seconds(1));
        let mut next = Box::pin(source.token());
        assert!(poll(&mut next).is_pending(), "the next look");
        assert_eq!(server.proofs().len(), 1);
    }
}

/// The server has refused the secret, and reading it again hangs, whether somebody waits for that
/// or not.
#[test]
fn a_refusal_stays_if_the_second_reading_hangs() {
    for waits in [true, false] {
        let server = Server::new();
        let (source, clock) = unsteady(&server, |number| hangs_if(number == 1));
        let mut call = Some(Box::pin(source.token()));
        assert!(poll(call.as_mut().unwrap()).is_pending());
        call.take_if(|_| !waits);
        clock.advance(server.timeout);
        let error = ready(source.token()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(call.is_none_or(|mut call| poll(&mut call).is_ready()));
        clock.advance(seconds(2));
        ready(source.token()).unwrap_err();
        assert_eq!(server.proofs().len(), 1);
    }
}

#[test]
fn after_the_cool_down_the_same_secret_is_sent_again() {
    // The server may have been fixed, as with a constant secret.
    let (server, vault) = (Server::new(), Vault::holding("early"));
    let (source, clock) = source(secret_from(&vault), &server);
    let error = ready(source.token()).unwrap_err();
    clock.set(error.retry_at().unwrap());
    server.accept(&["early"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["early", "early"]);
}

#[test]
fn a_constant_secret_is_not_checked_during_a_cool_down() {
    let server = Server::new();
    let (source, clock) = source(custom(ClientCredentials::new("i", "s")), &server);
    ready(source.token()).unwrap_err();
    clock.advance(seconds(5));
    ready(source.token()).unwrap_err();
    assert_eq!(server.forms().len(), 1);
}

#[test]
fn an_outage_is_no_reason_to_read_again() {
    let refusal = json!({ "error": "invalid_scope" });
    let (server, vault) = (Server::new().refusing_with(refusal), Vault::holding("s"));
    let (source, clock) = source(secret_from(&vault), &server);
    ready(source.token()).unwrap_err();
    clock.advance(seconds(2));
    ready(source.token()).unwrap_err();
    assert_eq!((vault.reads(), server.forms().len()), (1, 1));
}

#[test]
fn a_key_is_replaced_like_a_secret() {
    let (server, vault) = (Server::new(), Vault::new(&[Secret("k1"), Secret("k2")]));
    let config = custom(ClientCredentials::signed_by("the-client", vault.clone()));
    let (source, clock) = source(config, &server);
    server.accept(&["k2"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["k1", "k2"]);
    clock.advance(seconds(3_600));
    server.accept(&[]);
    ready(source.token()).unwrap_err();
    assert_eq!(
        server.proofs(),
        ["k1", "k2", "k2"],
        "the same key signs nothing new"
    );
}

/// A key of which nothing is known but its id, as a service for keys gives it with each reading.
struct Nameless(Vault);

#[async_trait]
impl CredentialSource<SigningKey> for Nameless {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        let named: SigningKey = self.0.read().await?;
        let key = SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]));
        Ok(key.with_key_id(named.key_id().unwrap_or_default()))
    }
}

#[test]
fn a_key_without_a_thumbprint_is_another_one_if_its_id_is() {
    let (server, vault) = (Server::new(), Vault::holding("dead"));
    let client = ClientCredentials::signed_by("the-client", Nameless(vault.clone()));
    let (source, clock) = source(custom(client), &server);
    for _ in 0..5 {
        ready(source.token()).unwrap_err();
        clock.advance(seconds(1));
    }
    assert_eq!(server.proofs(), ["dead"], "the same key signs nothing new");
    vault.put(Secret("good"));
    server.accept(&["good"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["dead", "good"]);
}

#[test]
fn the_secret_of_an_access_key_is_replaced_like_that_of_a_client() {
    let refusal = json!({ "error": "invalid_grant" });
    let (server, vault) = (
        Server::new().refusing_with(refusal),
        Vault::new(&[Overlapping("new", "old")]),
    );
    let key = AccessKey::from_source("the-key", vault.clone());
    let client = ClientCredentials::new("the-client", "s");
    let config = Config::cxone("global".parse().unwrap(), client, key).unwrap();
    let (source, _) = source(config, &server);
    server.accept(&["old"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["new", "old"]);
}

#[test]
fn the_previous_secret_of_what_was_refused_is_sent() {
    let refusal = json!({ "error": "invalid_grant" });
    let server = Server::new().refusing_with(refusal);
    let [client, key] =
        [["c2", "c1"], ["k2", "k1"]].map(|[new, old]| Vault::new(&[Overlapping(new, old)]));
    let key = AccessKey::from_source("the-key", key);
    let client = ClientCredentials::from_source("the-client", client);
    let config = Config::cxone("global".parse().unwrap(), client, key).unwrap();
    let (source, _) = source(config, &server);
    server.accept(&["k1"]);
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["k2", "k1"]);
}

#[test]
fn an_access_key_alone_is_read_from_a_source() {
    let key = AccessKey::from_source("the-key", Vault::holding("from-the-vault===="));
    let config = Config::cxone_access_key(Area::Na1, key).unwrap();
    let read = ready(cxone_auth_core::source::read_credentials(&config)).unwrap();
    let request = cxone_auth_core::token_request(&read);
    assert_eq!(
        &request.body()[..],
        br#"{"accessKeyId":"the-key","accessKeySecret":"from-the-vault===="}"#
    );
}

#[test]
fn threads_replace_a_secret_like_tasks() {
    let (server, vault) = (Server::new(), Vault::new(&[Secret("old"), Secret("new")]));
    let (source, clock) = blocking(secret_from(&vault), &server);
    server.accept(&["new"]);
    source.token().unwrap();
    clock.advance(seconds(3_600));
    server.accept(&[]);
    source.token().unwrap_err();
    vault.put(Secret("newer"));
    server.accept(&["newer"]);
    clock.advance(seconds(1));
    source.token().unwrap();
    assert_eq!(server.proofs(), ["old", "new", "new", "newer"]);
}

#[test]
fn a_server_that_repeats_what_was_read_is_redacted() {
    for kind in ["secret", "assertion"] {
        let repeated = "no-0ther-than-this";
        let refusal = json!({ "error": "invalid_client",
            "error_description": format!("unknown: {repeated} {kind}") });
        let (server, vault) = (
            Server::new().refusing_with(refusal),
            Vault::holding(repeated),
        );
        let (source, _) = source(secret_from(&vault), &server);
        let error = ready(source.token()).unwrap_err();
        assert!(!format!("{error} {error:?} {error:#}").contains(repeated));
        assert_ne!(finding(&error), 908);
    }
}

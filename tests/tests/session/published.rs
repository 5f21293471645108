//! A token that is served without a look at the session while a task renews it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{AccessToken, ClientCredentials, Config};

use super::desk::{DUE, Fixture, LIFETIME, TIMEOUT};
use super::fixture::{SECRET, config, poll, seconds};
use crate::shared::clock::start;

#[test]
fn a_token_costs_during_its_renewal_what_it_costs_while_it_is_fresh() {
    let fixture = Fixture::new(true, TIMEOUT);
    fixture.serves("t0ken-0", false);
    fixture.begin();
    for _ in 0..99 {
        fixture.serves("t0ken-0", false);
        fixture.advance(seconds(1));
    }
    fixture.respond();
    fixture.serves("t0ken-1", false);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_token_is_not_served_beyond_its_end_while_a_task_renews_it_for_ever() {
    let fixture = Fixture::new(true, Duration::MAX);
    fixture.begin();
    fixture.advance(seconds(139));
    fixture.serves("t0ken-0", false);
    fixture.advance(Duration::from_millis(989));
    fixture.serves("t0ken-0", false);
    // The last reading of a clock may be 10 ms old.
    fixture.advance(Duration::from_millis(1));
    fixture.serves("t0ken-0", true);
    fixture.advance(Duration::from_millis(10));
    assert_eq!(fixture.token(), None);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_renewal_that_takes_too_long_is_given_up_and_made_again() {
    let fixture = Fixture::renewing();
    let abandoned = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&abandoned);
    let _subscription = fixture.source.events(move |event| {
        count.fetch_add(matches!(event, Event::Abandoned { .. }).into(), Relaxed);
    });
    fixture.advance(TIMEOUT.saturating_sub(Duration::from_millis(11)));
    fixture.serves("t0ken-0", false);
    assert_eq!((fixture.requests(), abandoned.load(Relaxed)), (2, 0));
    fixture.advance(Duration::from_millis(11));
    fixture.serves("t0ken-0", true);
    fixture.run();
    assert_eq!((fixture.requests(), abandoned.load(Relaxed)), (3, 1));
    fixture.serves("t0ken-0", false);
}

#[test]
fn a_token_that_is_given_up_during_its_renewal_is_not_served() {
    let fixture = Fixture::renewing();
    let other = AccessToken::bearer("other", start(), LIFETIME).unwrap();
    assert!(!fixture.source.invalidate(&other));
    fixture.serves("t0ken-0", false);
    assert!(fixture.source.invalidate(&fixture.obtain().unwrap()));
    assert_eq!(fixture.token(), None);
    fixture.respond();
    fixture.serves("t0ken-1", false);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_token_of_a_replaced_configuration_is_served_only_to_the_same_client() {
    for (client, serves) in [("the-client", true), ("another", false)] {
        let fixture = Fixture::renewing();
        let endpoint = config().endpoint().clone();
        let credentials = ClientCredentials::new(client, format!("{SECRET}-2"));
        let config = Config::custom(endpoint, credentials).unwrap();
        fixture.source.replace_config(config);
        let token = fixture.token();
        assert_eq!(token.as_deref(), serves.then_some("t0ken-0"), "{client}");
        fixture.run();
        assert_eq!(fixture.requests(), 3, "{client}");
        fixture.respond();
        fixture.serves("t0ken-2", false);
    }
}

#[test]
fn a_renewal_that_ends_with_its_runtime_is_made_again_after_the_minimum_interval() {
    let fixture = Fixture::renewing();
    fixture.end_runtime();
    fixture.advance(seconds(9));
    fixture.serves("t0ken-0", false);
    assert!(!fixture.source.status().in_flight);
    fixture.advance(seconds(1));
    fixture.serves("t0ken-0", true);
    fixture.respond();
    fixture.serves("t0ken-2", false);
    assert_eq!(fixture.requests(), 3);
}

/// A task that is dropped before it runs leaves the request to the callers.
#[test]
fn callers_take_over_a_renewal_whose_task_has_never_run() {
    let fixture = Fixture::new(true, TIMEOUT);
    fixture.advance(DUE);
    fixture.serves("t0ken-0", true);
    fixture.serves("t0ken-0", false);
    assert_eq!(fixture.requests(), 1, "the task has not run");
    fixture.end_runtime();
    fixture.serves("t0ken-0", true);
    assert_eq!(fixture.requests(), 2, "a caller has polled the request");
    fixture.desk.responds.store(true, Relaxed);
    fixture.serves("t0ken-1", true);
}

#[test]
fn callers_who_want_more_than_a_valid_token_wait_for_the_renewal_that_serves_the_others() {
    for options in [
        TokenOptions::new().with_force(),
        TokenOptions::new().with_min_ttl(seconds(500)),
    ] {
        let fixture = Fixture::renewing();
        let mut call = Box::pin(fixture.source.token_with(options));
        assert!(poll(&mut call).is_pending(), "{options:?}");
        fixture.serves("t0ken-0", false);
        fixture.respond();
        let Poll::Ready(obtained) = poll(&mut call) else {
            panic!("{options:?} still waits");
        };
        assert_eq!(obtained.unwrap().token.expose_secret(), "t0ken-1");
        assert_eq!(fixture.requests(), 2);
    }
}

#[test]
fn a_token_is_served_without_a_look_at_the_session_while_its_renewal_cools_down() {
    let fixture = Fixture::renewing();
    fixture.desk.is_down.store(true, Relaxed);
    fixture.respond();
    let retry_at = fixture.source.status().last_error.unwrap().retry_at();
    let pause = fixture.now().until(retry_at.unwrap());
    fixture.advance(pause.saturating_sub(Duration::from_millis(11)));
    fixture.serves("t0ken-0", false);
    assert_eq!(fixture.requests(), 2);
    fixture.advance(Duration::from_millis(11));
    fixture.serves("t0ken-0", true);
    fixture.run();
    assert_eq!(fixture.requests(), 3);
}

#[test]
fn each_caller_polls_a_renewal_that_no_task_carries() {
    let fixture = Fixture::new(false, TIMEOUT);
    fixture.advance(DUE);
    // It carries the renewal for a quarter of a second.
    assert_eq!(fixture.token(), None);
    let polls = fixture.desk.polls.load(Relaxed);
    for call in 1..5 {
        fixture.serves("t0ken-0", true);
        assert_eq!(fixture.desk.polls.load(Relaxed), polls + call);
    }
    fixture.desk.responds.store(true, Relaxed);
    fixture.serves("t0ken-1", true);
    fixture.serves("t0ken-1", false);
    assert_eq!(fixture.requests(), 2);
}

//! A token that is served without a look at the session while a task renews it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{AccessToken, ClientCredentials, Config};

use super::desk::{DUE, LIFETIME, Scene, TIMEOUT};
use super::fixture::{SECRET, config, poll, seconds};
use crate::shared::clock::start;

#[test]
fn a_token_costs_during_its_renewal_what_it_costs_while_it_is_fresh() {
    let scene = Scene::new(true, TIMEOUT);
    scene.serves("t0ken-0", false);
    scene.begin();
    for _ in 0..99 {
        scene.serves("t0ken-0", false);
        scene.advance(seconds(1));
    }
    scene.respond();
    scene.serves("t0ken-1", false);
    assert_eq!(scene.requests(), 2);
}

#[test]
fn a_token_is_not_served_beyond_its_end_while_a_task_renews_it_for_ever() {
    let scene = Scene::new(true, Duration::MAX);
    scene.begin();
    scene.advance(seconds(139));
    scene.serves("t0ken-0", false);
    scene.advance(Duration::from_millis(989));
    scene.serves("t0ken-0", false);
    // The last reading of a clock may be 10 ms old.
    scene.advance(Duration::from_millis(1));
    scene.serves("t0ken-0", true);
    scene.advance(Duration::from_millis(10));
    assert_eq!(scene.token(), None);
    assert_eq!(scene.requests(), 2);
}

#[test]
fn a_renewal_that_takes_too_long_is_given_up_and_made_again() {
    let scene = Scene::renewing();
    let abandoned = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&abandoned);
    let _subscription = scene.source.events(move |event| {
        count.fetch_add(matches!(event, Event::Abandoned { .. }).into(), Relaxed);
    });
    scene.advance(TIMEOUT.saturating_sub(Duration::from_millis(11)));
    scene.serves("t0ken-0", false);
    assert_eq!((scene.requests(), abandoned.load(Relaxed)), (2, 0));
    scene.advance(Duration::from_millis(11));
    scene.serves("t0ken-0", true);
    scene.run();
    assert_eq!((scene.requests(), abandoned.load(Relaxed)), (3, 1));
    scene.serves("t0ken-0", false);
}

#[test]
fn a_token_that_is_given_up_during_its_renewal_is_not_served() {
    let scene = Scene::renewing();
    let other = AccessToken::bearer("other", start(), LIFETIME).unwrap();
    assert!(!scene.source.invalidate(&other));
    scene.serves("t0ken-0", false);
    assert!(scene.source.invalidate(&scene.obtain().unwrap()));
    assert_eq!(scene.token(), None);
    scene.respond();
    scene.serves("t0ken-1", false);
    assert_eq!(scene.requests(), 2);
}

#[test]
fn a_token_of_a_replaced_configuration_is_served_only_to_the_same_client() {
    for (client, serves) in [("the-client", true), ("another", false)] {
        let scene = Scene::renewing();
        let endpoint = config().endpoint().clone();
        let credentials = ClientCredentials::new(client, format!("{SECRET}-2"));
        let config = Config::custom(endpoint, credentials).unwrap();
        scene.source.replace_config(config);
        let token = scene.token();
        assert_eq!(token.as_deref(), serves.then_some("t0ken-0"), "{client}");
        scene.run();
        assert_eq!(scene.requests(), 3, "{client}");
        scene.respond();
        scene.serves("t0ken-2", false);
    }
}

#[test]
fn a_renewal_that_ends_with_its_runtime_is_made_again_after_the_minimum_interval() {
    let scene = Scene::renewing();
    scene.end_runtime();
    scene.advance(seconds(9));
    scene.serves("t0ken-0", false);
    assert!(!scene.source.status().in_flight);
    scene.advance(seconds(1));
    scene.serves("t0ken-0", true);
    scene.respond();
    scene.serves("t0ken-2", false);
    assert_eq!(scene.requests(), 3);
}

/// A task that is dropped before it runs leaves the request to the callers.
#[test]
fn callers_take_over_a_renewal_whose_task_has_never_run() {
    let scene = Scene::new(true, TIMEOUT);
    scene.advance(DUE);
    scene.serves("t0ken-0", true);
    scene.serves("t0ken-0", false);
    assert_eq!(scene.requests(), 1, "the task has not run");
    scene.end_runtime();
    scene.serves("t0ken-0", true);
    assert_eq!(scene.requests(), 2, "a caller has polled the request");
    scene.desk.responds.store(true, Relaxed);
    scene.serves("t0ken-1", true);
}

#[test]
fn callers_who_want_more_than_a_valid_token_wait_for_the_renewal_that_serves_the_others() {
    for options in [
        TokenOptions::new().with_force(),
        TokenOptions::new().with_min_ttl(seconds(500)),
    ] {
        let scene = Scene::renewing();
        let mut call = Box::pin(scene.source.token_with(options));
        assert!(poll(&mut call).is_pending(), "{options:?}");
        scene.serves("t0ken-0", false);
        scene.respond();
        let Poll::Ready(obtained) = poll(&mut call) else {
            panic!("{options:?} still waits");
        };
        assert_eq!(obtained.unwrap().token.expose_secret(), "t0ken-1");
        assert_eq!(scene.requests(), 2);
    }
}

#[test]
fn a_token_is_served_without_a_look_at_the_session_while_its_renewal_cools_down() {
    let scene = Scene::renewing();
    scene.desk.is_down.store(true, Relaxed);
    scene.respond();
    let retry_at = scene.source.status().last_error.unwrap().retry_at();
    let pause = scene.now().until(retry_at.unwrap());
    scene.advance(pause.saturating_sub(Duration::from_millis(11)));
    scene.serves("t0ken-0", false);
    assert_eq!(scene.requests(), 2);
    scene.advance(Duration::from_millis(11));
    scene.serves("t0ken-0", true);
    scene.run();
    assert_eq!(scene.requests(), 3);
}

#[test]
fn each_caller_polls_a_renewal_that_no_task_carries() {
    let scene = Scene::new(false, TIMEOUT);
    scene.advance(DUE);
    // It carries the renewal for a quarter of a second.
    assert_eq!(scene.token(), None);
    let polls = scene.desk.polls.load(Relaxed);
    for call in 1..5 {
        scene.serves("t0ken-0", true);
        assert_eq!(scene.desk.polls.load(Relaxed), polls + call);
    }
    scene.desk.responds.store(true, Relaxed);
    scene.serves("t0ken-1", true);
    scene.serves("t0ken-1", false);
    assert_eq!(scene.requests(), 2);
}

//! What a source tells of itself: in which order, and without a secret.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cxone_auth_core::protocol::Lifetime;
use cxone_auth_core::source::Event;
use cxone_auth_core::{ErrorKind, TokenSource};

use super::fixture::{SECRET, config, hours, one_attempt, poll, seconds};
use super::schedule;
use super::simulation::{ServerResponse, Simulation};

pub(super) type Events = Arc<Mutex<Vec<Event>>>;

pub(super) fn record(source: &TokenSource) -> Events {
    let events = Events::default();
    let recorded = Arc::clone(&events);
    source
        .events(move |event| recorded.lock().unwrap().push(event.clone()))
        .detach();
    events
}

pub(super) fn take(events: &Events) -> Vec<Event> {
    std::mem::take(&mut *events.lock().unwrap())
}

pub(super) fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::as_str).collect()
}

/// A source whose second and third requests fail.
fn fixture() -> (Simulation, TokenSource, Events) {
    let simulation = Simulation::new(|request| match request {
        1 => ServerResponse::Lost,
        2 => ServerResponse::Status(401),
        _ => ServerResponse::Token(1_000),
    });
    let source = simulation.source(config());
    let events = record(&source);
    (simulation, source, events)
}

#[test]
fn the_events_of_a_lifetime_come_in_order() {
    let (simulation, source, events) = fixture();
    let first = simulation.run(source.token()).unwrap();
    simulation.run(source.token()).unwrap();
    let fetched = take(&events);
    assert_eq!(names(&fetched), ["fetched"], "a token at hand is no event");
    let Event::Fetched { lifetime, .. } = fetched[0] else {
        unreachable!()
    };
    assert_eq!(lifetime, Lifetime::Stated(seconds(1_000)));

    simulation.advance(seconds(860));
    simulation.run(source.token()).unwrap();
    simulation.run(source.token()).unwrap();
    let outage = take(&events);
    assert_eq!(
        names(&outage),
        ["failed", "renewal_failed", "cool_down_started"]
    );
    assert_outage(&outage);

    simulation.advance(seconds(2));
    simulation.run(source.token()).unwrap();
    assert_eq!(
        names(&take(&events)),
        ["failed", "renewal_failed", "cool_down_started"]
    );

    // Two failures in a row: the refusal's first delay is doubled, and scaled.
    simulation.advance(seconds(76));
    simulation.run(source.token()).unwrap();
    assert_eq!(names(&take(&events)), ["renewed"]);

    assert!(!source.invalidate(&first), "it is not the current one");
    assert!(take(&events).is_empty());
    let current = simulation.run(source.token()).unwrap();
    simulation.advance(seconds(5));
    assert!(source.invalidate(&current));
    simulation.run(source.token()).unwrap();
    let last = take(&events);
    assert_eq!(names(&last), ["invalidated", "fetched"]);
    assert!(matches!(last[0], Event::Invalidated { age } if age == seconds(5)));
}

fn assert_outage(events: &[Event]) {
    let [
        Event::Failed { error, .. },
        Event::RenewalFailed { remaining },
        Event::CoolDownStarted { pause, .. },
    ] = events
    else {
        unreachable!("the names were compared")
    };
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(*remaining, seconds(140));
    assert!(schedule::jitter(seconds(1)).contains(pause), "{pause:?}");
}

/// A wall clock that is set back does not take away what has passed.
#[test]
fn what_has_passed_is_told_although_the_wall_clock_is_behind() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Late(5_000, 1_000),
        _ => ServerResponse::Silence,
    });
    let source = simulation.source(config());
    let events = record(&source);
    let setting_back = |span| {
        simulation.advance(span);
        simulation.set_wall(|wall| wall - hours(1));
    };
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    setting_back(seconds(0));
    let token = simulation.run(call).unwrap();
    setting_back(seconds(500));
    assert!(source.invalidate(&token));
    for span in [31, 7] {
        let mut call = Box::pin(source.token());
        assert!(poll(&mut call).is_pending());
        drop(call);
        setting_back(seconds(span));
    }
    source.replace_config(config());
    let events = take(&events);
    let [
        Event::Fetched { took: fetched, .. },
        Event::Invalidated { age },
        Event::Abandoned { took: abandoned },
        Event::Superseded { took: superseded },
    ] = &events[..]
    else {
        unreachable!("{:?}", names(&events))
    };
    let told = [fetched, age, abandoned, superseded].map(Duration::as_secs);
    assert_eq!(told, [5, 505, 31, 7]);
}

#[test]
fn a_call_that_is_tried_again_tells_each_failure_and_one_cool_down() {
    let simulation = Simulation::new(|_| ServerResponse::Lost);
    let source = simulation.source(config());
    let events = record(&source);
    simulation.run(source.token()).unwrap_err();
    simulation.run(source.token()).unwrap_err();
    assert_eq!(
        names(&take(&events)),
        ["failed", "failed", "failed", "cool_down_started"]
    );
}

#[test]
fn no_debug_output_shows_a_secret() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(1_000),
        _ => ServerResponse::Status(401),
    });
    let source = simulation.source(config().with_retry(one_attempt()));
    let blocking = simulation.blocking_source(config());
    let events = record(&source);
    let token = simulation.run(source.token()).unwrap();
    let basic = "dGhlLWNsaWVudDp0aGUtczNjcmV0";
    let assert_clean = |shown: &str| {
        for secret in [SECRET, "t0ken", basic] {
            assert!(!shown.contains(secret), "{shown}");
        }
    };
    let shown = || {
        format!(
            "{source:?} {:?} {blocking:?} {:?}",
            source.status(),
            blocking.status()
        )
    };
    assert_clean(&shown());
    simulation.advance(seconds(860));
    let _ = simulation.run(source.token());
    let _ = blocking.token();
    assert_clean(&shown());
    source.invalidate(&token);
    let events = take(&events);
    assert_eq!(events.len(), 5);
    assert_clean(&format!("{events:?} {:?}", source.status().last_error));
}

#[test]
fn a_listener_may_use_the_source() {
    let simulation = Simulation::new(|_| ServerResponse::Token(1_000));
    let source = simulation.source(config());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (inner, states) = (source.clone(), Arc::clone(&seen));
    let _subscription = source.events(move |_| states.lock().unwrap().push(inner.status().token));
    simulation.run(source.token()).unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [cxone_auth_core::session::TokenState::Fresh]
    );
}

#[test]
fn a_listener_hears_nothing_after_its_subscription() {
    let simulation = Simulation::new(|_| ServerResponse::Token(1_000));
    let source = simulation.source(config());
    let seen = Events::default();
    let recorded = Arc::clone(&seen);
    let subscription = source.events(move |event| recorded.lock().unwrap().push(event.clone()));
    let kept = record(&source);
    let token = simulation.run(source.token()).unwrap();
    drop(subscription);
    source.invalidate(&token);
    assert_eq!(names(&seen.lock().unwrap()), ["fetched"]);
    assert_eq!(names(&take(&kept)), ["fetched", "invalidated"]);
    assert_eq!(Arc::strong_count(&seen), 1, "the listener is dropped");
}

//! What decides by a hair: exactly enough lifetime, exactly the same end, and who is handed a token
//! that they reject.

use std::time::Duration;

use super::fixture::{Fixture, config, seconds, token_for};
use crate::config::{Backoff, RetryPolicy};
use crate::session::{Action, Outcome, Requirements};

#[test]
fn exactly_as_much_lifetime_as_is_wanted_is_enough() {
    for (min_ttl, is_enough) in [
        (899, true),
        (900, true),
        (901, false),
        // The server gives as much as this, so another request helps. It gives no more.
        (1_000, false),
        (1_001, true),
    ] {
        let mut fixture = Fixture::holding(1_000);
        fixture.pass(100);
        let requirements = Requirements::new().with_min_ttl(seconds(min_ttl));
        match fixture.session.poll_for(fixture.now, &requirements) {
            Action::Use(_) => assert!(is_enough, "{min_ttl} s"),
            Action::Send(_) => assert!(!is_enough, "{min_ttl} s"),
            other => panic!("{min_ttl} s: {other:?}"),
        }
    }
}

#[test]
fn who_rejects_a_token_waits_while_another_is_on_its_way() {
    let mut fixture = Fixture::holding(1_000);
    let first = fixture.uses();
    assert!(fixture.session.invalidate(fixture.now, &first));
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(10));
    let requirements = Requirements::new().with_other_than(fixture.uses());
    let ask = |fixture: &mut Fixture| fixture.session.poll_for(fixture.now, &requirements);
    let within_gap = ask(&mut fixture);
    assert!(matches!(within_gap, Action::Use(_)), "{within_gap:?}");
    // Its renewal is due, and the interval of forced renewals has not passed.
    fixture.now = fixture.now.saturating_add(Duration::from_millis(8_600));
    let _exchange = fixture.sends();
    let waiting = ask(&mut fixture);
    assert!(
        matches!(waiting, Action::Wait { until: None, .. }),
        "{waiting:?}"
    );
    fixture.uses();
}

#[test]
fn who_rejects_the_better_token_gets_the_worse_one_that_came() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    let requirements = Requirements::new().with_other_than(old.clone());
    let Action::Send(exchange) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("another token is wanted");
    };
    let requirements = requirements.with_ticket(exchange.ticket());
    let outcome = fixture.respond(exchange, &token_for(10));
    assert!(matches!(outcome, Outcome::Discarded { .. }));
    let Action::Use(token) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("the call has ended with a token");
    };
    assert!(!token.is(&old));
    assert!(fixture.uses().is(&old), "all others keep the better one");
}

#[test]
fn the_next_request_is_foretold() {
    let mut fixture = Fixture::new();
    let next = |fixture: &Fixture| fixture.session.next_request_at(fixture.now);
    assert_eq!(next(&fixture), Some(fixture.now), "there is no token");
    let exchange = fixture.sends();
    assert_eq!(next(&fixture), None, "it is in flight");
    fixture.respond(exchange, &token_for(1_000));
    let (_, renew_at) = fixture.session.fresh_until().unwrap();
    assert_eq!(next(&fixture), Some(renew_at));
    fixture.pass(1_000);
    assert_eq!(next(&fixture), Some(fixture.now), "the token has ended");
}

#[test]
fn a_renewal_holds_callers_up_for_half_of_what_is_left_at_most() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(900);
    let _exchange = fixture.sends();
    let half = fixture.now.saturating_add(seconds(50));
    assert_eq!(fixture.session.serve_at(), Some(half));
}

#[test]
fn a_session_cools_down_without_a_token_only() {
    let mut fixture = Fixture::holding(1_000);
    let cools_down = |fixture: &Fixture| fixture.session.cools_down(fixture.now);
    assert!(!cools_down(&fixture));
    fixture.pass(999);
    let exchange = fixture.sends();
    fixture.fails(exchange);
    assert!(!cools_down(&fixture), "the token is valid");
    fixture.pass(1);
    assert!(cools_down(&fixture));
    fixture.pass(3_600);
    assert!(!cools_down(&fixture), "the cool-down is over");
}

/// A busy machine polls its callers late. That is no sign that they have gone.
#[test]
fn a_call_whose_callers_are_polled_late_keeps_its_number_of_attempts() {
    let (millis, longest) = (Duration::from_millis, seconds(4));
    for (backoff, late, goes_on) in [
        (Backoff::new(millis(1), millis(1)), millis(2), true),
        (Backoff::new(millis(1), millis(1)), seconds(1), true),
        (Backoff::new(millis(1), millis(1)), millis(1_001), false),
        (Backoff::new(millis(1), longest), longest, true),
        (Backoff::new(millis(1), longest), millis(4_001), false),
    ] {
        let policy = RetryPolicy::new().with_attempts(2).with_backoff(backoff);
        let mut fixture = Fixture::new();
        fixture
            .session
            .replace_config(config("the-secret").with_retry(policy));
        let exchange = fixture.sends();
        fixture.fails(exchange);
        let (_, until) = fixture.waits();
        fixture.now = until.unwrap().saturating_add(late);
        // The caller has no ticket: it comes now, and those who waited have not been polled yet.
        let exchange = fixture.sends();
        let has_failed = matches!(fixture.fails(exchange), Outcome::Failed { .. });
        assert_eq!(has_failed, goes_on, "{backoff:?}, {late:?} late");
    }
}

#[test]
fn only_what_takes_effect_is_counted_as_an_invalidation() {
    let mut fixture = Fixture::holding(1_000);
    for (counted, took_effect) in [(1, true), (1, false)] {
        let token = fixture.uses();
        assert_eq!(fixture.session.invalidate(fixture.now, &token), took_effect);
        assert_eq!(
            fixture.session.status(fixture.now).counts.invalidations,
            counted
        );
        if took_effect {
            let exchange = fixture.sends();
            fixture.respond(exchange, &token_for(1_000));
        }
    }
}

//! Renewals that a rejection forces, and the interval between them.

use super::fixture::{Fixture, config, seconds, token_for};
use crate::clock::Moment;
use crate::protocol::{AccessToken, GrantedScope, Lifetime, StoredToken};
use crate::session::{Action, Exchange, Requirements};

#[test]
fn invalidating_acts_on_the_current_token_and_keeps_a_gap() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    assert!(fixture.session.invalidate(fixture.now, &old));
    assert!(
        !fixture.session.invalidate(fixture.now, &old),
        "it is gone already"
    );
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(1_000));
    let new = fixture.uses();
    assert!(
        !fixture.session.invalidate(fixture.now, &old),
        "it is not the current one"
    );
    fixture.pass(9);
    assert!(!fixture.session.invalidate(fixture.now, &new), "too soon");
    fixture.pass(1);
    assert!(fixture.session.invalidate(fixture.now, &new));
}

#[test]
fn a_request_that_was_sent_before_a_rejection_is_not_the_forced_renewal() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    fixture.pass(860);
    let exchange = fixture.sends();
    assert!(fixture.session.invalidate(fixture.now, &old));
    fixture.respond(exchange, &token_for(1_000));
    // An administrator has ended both. The renewal that follows is the forced one.
    let also_ended = fixture.uses();
    assert!(fixture.session.invalidate(fixture.now, &also_ended));
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(1_000));
    let new = fixture.uses();
    assert!(!fixture.session.invalidate(fixture.now, &new), "too soon");
}

/// The monotonic clock has begun after the request of the token, as it does with the machine on
/// Linux, and with the process elsewhere.
#[test]
fn a_stored_token_that_is_older_than_the_clock_is_renewed_at_once() {
    let mut fixture = Fixture::new();
    fixture.now = Moment::new(seconds(1), fixture.now.wall());
    let held = {
        let exchange = fixture.sends();
        fixture.respond(exchange, &token_for(1_000));
        fixture.uses()
    };
    assert!(fixture.session.invalidate(fixture.now, &held));
    let exchange = fixture.sends();
    let stored = AccessToken::stored(StoredToken {
        token: "stored",
        lifetime: Lifetime::Stated(seconds(1_000)),
        expires_at: fixture.now.saturating_add(seconds(900)),
        scope: GrantedScope::compare(fixture.session.config().scope(), None),
        resource_server: None,
    });
    let stored = stored.unwrap();
    fixture
        .session
        .end_adopting(fixture.now, exchange, stored.clone());
    let status = fixture.session.status(fixture.now);
    assert_eq!(status.age, Some(seconds(100)));
    assert!(fixture.session.invalidate(fixture.now, &stored));
}

/// An API rejects each token, also those that callers have forced, and sooner than they arrive.
#[test]
fn who_forces_renewals_and_rejects_their_tokens_keeps_the_interval() {
    let mut fixture = Fixture::holding(1_000);
    let mut sent = 0;
    for _ in 0..600 {
        fixture.pass(1);
        let held = fixture.session.current().cloned();
        let requirements = match held.clone() {
            Some(token) => Requirements::new().with_other_than(token),
            None => Requirements::new(),
        };
        let action = fixture.session.poll_for(fixture.now, &requirements);
        if let Some(held) = held {
            fixture.session.invalidate(fixture.now, &held);
        }
        if let Action::Send(exchange) = action {
            sent += 1;
            fixture.respond(exchange, &token_for(1_000));
        }
    }
    assert!((6..=8).contains(&sent), "{sent} requests in ten minutes");
}

/// What ends an exchange that was sent before a rejection, and does not bring a token.
#[test]
fn the_forced_renewal_is_counted_whatever_ends_before_it() {
    type End = fn(&mut Fixture, Exchange);
    let fails: End = |fixture, exchange| drop(fixture.fails(exchange));
    let is_lost: End = |_, exchange| drop(exchange);
    for end in [fails, is_lost] {
        let mut fixture = Fixture::holding(1_000);
        let old = fixture.uses();
        fixture.pass(860);
        let exchange = fixture.sends();
        assert!(fixture.session.invalidate(fixture.now, &old));
        end(&mut fixture, exchange);
        fixture.pass(60);
        let forced = fixture.sends();
        fixture.respond(forced, &token_for(1_000));
        let new = fixture.uses();
        assert!(!fixture.session.invalidate(fixture.now, &new), "too soon");
    }
}

#[test]
fn an_exchange_of_an_older_configuration_takes_nothing_from_the_forced_renewal() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    fixture.pass(860);
    let late = fixture.sends();
    fixture.session.replace_config(config("new-secret"));
    assert!(fixture.session.invalidate(fixture.now, &old));
    let forced = fixture.sends();
    fixture.respond(late, &token_for(1_000));
    fixture.respond(forced, &token_for(1_000));
    let new = fixture.uses();
    assert!(!fixture.session.invalidate(fixture.now, &new), "too soon");
}

#[test]
fn a_token_that_was_issued_twice_is_given_up_by_whoever_has_it() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    fixture.pass(860);
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(1_000));
    assert!(!fixture.uses().is(&old) && fixture.uses().is_repeated_by(&old));
    assert!(fixture.session.invalidate(fixture.now, &old));
    drop(fixture.sends());
}

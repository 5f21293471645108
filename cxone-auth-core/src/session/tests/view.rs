//! What a session says of itself: its state, its counts, and until when it serves its token.

use std::time::{Duration, SystemTime};

use super::fixture::{Fixture, config, response, seconds, token_for, wrong_secret};
use crate::clock::Moment;
use crate::protocol::read_token_response;
use crate::session::{Action, Outcome, Requirements, TokenOrigin, TokenState, interval};

#[test]
fn the_state_of_a_token_follows_its_deadlines() {
    let mut fixture = Fixture::new();
    let state = |fixture: &Fixture| fixture.session.status(fixture.now).token;
    assert_eq!(state(&fixture), TokenState::None);
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(1_000));
    let (token, renew_at) = fixture.session.fresh_until().unwrap();
    let withheld_at = token.sent_at().saturating_add(seconds(970));
    for (moment, before, from) in [
        (renew_at, TokenState::Fresh, TokenState::Due),
        (withheld_at, TokenState::Due, TokenState::Withheld),
        (
            token.expires_at(),
            TokenState::Withheld,
            TokenState::Expired,
        ),
    ] {
        let left = fixture.now.until(moment);
        let now = fixture.now;
        fixture.now = now.saturating_add(left.saturating_sub(Duration::from_nanos(1)));
        assert_eq!(state(&fixture), before);
        fixture.now = now.saturating_add(left);
        assert_eq!(state(&fixture), from);
    }
}

#[test]
fn the_states_have_names_of_their_own() {
    let states = [
        (TokenState::None, "none"),
        (TokenState::Fresh, "fresh"),
        (TokenState::Due, "due"),
        (TokenState::Withheld, "withheld"),
        (TokenState::Expired, "expired"),
    ];
    for (state, name) in states {
        assert_eq!((state.as_str(), state.to_string().as_str()), (name, name));
    }
    for (origin, name) in [
        (TokenOrigin::Server, "server"),
        (TokenOrigin::Store, "store"),
    ] {
        assert_eq!((origin.as_str(), origin.to_string().as_str()), (name, name));
    }
}

/// Requests, tokens, failures, tokens that were given up.
fn counts(fixture: &Fixture) -> [u64; 4] {
    let counts = fixture.session.status(fixture.now).counts;
    [
        counts.requests,
        counts.tokens,
        counts.failures,
        counts.invalidations,
    ]
}

#[test]
fn everything_is_counted_once() {
    let mut fixture = Fixture::new();
    for failures in 1..=2 {
        let exchange = fixture.sends();
        fixture.fails(exchange);
        assert_eq!(counts(&fixture), [failures, 0, failures, 0]);
        fixture.now = fixture.waits().1.unwrap();
    }
    for tokens in 1..=2 {
        let exchange = fixture.sends();
        fixture.respond(exchange, &token_for(1_000));
        let token = fixture.uses();
        fixture.pass(60);
        assert!(fixture.session.invalidate(fixture.now, &token));
        assert_eq!(counts(&fixture), [2 + tokens, tokens, 2, tokens]);
    }
    for adopted in 1..=2 {
        let mut other = Fixture::holding(1_000);
        let token = other.uses();
        fixture.session.count_request();
        fixture.session.adopt(fixture.now, token.clone());
        assert!(fixture.uses().is(&token));
        assert_eq!(counts(&fixture), [4 + adopted, 2 + adopted, 2, 2]);
    }
}

#[test]
fn a_token_of_another_process_is_counted_apart() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(1_000);
    let exchange = fixture.sends();
    let token = Fixture::holding(9_000).uses();
    fixture
        .session
        .end_adopting(fixture.now, exchange, token.clone());
    assert!(fixture.uses().is(&token));
    assert_eq!(counts(&fixture), [1, 1, 0, 0]);
    assert_eq!(fixture.session.status(fixture.now).counts.adopted, 1);
}

/// What another process was told counts as no request of this one, unless the exchange has ended.
#[test]
fn what_another_process_was_told_is_not_counted() {
    let mut fixture = Fixture::new();
    let told = || {
        let sent_at = Moment::new(seconds(1_000), SystemTime::UNIX_EPOCH);
        read_token_response(&config("the-secret"), sent_at, &wrong_secret()).unwrap_err()
    };
    let exchange = fixture.sends();
    let ended = fixture
        .session
        .end_told(fixture.now, exchange, told(), seconds(30));
    assert!(matches!(ended, Outcome::Failed { .. }), "{ended:?}");
    assert_eq!(counts(&fixture), [0; 4]);
    let until = fixture.refuses().retry_at().unwrap();
    assert_eq!(fixture.now.until(until), seconds(30));
    fixture.now = until;
    let exchange = fixture.sends();
    fixture.session.replace_config(config("another-secret"));
    assert_eq!(counts(&fixture), [1, 0, 0, 0]);
    let ended = fixture
        .session
        .end_told(fixture.now, exchange, told(), seconds(30));
    assert!(matches!(ended, Outcome::Superseded), "{ended:?}");
    assert_eq!(counts(&fixture), [1, 0, 0, 0]);
}

/// A caller with an old ticket shares the end of its own call only.
#[test]
fn each_call_has_a_later_ticket() {
    let mut fixture = Fixture::new();
    let mut tickets = Vec::new();
    for _ in 0..3 {
        let exchange = fixture.sends();
        tickets.push(exchange.ticket());
        fixture.respond(exchange, &wrong_secret());
        fixture.now = fixture.refuses().retry_at().unwrap();
    }
    assert!(tickets.is_sorted_by(|one, next| one < next), "{tickets:?}");
}

#[test]
fn requirements_tell_what_was_set() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    let ticket = exchange.ticket();
    fixture.respond(exchange, &token_for(1_000));
    let token = fixture.uses();
    let requirements = Requirements::new()
        .with_min_ttl(seconds(7))
        .with_other_than(token.clone())
        .with_ticket(ticket);
    assert_eq!(requirements.min_ttl(), seconds(7));
    assert!(
        requirements
            .other_than()
            .is_some_and(|other| other.is(&token))
    );
    assert_eq!(requirements.ticket(), Some(ticket));
}

fn served_until(fixture: &Fixture) -> Moment {
    let (_, until) = fixture.session.served_until(fixture.now).unwrap();
    until
}

#[test]
fn a_token_is_served_until_the_latest_moment_that_allows_it() {
    let mut fixture = Fixture::holding(1_000);
    let (token, renew_at) = fixture.session.fresh_until().unwrap();
    assert_eq!(served_until(&fixture), renew_at);
    // The exchange takes half of what remains only after the last stretch has begun.
    fixture.pass(860);
    let exchange = fixture.sends();
    let serve_at = fixture.session.serve_at().unwrap();
    let withheld_at = token.sent_at().saturating_add(seconds(970));
    let expected = if serve_at == serve_at.earlier(withheld_at) {
        token.expires_at()
    } else {
        withheld_at
    };
    assert_eq!(served_until(&fixture), expected);
    let Outcome::Failed { error, .. } = fixture.fails(exchange) else {
        panic!("a token is at hand");
    };
    assert_eq!(served_until(&fixture), error.retry_at().unwrap());
    // After a failure, nobody waits for the next renewal.
    fixture.now = error.retry_at().unwrap();
    let exchange = fixture.sends();
    assert_eq!(served_until(&fixture), token.expires_at());
    drop(exchange);
}

#[test]
fn a_renewal_that_is_sent_late_withholds_the_token_from_its_last_stretch_on() {
    let mut fixture = Fixture::holding(1_000);
    let (token, _) = fixture.session.fresh_until().unwrap();
    fixture.pass(960);
    let _exchange = fixture.sends();
    let withheld_at = token.sent_at().saturating_add(seconds(970));
    assert_eq!(served_until(&fixture), withheld_at);
}

#[test]
fn a_token_with_as_much_left_takes_the_place_of_the_old_one() {
    for (lifetime, is_kept) in [(139, true), (140, false), (141, false)] {
        let mut fixture = Fixture::holding(1_000);
        fixture.pass(860);
        let exchange = fixture.sends();
        let outcome = fixture.respond(exchange, &token_for(lifetime));
        let was_kept = matches!(outcome, Outcome::Discarded { .. });
        assert_eq!(was_kept, is_kept, "{lifetime} s: {outcome:?}");
    }
}

#[test]
fn a_token_that_is_kept_is_renewed_after_a_quarter_of_what_is_left() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(860);
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(100));
    let (_, renew_at) = fixture.session.fresh_until().unwrap();
    assert_eq!(fixture.now.until(renew_at), seconds(35));
}

#[test]
fn the_interval_without_a_token_is_that_of_a_shorter_lifetime() {
    let millis = Duration::from_millis;
    for (lifetime, interval) in [
        (None, millis(1_000)),
        (Some(millis(0)), millis(1_000)),
        (Some(millis(400)), millis(400)),
        (Some(millis(5_000)), millis(1_000)),
    ] {
        assert_eq!(interval::without_token(lifetime), interval, "{lifetime:?}");
    }
}

/// A configuration that was right once is told as such.
#[test]
fn an_adopted_token_counts_as_one_that_the_configuration_has_got() {
    let refused = |fixture: &mut Fixture| {
        let exchange = fixture.sends();
        fixture.respond(exchange, &response(401, &[], ""));
        fixture.refuses().report().to_string()
    };
    let mut never = Fixture::new();
    let mut once = Fixture::holding(1_000);
    let token = once.uses();
    once.session.replace_config(config("other"));
    once.session.adopt(once.now, token);
    once.pass(1_000);
    assert!(matches!(once.session.poll(once.now), Action::Send(_)));
    once.pass(2);
    assert_ne!(refused(&mut never), refused(&mut once));
}

mod boundary;
mod failure;
mod fixture;
mod forced;
mod view;

use std::time::Duration;

use super::*;
use crate::config::ClientCredentials;
use crate::error::{ErrorKind, TransportErrorKind};
use crate::platform::Region;
use fixture::{Fixture, config, response, seconds, token_for, wrong_secret};

#[test]
fn hands_out_the_token_until_its_renewal_is_due() {
    let mut fixture = Fixture::holding(1_000);
    let token = fixture.uses();
    fixture.pass(740);
    assert!(fixture.uses().is(&token));
    fixture.pass(120);
    let _exchange = fixture.sends();
}

#[test]
fn one_caller_renews_and_the_others_go_on_with_the_token() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(860);
    let exchange = fixture.sends();
    for _ in 0..3 {
        assert_eq!(fixture.uses().remaining(fixture.now), seconds(140));
    }
    let outcome = fixture.respond(exchange, &token_for(1_000));
    assert!(matches!(outcome, Outcome::Renewed { .. }));
    assert_eq!(fixture.uses().remaining(fixture.now), seconds(1_000));
}

#[test]
fn withholds_the_last_stretch_only_while_a_renewal_is_possible() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(985);
    let exchange = fixture.sends();
    fixture.waits();
    let outcome = fixture.fails(exchange);
    assert!(matches!(outcome, Outcome::Failed { stale: Some(_), .. }));
    fixture.uses();
    fixture.pass(15);
    assert!(matches!(
        fixture.session.poll(fixture.now),
        Action::Refuse(_) | Action::Send(_)
    ));
}

#[test]
fn a_rejected_secret_is_one_request_and_everybodys_error() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    let (ticket, _) = fixture.waits();
    fixture.respond(exchange, &wrong_secret());
    let retry_at = fixture.refuses().retry_at().unwrap();
    let requirements = Requirements::new().with_ticket(ticket);
    fixture.now = retry_at;
    let waited = fixture.session.poll_for(fixture.now, &requirements);
    assert!(
        matches!(waited, Action::Refuse(_)),
        "who waited shares it however late: {waited:?}"
    );
    let _exchange = fixture.sends();
    assert_eq!(fixture.session.status(fixture.now).counts.requests, 2);
}

#[test]
fn what_may_pass_is_tried_again_within_the_call() {
    let mut fixture = Fixture::new();
    for _ in 0..2 {
        let exchange = fixture.sends();
        assert!(matches!(fixture.fails(exchange), Outcome::Retrying { .. }));
        let (_, until) = fixture.waits();
        fixture.now = until.unwrap();
    }
    let exchange = fixture.sends();
    assert!(matches!(
        fixture.fails(exchange),
        Outcome::Failed { stale: None, .. }
    ));
    fixture.refuses();
}

#[test]
fn a_response_that_may_have_been_lost_is_not_requested_again_within_the_call() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    let outcome = fixture.fails_as(exchange, TransportErrorKind::UncleanClose);
    assert!(matches!(outcome, Outcome::Failed { stale: None, .. }));
    let error = fixture.refuses();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "it may pass later");
}

#[test]
fn a_server_that_asks_for_a_wait_ends_the_call() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    fixture.respond(exchange, &response(429, &[("retry-after", "120")], ""));
    fixture.pass(119);
    fixture.refuses();
    fixture.pass(1);
    let _exchange = fixture.sends();
}

#[test]
fn a_dropped_exchange_lets_the_next_caller_send() {
    let mut fixture = Fixture::new();
    drop(fixture.sends());
    let exchange = fixture.sends_after_a_wait(seconds(1));
    assert_eq!(fixture.waits().1, None, "the exchange in flight decides");
    drop(exchange);
    let _exchange = fixture.sends_after_a_wait(seconds(1));
}

#[test]
fn a_token_that_ends_sooner_does_not_take_the_place_of_a_better() {
    let mut fixture = Fixture::holding(1_000);
    let old = fixture.uses();
    fixture.pass(860);
    let exchange = fixture.sends();
    let ticket = exchange.ticket();
    let outcome = fixture.respond(exchange, &token_for(60));
    assert!(matches!(outcome, Outcome::Discarded { .. }));
    let requirements = Requirements::new().with_ticket(ticket);
    let Action::Use(token) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("there is a token");
    };
    assert!(token.is(&old), "the requester gets the better one as well");
    assert!(fixture.uses().is(&old), "and nobody asks again at once");
}

#[test]
fn a_token_without_a_lifetime_serves_those_who_waited_and_nobody_else() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    let (ticket, _) = fixture.waits();
    fixture.respond(exchange, &token_for(0));
    let requirements = Requirements::new().with_ticket(ticket);
    assert!(matches!(
        fixture.session.poll_for(fixture.now, &requirements),
        Action::Use(_)
    ));
    let (ticket, _) = fixture.waits();
    let exchange = fixture.sends_after_a_wait(seconds(1));
    assert_eq!(exchange.ticket(), ticket, "who waited is of the next call");
}

#[test]
fn a_new_secret_ends_the_cool_down_and_voids_the_exchange_under_the_old_one() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    fixture.session.replace_config(config("new-secret"));
    let new = fixture.sends();
    assert!(matches!(
        fixture.respond(exchange, &wrong_secret()),
        Outcome::Superseded
    ));
    fixture.respond(new, &token_for(1_000));
    let token = fixture.uses();
    fixture.session.replace_config(config("newer-secret"));
    assert!(fixture.uses().is(&token), "the client is the same");
    let other = Config::genesys_cloud(Region::UsEast1, ClientCredentials::new("other", "s"));
    fixture.session.replace_config(other.unwrap());
    let _exchange = fixture.sends();
}

#[test]
fn either_clock_ends_a_token() {
    let mut fixture = Fixture::holding(1_000);
    let start = fixture.now;
    fixture.now = Moment::new(start.monotonic(), start.wall() + seconds(1_001));
    drop(fixture.sends());
    fixture.now = Moment::new(
        start.monotonic() + seconds(1_002),
        start.wall() - seconds(9_000),
    );
    drop(fixture.sends());
    fixture.now = Moment::new(
        start.monotonic() + seconds(10),
        start.wall() - seconds(9_000),
    );
    fixture.uses();
}

#[test]
fn more_lifetime_than_any_token_has_is_asked_for_once() {
    let mut fixture = Fixture::holding(1_000);
    let requirements = Requirements::new().with_min_ttl(seconds(2_000));
    fixture.pass(100);
    assert!(matches!(
        fixture.session.poll_for(fixture.now, &requirements),
        Action::Use(_)
    ));
    let requirements = Requirements::new().with_min_ttl(seconds(950));
    assert!(matches!(
        fixture.session.poll_for(fixture.now, &requirements),
        Action::Send(_)
    ));
}

#[test]
fn a_refresh_before_longer_than_half_the_lifetime_is_cut_and_reported() {
    let policy = crate::config::RenewalPolicy::new().with_refresh_before(seconds(300));
    let mut fixture = Fixture::new();
    fixture
        .session
        .replace_config(config("s").with_renewal(policy));
    let exchange = fixture.sends();
    fixture.respond(exchange, &token_for(300));
    fixture.uses();
    assert!(fixture.session.status(fixture.now).refresh_before_is_cut);
}

#[test]
fn a_token_kept_to_its_end_is_renewed_at_its_end_at_the_latest() {
    let mut fixture = Fixture::holding(10);
    fixture.now = fixture.now.saturating_add(Duration::from_millis(9_200));
    let exchange = fixture.sends();
    assert!(matches!(
        fixture.respond(exchange, &token_for(0)),
        Outcome::Discarded { .. }
    ));
    let (token, until) = fixture.session.fresh_until().unwrap();
    assert_eq!(until, token.expires_at());
}

#[test]
fn a_server_that_hands_out_its_old_token_is_not_asked_by_every_call() {
    let mut fixture = Fixture::holding(3_600);
    let requirements = Requirements::new().with_min_ttl(seconds(1_800));
    fixture.pass(2_600);
    let Action::Send(exchange) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("half of the lifetime is over");
    };
    fixture.respond(exchange, &token_for(999));
    for _ in 0..240 {
        assert!(matches!(
            fixture.session.poll_for(fixture.now, &requirements),
            Action::Use(_)
        ));
        fixture.pass(1);
    }
}

#[test]
fn all_who_want_another_token_wait_for_the_same_one() {
    let mut fixture = Fixture::holding(3_600);
    let requirements = Requirements::new().with_other_than(fixture.uses());
    let Action::Send(exchange) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("another token is wanted");
    };
    let joined = fixture.session.poll_for(fixture.now, &requirements);
    assert!(matches!(joined, Action::Wait { .. }), "{joined:?}");
    fixture.uses();
    drop(exchange);
    fixture.pass(1);
    let Action::Send(exchange) = fixture.session.poll_for(fixture.now, &requirements) else {
        panic!("the first to ask has gone, and another token is wanted still");
    };
    fixture.respond(exchange, &token_for(3_600));
    let requirements = Requirements::new().with_other_than(fixture.uses());
    let again = fixture.session.poll_for(fixture.now, &requirements);
    assert!(matches!(again, Action::Use(_)), "within the gap: {again:?}");
}

#[test]
fn calls_that_were_given_up_leave_the_next_one_its_attempts() {
    let mut fixture = Fixture::new();
    for _ in 0..3 {
        drop(fixture.sends());
        fixture.pass(1);
    }
    for _ in 0..2 {
        let exchange = fixture.sends();
        assert!(matches!(fixture.fails(exchange), Outcome::Retrying { .. }));
        fixture.now = fixture.waits().1.unwrap();
    }
    fixture.pass(3_600);
    let exchange = fixture.sends();
    assert!(
        matches!(fixture.fails(exchange), Outcome::Retrying { .. }),
        "an hour later"
    );
}

#[test]
fn a_renewal_that_hangs_after_another_has_failed_withholds_no_living_token() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(950);
    let exchange = fixture.sends();
    fixture.pass(30);
    fixture.fails(exchange);
    fixture.pass(2);
    let _hanging = fixture.sends();
    fixture.pass(1);
    fixture.uses();
}

#[test]
fn a_caller_who_waited_past_the_tokens_end_is_not_given_it() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    let (ticket, _) = fixture.waits();
    fixture.respond(exchange, &token_for(60));
    fixture.pass(61);
    let requirements = Requirements::new().with_ticket(ticket);
    let late = fixture.session.poll_for(fixture.now, &requirements);
    assert!(matches!(late, Action::Send(_)), "{late:?}");
}

#[test]
fn nobody_waits_for_a_renewal_into_the_end_of_a_token() {
    let mut fixture = Fixture::holding(10);
    fixture.now = fixture.now.saturating_add(Duration::from_millis(9_200));
    let _silent = fixture.sends();
    let (ticket, until) = fixture.waits();
    let half = fixture.now.saturating_add(Duration::from_millis(400));
    assert_eq!(until, Some(half), "half of the 800 ms that were left");
    fixture.now = half;
    let requirements = Requirements::new().with_ticket(ticket);
    let waited = fixture.session.poll_for(fixture.now, &requirements);
    assert!(matches!(waited, Action::Use(_)), "{waited:?}");
    fixture.uses();
}

#[test]
fn a_renewal_that_was_given_up_postpones_the_next_one() {
    let mut fixture = Fixture::holding(1_000);
    fixture.pass(985);
    drop(fixture.sends());
    for _ in 0..10 {
        fixture.uses();
        fixture.pass(1);
    }
    drop(fixture.sends());
    fixture.pass(5);
    let _exchange = fixture.sends();
}

#[test]
fn a_token_is_at_hand_for_who_can_wait_no_longer() {
    let mut fixture = Fixture::holding(1_000);
    let token = fixture.uses();
    fixture.pass(985);
    let _silent = fixture.sends();
    fixture.waits();
    let any = Requirements::new();
    let at_hand = |fixture: &Fixture, requirements: &Requirements| {
        let at_hand = fixture.session.at_hand(fixture.now, requirements);
        at_hand.is_some_and(|at_hand| at_hand.is(&token))
    };
    assert!(at_hand(&fixture, &any));
    assert!(at_hand(&fixture, &any.clone().with_min_ttl(seconds(900))));
    assert!(!at_hand(
        &fixture,
        &any.clone().with_other_than(token.clone())
    ));
    fixture.pass(15);
    assert!(!at_hand(&fixture, &any), "it has ended");
}

/// Returns how many requests a day takes if a caller asks once a second.
fn requests_of_a_day(lifetime: u64, mut ask: impl FnMut(&mut Fixture) -> Action) -> u64 {
    let mut fixture = Fixture::holding(lifetime);
    for _ in 0..86_400 {
        if let Action::Send(exchange) = ask(&mut fixture) {
            fixture.respond(exchange, &token_for(lifetime));
        }
        fixture.pass(1);
    }
    fixture.session.status(fixture.now).counts.requests
}

#[test]
fn an_api_that_rejects_every_token_costs_ever_fewer_renewals() {
    let requests = requests_of_a_day(86_400, |fixture| {
        if let Some(token) = fixture.session.current().cloned() {
            fixture.session.invalidate(fixture.now, &token);
        }
        fixture.session.poll(fixture.now)
    });
    assert!((140..160).contains(&requests), "{requests}");
    let requests = requests_of_a_day(86_400, |fixture| {
        let current = fixture.session.current().cloned();
        let current = current.expect("it is kept until another comes");
        let requirements = Requirements::new().with_other_than(current);
        fixture.session.poll_for(fixture.now, &requirements)
    });
    assert!(
        (140..160).contains(&requests),
        "by asking for another: {requests}"
    );
}

#[test]
fn more_than_a_renewal_brings_costs_ever_fewer_renewals() {
    let requirements = Requirements::new().with_min_ttl(seconds(86_400));
    let requests = requests_of_a_day(86_400, |fixture| {
        fixture.session.poll_for(fixture.now, &requirements)
    });
    assert!((140..160).contains(&requests), "{requests}");
    // A token lasts an hour, so a renewal can give half an hour. Each renewal is made when it is
    // needed.
    let requirements = Requirements::new().with_min_ttl(seconds(1_800));
    let requests = requests_of_a_day(3_600, |fixture| {
        fixture.session.poll_for(fixture.now, &requirements)
    });
    assert!((45..=49).contains(&requests), "{requests}");
}

#[test]
fn a_forced_renewal_that_helps_ends_the_growth() {
    let mut fixture = Fixture::holding(86_400);
    let gives_up = |fixture: &mut Fixture| {
        let token = fixture.uses();
        fixture.session.invalidate(fixture.now, &token)
    };
    let renews = |fixture: &mut Fixture| {
        let exchange = fixture.sends();
        fixture.respond(exchange, &token_for(86_400));
    };
    for gap in [0, 10, 20, 40] {
        assert!(gap == 0 || !gives_up(&mut fixture), "too soon");
        fixture.pass(gap);
        assert!(gives_up(&mut fixture), "after {gap} s");
        renews(&mut fixture);
    }
    // This token lasts longer than the interval that has grown.
    fixture.pass(3_600);
    assert!(gives_up(&mut fixture));
    renews(&mut fixture);
    assert!(!gives_up(&mut fixture));
    fixture.pass(10);
    assert!(gives_up(&mut fixture), "the gap is that of the policy");
}

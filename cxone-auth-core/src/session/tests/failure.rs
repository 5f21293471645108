//! What a failure means: whether the call goes on, and how long nothing is sent.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::fixture::{Fixture, response, seconds};
use crate::clock::Moment;
use crate::session::backoff::Random;
use crate::session::{Action, Outcome};

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    /// The next attempt of the call, after the policy's pause.
    Pause,
    /// The same, after a pause that the server asks for, in milliseconds.
    Imposed(u64),
    /// The cool-down after a failure that may pass by itself.
    Outage,
    /// The cool-down after a failure that stays until somebody acts.
    Refusal,
}

const BUSY: &str = r#"{"error":"server_error"}"#;
const WRONG: &str = r#"{"error":"invalid_client"}"#;

/// Status, `Retry-After`, body.
const ROWS: [(u16, &str, &str, Then); 13] = [
    (500, "", "", Then::Pause),
    (503, "", BUSY, Then::Pause),
    (429, "", "", Then::Pause),
    // A third longer, since the jitter may take a quarter of it.
    (429, "3", "", Then::Imposed(4_000)),
    (503, "2", "", Then::Imposed(2_667)),
    // Nobody waits so long within a call.
    (429, "120", "", Then::Outage),
    (200, "", "{}", Then::Outage),
    (403, "", BUSY, Then::Outage),
    (400, "", WRONG, Then::Refusal),
    (401, "", "", Then::Refusal),
    // Each may count towards a lock-out, whatever else the response says.
    (401, "", BUSY, Then::Refusal),
    (401, "", r#"{"error":"slow_down"}"#, Then::Refusal),
    (407, "", BUSY, Then::Refusal),
];

/// The span with its jitter of a quarter.
fn around(span: Duration) -> RangeInclusive<Duration> {
    let rounding = Duration::from_millis(1);
    (span * 3 / 4).saturating_sub(rounding)..=span * 5 / 4 + rounding
}

#[test]
fn a_failure_is_followed_by_its_pause_or_its_cool_down() {
    for (status, retry_after, body, then) in ROWS {
        let headers = [("retry-after", retry_after)];
        let headers = if retry_after.is_empty() {
            &headers[..0]
        } else {
            &headers[..]
        };
        let mut fixture = Fixture::new();
        let policy = fixture.session.config().retry();
        let exchange = fixture.sends();
        let now = fixture.now;
        let span = |until: Moment| now.until(until);
        match fixture.respond(exchange, &response(status, headers, body)) {
            Outcome::Retrying { until, .. } => {
                let expected = match then {
                    Then::Pause => policy.backoff().first(),
                    Then::Imposed(millis) => Duration::from_millis(millis),
                    other => panic!("{status} {body}: {other:?} and no pause"),
                };
                assert!(
                    around(expected).contains(&span(until)),
                    "{status} {retry_after} {body}"
                );
            }
            Outcome::Failed { error, .. } => {
                let expected = match then {
                    Then::Refusal => policy.refusal_cool_down().first(),
                    Then::Outage if retry_after.is_empty() => policy.outage_cool_down().first(),
                    Then::Outage => seconds(120),
                    other => panic!("{status} {body}: {other:?} and no cool-down"),
                };
                let cool_down = span(error.retry_at().unwrap());
                assert!(
                    around(expected).contains(&cool_down),
                    "{status} {body}: {cool_down:?}"
                );
            }
            other => panic!("{status} {body}: {other:?}"),
        }
    }
    let policy = Fixture::new().session.config().retry();
    let outage = around(policy.outage_cool_down().first());
    let refusal = around(policy.refusal_cool_down().first());
    assert!(outage.end() < refusal.start(), "a test can tell them apart");
}

/// The first values of the generator's reference implementation, from the seed 1234567.
#[test]
fn the_jitter_is_drawn_from_splitmix64() {
    let drawn: [u64; 5] = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ];
    let mut random = Random::new(1_234_567);
    let second = seconds(1_000);
    for number in drawn {
        let thousandths = u32::try_from(750 + number % 501).unwrap();
        assert_eq!(random.scale(second), second * thousandths / 1_000);
    }
}

/// Only credentials that were refused may be fixed by others. The check sends nothing.
#[test]
fn a_check_of_the_credentials_takes_the_place_of_a_request_and_is_none() {
    for (status, body, may_help) in [(401, "", true), (400, WRONG, true), (200, "{}", false)] {
        let mut fixture = Fixture::new();
        let exchange = fixture.sends();
        fixture.respond(exchange, &response(status, &[], body));
        fixture.refuses();
        let now = fixture.now;
        let checked = fixture.session.check(now, false);
        assert_eq!(checked.is_some(), may_help, "{status} {body}");
        let Some((check, is_about_it)) = checked else {
            continue;
        };
        assert!(is_about_it);
        assert!(fixture.session.is_in_flight());
        assert!(fixture.session.check(now, false).is_none(), "one at a time");
        fixture.session.end_check(check);
        assert!(!fixture.session.is_in_flight());
        fixture.refuses();
        let counts = fixture.session.status(now).counts;
        assert_eq!(
            (counts.requests, counts.failures),
            (1, 1),
            "{status} {body}"
        );
        fixture.session.count_refusal();
        fixture.session.count_refusal();
        let counts = fixture.session.status(now).counts;
        assert_eq!(
            (counts.requests, counts.failures),
            (3, 3),
            "{status} {body}"
        );
    }
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    fixture.respond(exchange, &response(500, &[], ""));
    assert!(matches!(
        fixture.session.poll(fixture.now),
        Action::Wait { .. }
    ));
    assert!(
        fixture.session.check(fixture.now, true).is_none(),
        "in a pause"
    );
}

/// The configuration that it was begun for is gone, and with it the count.
#[test]
fn a_check_of_replaced_credentials_changes_nothing() {
    let mut fixture = Fixture::new();
    let exchange = fixture.sends();
    fixture.respond(exchange, &response(401, &[], ""));
    let (check, _) = fixture.session.check(fixture.now, false).unwrap();
    let config = fixture.session.config().clone();
    fixture.session.replace_config(config);
    let exchange = fixture.sends();
    fixture.session.end_check(check);
    assert!(fixture.session.is_in_flight());
    assert_eq!(fixture.session.status(fixture.now).counts.requests, 3);
    drop(exchange);
}

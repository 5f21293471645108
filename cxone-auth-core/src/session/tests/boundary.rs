//! What decides by a hair: exactly enough lifetime, exactly the same end, and who is handed a token
//! that they reject.

use std::time::Duration;

use super::fixture::{Fixture, seconds, token_for};
use crate::session::{Action, Requirements};

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

use std::time::UNIX_EPOCH;

use super::*;

const SPAN: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Moment {
    let span = Duration::from_secs(1_800_000_000 + seconds);
    Moment::new(span, UNIX_EPOCH + span)
}

fn machine(wish: Wish) -> Machine {
    let id = LeaseId::new([7; 16]);
    Machine::new(wish, Lease { id, span: SPAN })
}

/// A machine that has given up waiting for the holder of the lease, has a token, and asks for the
/// lease to save it.
fn with_late_token() -> Machine {
    let mut machine = machine(Wish::default());
    let held = || Input::Leased(Ok(StoreOutcome::HeldByAnother));
    assert!(matches!(machine.next(at(0), Input::Start), Act::Load));
    assert!(matches!(
        machine.next(at(0), Input::Loaded(Ok(None))),
        Act::Lease(_)
    ));
    assert!(matches!(machine.next(at(0), held()), Act::Pause(_)));
    let late = machine.next(at(20), held());
    assert!(matches!(late, Act::Request { waited: Some(_) }));
    let token = AccessToken::bearer("a-token", at(20), Duration::from_hours(1)).unwrap();
    let got = Input::Requested(Requested::Token(token));
    assert!(matches!(machine.next(at(20), got), Act::Lease(_)));
    machine
}

#[test]
fn a_token_that_cannot_be_saved_is_not_requested_again() {
    for input in [
        Input::Leased(Err(Failed)),
        Input::Leased(Ok(StoreOutcome::HeldByAnother)),
    ] {
        let act = with_late_token().next(at(20), input);
        assert!(matches!(act, Act::End(End::Own)));
    }
    let saved = with_late_token().next(at(20), Input::Leased(Ok(StoreOutcome::Done)));
    assert!(matches!(saved, Act::Save(..)));
}

#[test]
fn who_only_looks_asks_for_nothing() {
    for input in [Input::Loaded(Ok(None)), Input::Loaded(Err(Failed))] {
        let mut machine = machine(Wish {
            only_looks: true,
            ..Wish::default()
        });
        assert!(matches!(machine.next(at(0), Input::Start), Act::Load));
        assert!(matches!(machine.next(at(0), input), Act::End(End::Own)));
    }
}

fn token() -> AccessToken {
    AccessToken::bearer("a-token", at(0), Duration::from_hours(1)).unwrap()
}

/// An entry with a token of an hour, which is the successor of a generation.
fn entry(after: u64) -> Found {
    let record = Record::after(None, after, at(0)).with_token(&token());
    Found { record, kept: None }
}

fn loaded(found: Found) -> Input {
    Input::Loaded(Ok(Some(found)))
}

/// A machine that has the lease, and has found nothing before.
fn with_the_lease() -> Machine {
    let mut machine = machine(Wish::default());
    machine.next(at(0), Input::Start);
    machine.next(at(0), Input::Loaded(Ok(None)));
    let act = machine.next(at(0), Input::Leased(Ok(StoreOutcome::Done)));
    assert!(matches!(act, Act::Load));
    machine
}

#[test]
fn who_finds_a_token_with_the_lease_gives_the_lease_back() {
    let mut machine = with_the_lease();
    let act = machine.next(at(0), loaded(entry(0)));
    assert!(matches!(act, Act::Release(_)));
    let act = machine.next(at(0), Input::Released);
    assert!(matches!(act, Act::End(End::Adopt(_))));
}

/// A machine that has requested a token, and has lost its lease meanwhile. Its process had found
/// `found` before.
fn that_has_lost(found: Option<Found>) -> Machine {
    let mut machine = machine(Wish {
        is_forced: true,
        ..Wish::default()
    });
    machine.next(at(60), Input::Start);
    machine.next(at(60), Input::Loaded(Ok(found)));
    machine.next(at(60), Input::Leased(Ok(StoreOutcome::Done)));
    let asked = machine.next(at(60), Input::Loaded(Ok(None)));
    assert!(matches!(asked, Act::Request { waited: None }));
    let saved = machine.next(at(60), Input::Requested(Requested::Token(token())));
    assert!(matches!(saved, Act::Save(..)));
    let lost = machine.next(at(60), Input::Saved(Ok(StoreOutcome::HeldByAnother)));
    assert!(matches!(lost, Act::Load));
    machine
}

#[test]
fn who_has_lost_the_lease_takes_the_token_of_the_winner_and_no_other() {
    let newer = entry(u64::MAX - 1);
    let act = that_has_lost(Some(entry(0))).next(at(60), loaded(newer));
    assert!(matches!(act, Act::End(End::Adopt(_))));
    let (same, over) = (entry(0), entry(u64::MAX - 1));
    for (found, now) in [(same, at(60)), (over, at(7_200))] {
        let act = that_has_lost(Some(entry(0))).next(now, loaded(found));
        assert!(matches!(act, Act::End(End::Own)));
    }
}

/// An entry with a refusal of now, which counts for half a minute.
fn refusal() -> Found {
    let now = 1_800_000_000_000_u64;
    let until = now + 30_000;
    let told = format!(r#"{{"holder":"","at":{now},"until":{until},"told":{{"status":400}}}}"#);
    let refused: Refused = serde_json::from_str(&told).unwrap();
    let record = Record::after(None, 0, at(0)).refused(refused);
    Found { record, kept: None }
}

#[test]
fn who_is_refused_by_an_entry_keeps_the_token_at_hand_if_there_is_one() {
    for at_hand in [None, Some(token())] {
        let keeps = at_hand.is_some();
        for has_lease in [false, true] {
            let mut machine = machine(Wish {
                at_hand: at_hand.clone(),
                ..Wish::default()
            });
            machine.next(at(0), Input::Start);
            if has_lease {
                machine.next(at(0), Input::Loaded(Ok(None)));
                machine.next(at(0), Input::Leased(Ok(StoreOutcome::Done)));
            }
            let mut act = machine.next(at(10), loaded(refusal()));
            if has_lease {
                assert!(matches!(act, Act::Release(_)));
                act = machine.next(at(10), Input::Released);
            }
            match act {
                Act::End(End::PutOff(pause)) => assert!(keeps && pause == Duration::from_secs(20)),
                Act::End(End::Told(_)) => assert!(!keeps),
                _ => panic!("it asks"),
            }
        }
    }
}

#[test]
fn who_forces_a_renewal_is_not_refused_by_what_was_there_before() {
    for is_forced in [false, true] {
        let mut machine = machine(Wish {
            is_forced,
            ..Wish::default()
        });
        machine.next(at(0), Input::Start);
        let act = machine.next(at(10), loaded(refusal()));
        assert_eq!(matches!(act, Act::Lease(_)), is_forced);
    }
}

/// A store that does not load answers nothing else either.
#[test]
fn a_store_that_has_failed_is_not_asked_for_the_lease() {
    let mut machine = machine(Wish::default());
    machine.next(at(0), Input::Start);
    let asked = machine.next(at(0), Input::Loaded(Err(Failed)));
    assert!(matches!(asked, Act::Request { waited: None }));
    let act = machine.next(at(0), Input::Requested(Requested::Token(token())));
    assert!(matches!(act, Act::End(End::Own)));
}

#[test]
fn a_request_that_fails_for_now_is_forgiven_by_a_usable_token_and_no_other() {
    let of_a_token = |other_than: Option<AccessToken>| Wish {
        other_than,
        min_ttl: Duration::from_secs(1_800),
        ..Wish::default()
    };
    let cases = [
        (None, 3_000, true, true),
        (None, 3_000, false, false),
        (Some(token()), 3_000, true, false),
        (None, 3_601, true, false),
    ];
    for (other_than, seconds, may_pass, is_forgiven) in cases {
        let mut machine = machine(of_a_token(other_than));
        machine.next(at(0), Input::Start);
        machine.next(at(3_000), loaded(entry(0)));
        machine.next(at(3_000), Input::Leased(Ok(StoreOutcome::Done)));
        machine.next(at(3_000), loaded(entry(0)));
        let failed = Requested::Nothing {
            may_pass,
            refused: None,
        };
        let act = machine.next(at(seconds + 300), Input::Requested(failed));
        assert!(matches!(act, Act::Release(_)));
        let act = machine.next(at(seconds + 300), Input::Released);
        let is_token = matches!(act, Act::End(End::InSpite(_)));
        assert_eq!(is_token, is_forgiven, "{seconds} {may_pass}");
        assert!(is_token || matches!(act, Act::End(End::Own)));
    }
}

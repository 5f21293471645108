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

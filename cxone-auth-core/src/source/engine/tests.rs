use super::*;
use crate::clock::{Clock as _, ManualClock};
use crate::source::fake::FakeTransport;

/// Tells the rough time as late as a clock may.
struct Late(ManualClock);

impl SourceClock for Late {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn now_roughly(&self) -> Moment {
        let (now, lag) = (self.0.now(), Duration::from_millis(10));
        let wall = now.wall().checked_sub(lag).unwrap();
        Moment::new(now.monotonic().saturating_sub(lag), wall)
    }
}

#[test]
fn a_clock_that_is_late_by_a_tick_hands_out_no_token_beyond_its_time() {
    let clock = ManualClock::default();
    clock.advance(Duration::from_secs(1));
    let lifetime = Duration::from_secs(2);
    let token = AccessToken::bearer("a-token", clock.now(), lifetime).unwrap();
    let session = Session::holding(token, FakeTransport::config(), 7);
    let (_, until) = session.fresh_until().unwrap();
    let engine = Engine::over(session, Box::new(Late(clock.clone())), 7);
    let mut reads = 0;
    while engine.fresh().is_some() {
        assert!(!clock.now().has_reached(until), "after {reads} ms");
        clock.advance(Duration::from_millis(1));
        reads += 1;
    }
    assert!(reads > 1_000, "fresh for {reads} ms only");
}

//! Compares this machine's clock with the server's.

use std::time::Duration;

use cxone_auth_core::diagnosis::{FindingCode, Severity};

use super::cause::Cause;
use super::check::{Check, Step};
use super::exchange::Clocks;

/// More than the seconds that a `Date` is rounded by and that a response is under way.
const TOLERATED: Duration = Duration::from_secs(10);

/// Compares the clocks of a response. Returns `None` if it had no `Date`.
pub(super) fn compare(clocks: Option<Clocks>) -> (Check, Option<Cause>) {
    let Some(clocks) = clocks else {
        let check = Step::Clock.skipped("the response has no Date to compare with");
        return (check, None);
    };
    let (off, behind) = match clocks.server.duration_since(clocks.own) {
        Ok(ahead) => (ahead, true),
        Err(error) => (error.duration(), false),
    };
    if off <= TOLERATED {
        let check = Step::Clock.passed(format!("within {} s of the server's", TOLERATED.as_secs()));
        return (check, None);
    }
    let side = if behind { "behind" } else { "ahead of" };
    let evidence = format!(
        "this machine's clock is {} {side} the server's",
        spelled(off)
    );
    let check = Step::Clock.warned(&*evidence).with_details(vec![
        "a token's lifetime is counted from its request and does not suffer; a certificate in its"
            .to_owned(),
        "first or last days, and the time stamps that an API or a JWT is checked by, do".to_owned(),
    ]);
    (
        check,
        Some(Cause::of_code(
            FindingCode::CLOCK_OFF,
            Severity::Warning,
            evidence,
        )),
    )
}

fn spelled(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::super::check::State;
    use super::*;

    #[test]
    fn a_clock_is_off_beyond_ten_seconds_on_either_side() {
        let own = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let seconds = Duration::from_secs;
        for (server, expected) in [
            (own, None),
            (own + seconds(10), None),
            (own - seconds(10), None),
            (own + seconds(11), Some("11 s behind")),
            (own - seconds(7_200), Some("2 h ahead of")),
            (own + seconds(259_200), Some("3 days behind")),
        ] {
            let (check, cause) = compare(Some(Clocks { server, own }));
            assert_eq!(check.state == State::Warned, expected.is_some());
            let evidence = cause.map(|cause| cause.evidence);
            assert_eq!(evidence.is_some(), expected.is_some());
            let named = expected.unwrap_or_default();
            assert!(evidence.unwrap_or_default().contains(named), "{named}");
        }
    }
}

//! What is counted for a profile.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cxone_auth_core::diagnosis::{Finding, FindingCode};
use cxone_auth_core::http::StatusCode;
use cxone_auth_core::source::Event;
use cxone_auth_core::{Error, ErrorKind};

use super::text::Sample;

/// The counts of a profile. They begin with the agent, and survive when the profiles are read again.
#[derive(Default)]
pub(in crate::agent) struct Tally(Mutex<Counts>);

#[derive(Clone)]
pub(super) struct Counts {
    requests: BTreeMap<(Outcome, Option<FindingCode>), u64>,
    pub(super) rejected: u64,
    pub(super) handed_out: u64,
    /// By the first digit of the status, from 1 on.
    calls: [u64; 5],
    pub(super) served_in_outage: u64,
    pub(super) store_errors: u64,
    last_success: Option<Instant>,
    /// Whether the renewal of the current token has failed.
    is_outage: bool,
}

/// What came of a request for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Ok,
    /// The server has said no: to the client, to the request, or to their number.
    Refused,
    /// There was no usable response.
    Failed,
}

/// What is there from the start: an increase from nothing is not seen as one.
const BEGINNING: [(Outcome, Option<FindingCode>); 4] = [
    (Outcome::Ok, None),
    (Outcome::Refused, Some(FindingCode::THROTTLE_AS_400)),
    (Outcome::Refused, Some(FindingCode::THROTTLED)),
    (Outcome::Failed, Some(FindingCode::OUT_OF_ORDER)),
];

impl Default for Counts {
    fn default() -> Self {
        Self {
            requests: BEGINNING.into_iter().map(|key| (key, 0)).collect(),
            rejected: 0,
            handed_out: 0,
            calls: [0; 5],
            served_in_outage: 0,
            store_errors: 0,
            last_success: None,
            is_outage: false,
        }
    }
}

impl Tally {
    /// Counts what has happened in the source.
    pub(in crate::agent) fn saw(&self, event: &Event) {
        let mut counts = self.lock();
        match event {
            Event::Fetched { .. } | Event::Renewed { .. } | Event::Discarded { .. } => {
                counts.requested(Outcome::Ok, None);
                counts.succeeded();
            }
            Event::Adopted { .. } => counts.succeeded(),
            Event::Failed { error, .. } => {
                let finding = error.diagnosis().first().map(Finding::code);
                counts.requested(Outcome::of(error), finding);
            }
            Event::Abandoned { .. } | Event::Superseded { .. } => {
                counts.requested(Outcome::Failed, None);
            }
            Event::RenewalFailed { .. } => counts.is_outage = true,
            Event::Invalidated { .. } => counts.rejected += 1,
            Event::StoreFailed { .. } => counts.store_errors += 1,
            _ => {}
        }
    }

    /// Counts a token that a client got.
    pub(in crate::agent) fn handed_out(&self) {
        let mut counts = self.lock();
        counts.handed_out += 1;
        counts.served_in_outage += u64::from(counts.is_outage);
    }

    /// Counts a call to the gateway. `is_passed_on` says whether the API has responded.
    pub(in crate::agent) fn called(&self, status: StatusCode, is_passed_on: bool) {
        let mut counts = self.lock();
        let class = usize::from(status.as_u16() / 100).clamp(1, 5);
        counts.calls[class - 1] += 1;
        counts.served_in_outage += u64::from(counts.is_outage && is_passed_on);
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn requested(&mut self, outcome: Outcome, finding: Option<FindingCode>) {
        *self.requests.entry((outcome, finding)).or_default() += 1;
    }

    fn succeeded(&mut self) {
        self.last_success = Some(Instant::now());
        self.is_outage = false;
    }

    pub(super) fn since_success(&self) -> Option<Duration> {
        self.last_success.map(|since| since.elapsed())
    }

    pub(super) fn requests(&self) -> impl Iterator<Item = Sample> {
        self.requests.iter().map(|((outcome, finding), count)| {
            let finding = finding.map(|code| code.to_string()).unwrap_or_default();
            let outcome = outcome.name().to_owned();
            Sample::new(vec![("outcome", outcome), ("finding", finding)], *count)
        })
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = Sample> {
        // No final status begins with 1.
        let classes = (1..).zip(&self.calls).skip(1);
        classes.map(|(class, count)| Sample::new(vec![("class", format!("{class}xx"))], *count))
    }
}

impl Outcome {
    fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Protocol => Self::Failed,
            // Nothing came from the server: a certificate, or a credential that could not be read.
            _ if error.status().is_none() => Self::Failed,
            _ => Self::Refused,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use cxone_auth_core::transport::{TransportError, TransportErrorKind};

    use super::*;

    #[test]
    fn only_a_server_refuses() {
        for kind in [
            TransportErrorKind::Tls,
            TransportErrorKind::Configuration,
            TransportErrorKind::Connect,
        ] {
            let error = Error::of_transport(TransportError::new(kind));
            assert_eq!(Outcome::of(&error), Outcome::Failed, "{kind:?}");
        }
    }
}

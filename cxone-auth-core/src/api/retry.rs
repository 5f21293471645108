//! The retry decision after each response of a call.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::verdict::Verdict;
use crate::clock::Moment;

/// The state of one call: which retries are still possible.
#[derive(Debug)]
pub(super) struct RetryState {
    /// How much longer the call may wait for a rate limit.
    max_wait: Duration,
    is_replayable: bool,
    /// Whether the request was sent with a second token.
    has_replaced: bool,
    /// Whether a wait has since brought another token that no response has rejected.
    has_another: bool,
    verdict: Verdict,
}

/// What the driver does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Return the response to the caller.
    Return,
    /// Discard the token for all callers, and return the response to the caller.
    GiveUp,
    /// Discard the token, and send the request again with another one.
    Replace,
    /// Send the request again after this time.
    Wait(Duration),
}

/// The shortest wait. An API that says "at once" again and again thus uses up the maximum wait.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

impl RetryState {
    pub(super) fn new(max_wait: Duration) -> Self {
        Self {
            max_wait,
            is_replayable: true,
            has_replaced: false,
            has_another: false,
            verdict: Verdict::Final,
        }
    }

    pub(super) fn forbid_replay(&mut self) {
        self.is_replayable = false;
    }

    /// Reports whether a rejected token was replaced for this call.
    pub(super) fn has_replaced_token(&self) -> bool {
        self.has_replaced && self.is_replayable
    }

    /// States that the next request has another token than the last one, as after a wait. Its
    /// rejection is not the second one of the same source.
    pub(super) fn another_token(&mut self) {
        self.has_another = true;
    }

    /// Judges the head of a response, and reports whether its body decides.
    pub(super) fn head(
        &mut self,
        now: impl FnOnce() -> Moment,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> bool {
        self.verdict = Verdict::of_head(now, status, headers);
        // A second token was rejected too: return the response, regardless of its body.
        let is_settled = self.has_replaced && !self.has_another;
        matches!(self.verdict, Verdict::Unclear { .. }) && !is_settled
    }

    pub(super) fn body(&mut self, body: &[u8]) {
        if let Verdict::Unclear { token_rejected } = self.verdict {
            self.verdict = if Verdict::rejects_token(body, token_rejected) {
                Verdict::TokenRejected
            } else {
                Verdict::Final
            };
        }
    }

    /// Reports whether the last judged response is the caller's, and nothing else is to do.
    pub(super) fn is_final(&self) -> bool {
        matches!(
            self.verdict,
            Verdict::Final
                | Verdict::Unclear {
                    token_rejected: false
                }
        )
    }

    /// Returns what to do about the last judged response. A body that was not passed counts as one
    /// that says nothing.
    pub(super) fn next(&mut self) -> Next {
        match std::mem::replace(&mut self.verdict, Verdict::Final) {
            Verdict::TokenRejected
            | Verdict::Unclear {
                token_rejected: true,
            } => self.after_rejection(),
            Verdict::Throttled(wait) => self.after_throttle(wait),
            Verdict::Final | Verdict::Unclear { .. } => Next::Return,
        }
    }

    /// A second token that is rejected at once shows its source that the renewal has not helped. The
    /// next one is then made later.
    fn after_rejection(&mut self) -> Next {
        self.has_another = false;
        if self.is_replayable && !std::mem::replace(&mut self.has_replaced, true) {
            Next::Replace
        } else {
            Next::GiveUp
        }
    }

    fn after_throttle(&mut self, wait: Duration) -> Next {
        let wait = wait.max(SHORTEST_WAIT);
        match self.max_wait.checked_sub(wait) {
            Some(left) if self.is_replayable => {
                self.max_wait = left;
                Next::Wait(wait)
            }
            _ => Next::Return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn head(retry: &mut RetryState, status: u16, fields: &[(&str, &str)]) -> bool {
        let headers = fields
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>();
        let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
        retry.head(|| now, StatusCode::from_u16(status).unwrap(), &headers)
    }

    fn decision(retry: &mut RetryState, status: u16, fields: &[(&str, &str)], body: &str) -> Next {
        if head(retry, status, fields) {
            retry.body(body.as_bytes());
        }
        retry.next()
    }

    #[test]
    fn only_the_body_of_a_401_that_may_be_followed_by_another_token_is_read() {
        let mut retry = RetryState::new(Duration::from_secs(60));
        for status in [200, 403, 429, 500] {
            assert!(
                !head(&mut retry, status, &[("retry-after", "1")]),
                "{status}"
            );
        }
        assert!(head(&mut retry, 401, &[]));
        assert!(!retry.has_replaced_token());
        assert_eq!(retry.next(), Next::Replace);
        assert!(retry.has_replaced_token());
        assert!(!head(&mut retry, 401, &[]));
        retry.another_token();
        assert!(head(&mut retry, 401, &[]));
    }

    #[test]
    fn a_body_is_read_for_a_token_that_a_wait_has_brought() {
        let mut retry = RetryState::new(Duration::from_secs(5));
        let waited = decision(&mut retry, 429, &[("retry-after", "2")], "");
        assert_eq!(waited, Next::Wait(Duration::from_secs(2)));
        retry.another_token();
        let other = r#"{"code":"not.authorized"}"#;
        assert_eq!(decision(&mut retry, 401, &[], other), Next::Return);
    }

    #[test]
    fn a_response_is_final_if_nothing_else_is_to_do() {
        let body = |text: &'static str| Some(text);
        let wait = [("retry-after", "1")];
        let basic = [("www-authenticate", "Basic")];
        for (status, fields, read, is_final) in [
            (200, &[][..], None, true),
            (403, &[], None, true),
            (503, &[], None, true),
            (429, &wait, None, false),
            (401, &[], None, false),
            (401, &[], body(r#"{"code":"bad.credentials"}"#), false),
            (401, &[], body(r#"{"code":"not.authorized"}"#), true),
            (401, &basic, None, true),
        ] {
            let mut retry = RetryState::new(Duration::ZERO);
            let _ = head(&mut retry, status, fields);
            if let Some(body) = read {
                retry.body(body.as_bytes());
            }
            assert_eq!(retry.is_final(), is_final, "{status} {fields:?} {read:?}");
        }
    }

    #[test]
    fn a_rejected_token_is_replaced_once() {
        let mut retry = RetryState::new(Duration::ZERO);
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::Replace);
        // Its source learns that the renewal has not helped.
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::GiveUp);
        let invalid = [("www-authenticate", "Bearer error=\"invalid_token\"")];
        assert_eq!(decision(&mut retry, 401, &invalid, ""), Next::GiveUp);
    }

    #[test]
    fn a_request_that_cannot_be_sent_again_is_not() {
        let mut retry = RetryState::new(Duration::from_secs(60));
        retry.forbid_replay();
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::GiveUp);
        assert!(!retry.has_replaced_token());
        let wait = [("retry-after", "1")];
        assert_eq!(decision(&mut retry, 429, &wait, ""), Next::Return);
    }

    #[test]
    fn a_call_waits_only_with_a_max_wait_and_never_longer() {
        let wait = |seconds| [("retry-after", seconds)];
        let mut without_wait = RetryState::new(Duration::ZERO);
        assert_eq!(
            decision(&mut without_wait, 429, &wait("0"), ""),
            Next::Return
        );
        let mut with_wait = RetryState::new(Duration::from_secs(10));
        let seconds = |span| Next::Wait(Duration::from_secs(span));
        assert_eq!(decision(&mut with_wait, 429, &wait("7"), ""), seconds(7));
        assert_eq!(decision(&mut with_wait, 503, &wait("0"), ""), seconds(1));
        assert_eq!(decision(&mut with_wait, 429, &wait("3"), ""), Next::Return);
        assert_eq!(decision(&mut with_wait, 429, &wait("2"), ""), seconds(2));
        assert_eq!(decision(&mut with_wait, 429, &wait("0"), ""), Next::Return);
        assert_eq!(decision(&mut with_wait, 503, &[], ""), Next::Return);
    }

    #[test]
    fn a_wait_and_a_replacement_do_not_use_each_other_up() {
        let mut retry = RetryState::new(Duration::from_secs(5));
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::Replace);
        let wait = [("retry-after", "2")];
        assert_eq!(
            decision(&mut retry, 429, &wait, ""),
            Next::Wait(Duration::from_secs(2))
        );
        assert_eq!(decision(&mut retry, 200, &[], ""), Next::Return);
    }

    #[test]
    fn a_token_that_a_wait_has_brought_is_given_up_once_too() {
        let mut retry = RetryState::new(Duration::from_secs(5));
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::Replace);
        let wait = [("retry-after", "2")];
        let waited = Next::Wait(Duration::from_secs(2));
        assert_eq!(decision(&mut retry, 429, &wait, ""), waited);
        retry.another_token();
        let other = r#"{"code":"not.authorized"}"#;
        assert_eq!(decision(&mut retry, 401, &[], other), Next::Return);
        assert_eq!(decision(&mut retry, 429, &wait, ""), waited);
        retry.another_token();
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::GiveUp);
    }

    #[test]
    fn a_verdict_counts_once() {
        let mut retry = RetryState::new(Duration::ZERO);
        assert_eq!(decision(&mut retry, 401, &[], ""), Next::Replace);
        assert_eq!(retry.next(), Next::Return);
    }
}

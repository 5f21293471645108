//! Operations on a session, in any order, beside the model that holds it to its rules.
//!
//! The model is that of `tests/tests/session_model/`; anyone who mounts this file mounts it beside.
//! An input is a byte for each choice, so that one byte more or less is one operation more or less.

use std::time::Duration;

use cxone_auth_core::transport::TransportErrorKind;

use crate::operation::{CALLERS, Deadline, Nearness, Operation, Passage, Want, Which};
use crate::policy::Policies;
use crate::response::{CODES_OF_401, ServerResponse};
use crate::simulation::Simulation;

/// The most operations of one run: more take longer and find no more.
const MOST: usize = 400;

/// How long a 401 asks to wait.
const WAITS_OF_401: [Option<u64>; 4] = [None, Some(1), Some(120), Some(u64::MAX)];

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let mut draws = Draws(data);
    let policies = draws.policies();
    let mut simulation = Simulation::new(u64::from(draws.byte()), &policies);
    for _ in 0..MOST {
        if draws.0.is_empty() {
            break;
        }
        simulation.apply(&draws.operation());
    }
    simulation.settle();
}

/// The rest of an input; behind its end there are zeros.
struct Draws<'d>(&'d [u8]);

impl Draws<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()].clone()
    }

    fn policies(&mut self) -> Policies {
        let seconds = Duration::from_secs;
        Policies {
            attempts: u32::from(self.byte() % 4) + 1,
            refresh_before: self
                .one_of(&[None, Some(0), Some(10), Some(300), Some(7_200)])
                .map(seconds),
            min_forced_interval: seconds(self.one_of(&[10, 0, 60])),
            longest_pause: seconds(self.one_of(&[4, 1, 30])),
            longest_retry_after: seconds(self.one_of(&[600, 60])),
        }
    }

    fn operation(&mut self) -> Operation {
        let choice = self.byte();
        let caller = usize::from(choice >> 4) % CALLERS;
        match choice % 16 {
            0..4 => Operation::Poll {
                caller,
                want: self.want(),
            },
            4..8 => Operation::ServerResponse {
                caller,
                response: self.response(),
            },
            8 => Operation::Fail {
                caller,
                failure: self.failure(),
            },
            9 => Operation::Vanish { caller },
            10 => Operation::Invalidate(self.which()),
            11 => Operation::Replace {
                same_client: caller != 0,
            },
            _ => Operation::Pass(self.passage()),
        }
    }

    fn want(&mut self) -> Want {
        match self.byte() % 4 {
            0 | 1 => Want::Any,
            2 => Want::Lasting(self.span()),
            _ => Want::OtherThan(self.which()),
        }
    }

    fn which(&mut self) -> Which {
        match self.byte() {
            0..128 => Which::Current,
            older => Which::Older(usize::from(older - 128)),
        }
    }

    fn response(&mut self) -> ServerResponse {
        match self.byte() % 12 {
            0..3 => {
                ServerResponse::Good(Some(self.one_of(&[3_600, 300, 1, 0, -5, 86_400, i64::MAX])))
            }
            3 => ServerResponse::Good(Some(i64::from(self.byte()))),
            4 => ServerResponse::Good(None),
            5 => {
                ServerResponse::Unauthorized(self.one_of(&CODES_OF_401), self.one_of(&WAITS_OF_401))
            }
            6 => ServerResponse::InvalidClient,
            7 => ServerResponse::Throttled(None),
            8 => ServerResponse::Throttled(Some(self.one_of(&[0, 1, 5, 30, 120, 5_000, u64::MAX]))),
            9 => ServerResponse::Broken,
            10 => ServerResponse::NotImplemented,
            _ => ServerResponse::Garbage(self.one_of(&["<html>", "{}", r#"{"access_token":""}"#])),
        }
    }

    fn failure(&mut self) -> TransportErrorKind {
        self.one_of(&[
            TransportErrorKind::Connect,
            TransportErrorKind::Timeout,
            TransportErrorKind::Tls,
            TransportErrorKind::InvalidResponse,
        ])
    }

    fn passage(&mut self) -> Passage {
        match self.byte() % 8 {
            0 => Passage::Both(self.span()),
            1 => Passage::WallForward(self.span()),
            2 => Passage::WallBack(self.span()),
            3 => Passage::WallStalls(self.span()),
            4 => {
                Passage::WallTo(self.one_of(&[1_800_000_000, -1, -9_000_000_000, 253_000_000_000]))
            }
            _ => self.deadline_passage(),
        }
    }

    fn deadline_passage(&mut self) -> Passage {
        let deadline = self.one_of(&[
            Deadline::Renewal,
            Deadline::Margin,
            Deadline::Expiry,
            Deadline::Retry,
            Deadline::ForcedGap,
        ]);
        Passage::To(deadline, self.one_of(&[Nearness::At, Nearness::Before]))
    }

    /// From no time to two days, each order of magnitude as often as another.
    fn span(&mut self) -> Duration {
        let (digits, power) = (self.byte(), self.byte());
        Duration::from_millis(u64::from(digits) * 10_u64.pow(u32::from(power % 7)))
    }
}

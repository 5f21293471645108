//! What may happen to a session, in any order.

use std::time::Duration;

use cxone_auth_core::transport::TransportErrorKind;
use proptest::prelude::*;

use crate::response::{self, ServerResponse};

/// How many callers there are.
pub(crate) const CALLERS: usize = 4;

/// One event.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    /// A caller asks; one that waits asks again for what it asked for, whatever `want` says.
    Poll { caller: usize, want: Want },
    /// The exchange that this caller carries, or the next one that carries any, gets a response.
    ServerResponse {
        caller: usize,
        response: ServerResponse,
    },
    /// It fails on its way.
    Fail {
        caller: usize,
        failure: TransportErrorKind,
    },
    /// The time of a caller who waits is over. It takes the token at hand, if there is one, and leaves
    /// the exchange that it may carry to others.
    RunOut { caller: usize },
    /// The caller vanishes, and with it the exchange that it may carry.
    Vanish { caller: usize },
    /// An API has rejected a token.
    Invalidate(Which),
    /// The configuration is replaced: the same client with another secret, or another client.
    Replace { same_client: bool },
    /// The clocks move.
    Pass(Passage),
}

/// What a caller asks for.
#[derive(Debug, Clone)]
pub(crate) enum Want {
    /// Any token.
    Any,
    /// One that lasts so long.
    Lasting(Duration),
    /// Another one than this.
    OtherThan(Which),
}

/// One of the tokens that were seen so far.
#[derive(Debug, Clone)]
pub(crate) enum Which {
    Current,
    /// By number, counted round and round.
    Older(usize),
}

/// How the clocks move.
#[derive(Debug, Clone)]
pub(crate) enum Passage {
    Both(Duration),
    /// The wall clock goes forward alone: it was set, or the monotonic one stood still.
    WallForward(Duration),
    WallBack(Duration),
    /// The monotonic clock goes forward alone.
    WallStalls(Duration),
    /// The wall clock is set to so many seconds from 1970, or before.
    WallTo(i64),
    /// Both go to a deadline, a nanosecond short of it or beyond.
    To(Deadline, Nearness),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Deadline {
    Renewal,
    Margin,
    Expiry,
    Retry,
    ForcedGap,
    /// The end of the minimum interval.
    Pace,
    /// When half of what was left of a token has passed since its renewal was sent.
    Overdue,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Nearness {
    Before,
    At,
}

pub(crate) fn operation() -> impl Strategy<Value = Operation> {
    let caller = || 0..CALLERS;
    prop_oneof![
        14 => (caller(), want()).prop_map(|(caller, want)| Operation::Poll { caller, want }),
        8 => (caller(), response::any())
            .prop_map(|(caller, response)| Operation::ServerResponse { caller, response }),
        2 => (caller(), failure()).prop_map(|(caller, failure)| Operation::Fail { caller, failure }),
        2 => caller().prop_map(|caller| Operation::RunOut { caller }),
        2 => caller().prop_map(|caller| Operation::Vanish { caller }),
        2 => which().prop_map(Operation::Invalidate),
        1 => prop::bool::weighted(0.7).prop_map(|same_client| Operation::Replace { same_client }),
        10 => passage().prop_map(Operation::Pass),
    ]
}

fn want() -> impl Strategy<Value = Want> {
    prop_oneof![
        6 => Just(Want::Any),
        2 => span().prop_map(Want::Lasting),
        2 => which().prop_map(Want::OtherThan),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        2 => Just(Which::Current),
        1 => any::<usize>().prop_map(Which::Older),
    ]
}

fn failure() -> impl Strategy<Value = TransportErrorKind> {
    prop::sample::select(
        &[
            TransportErrorKind::Connect,
            TransportErrorKind::Timeout,
            TransportErrorKind::Tls,
            TransportErrorKind::InvalidResponse,
        ][..],
    )
}

fn passage() -> impl Strategy<Value = Passage> {
    let deadline = prop::sample::select(
        &[
            Deadline::Renewal,
            Deadline::Margin,
            Deadline::Expiry,
            Deadline::Retry,
            Deadline::ForcedGap,
            Deadline::Pace,
            Deadline::Overdue,
        ][..],
    );
    let nearness = prop::sample::select(&[Nearness::Before, Nearness::At][..]);
    prop_oneof![
        4 => span().prop_map(Passage::Both),
        1 => span().prop_map(Passage::WallForward),
        1 => span().prop_map(Passage::WallBack),
        1 => span().prop_map(Passage::WallStalls),
        // Long before 1970, just before it, in this century, in the year 9999.
        1 => prop::sample::select(&[-9_000_000_000, -1, 1_800_000_000, 253_000_000_000][..])
            .prop_map(Passage::WallTo),
        8 => (deadline, nearness).prop_map(|(deadline, nearness)| Passage::To(deadline, nearness)),
    ]
}

/// From milliseconds to days, each order of magnitude as often as another.
fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        0_u64..1_000,
        1_000_u64..30_000,
        30_000_u64..1_000_000,
        1_000_000_u64..200_000_000,
    ]
    .prop_map(Duration::from_millis)
}

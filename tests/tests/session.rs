//! What the callers of a token source see, and how many requests reach the server: storms,
//! renewal, outages, cancellation, bad input. Storms run against real servers through the
//! workspace's transports; hours run on a clock that the test moves.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod clock;
    pub(crate) mod direct;
    pub(crate) mod future;
    pub(crate) mod reply;
    pub(crate) mod storm;
    pub(crate) mod wait;
}

mod session {
    mod abandonment;
    mod desk;
    mod event;
    mod fake;
    mod fixture;
    mod hurry;
    mod keeping;
    mod panic;
    mod panic_early;
    mod pause;
    mod published;
    mod rejection;
    mod renewal;
    mod replacement;
    mod requirements;
    mod runtime;
    mod schedule;
    mod set;
    mod simulation;
    mod status;
    mod storm;
    mod thread;
    mod trial;
    mod wall_clock;
}

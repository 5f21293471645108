//! The driver of a session under every order of events that a few callers can meet.
//!
//! # What is explored, and how
//!
//! A [`TokenSource`](cxone_auth_core::TokenSource) does all of its work inside the polls and drops
//! of its callers' futures. Its shared state is one session behind one lock, which is never held
//! across an await, and one event that waiting callers listen to. Between two awaits a poll is
//! therefore atomic to the other callers of the same thread, and a schedule is fully described by
//! the order in which futures are polled and dropped, responses arrive, and time passes.
//!
//! [`simulation`](session_driver) holds such callers, a transport whose responses the explorer
//! gives, and a clock that the explorer moves. At each step every possible move is enumerated: poll
//! a caller *whose waker was called*, drop one, respond to a request well, with an outage, a
//! refusal or a panic, pass a deadline, invalidate the token, replace the configuration. Small
//! scenarios are explored depth-first and exhaustively, within a stated number of disturbances;
//! larger ones at random by seed. After each move the invariants are checked; above all, that no
//! caller is left waiting with nothing under way that would wake it.
//!
//! # What is not
//!
//! Two threads inside the driver at the same time, and weak memory. loom and shuttle explore those
//! by replacing the primitives of the code under test with their own. The core uses `std`'s mutex
//! and reference counts (a guard's liveness is a `Weak`, which loom's `Arc` does not offer),
//! `arc-swap`, which has no switch for either tool, and `event-listener`, which has one for loom
//! only. A model of them would be a rewrite of the driver, and prove things about the rewrite. The
//! windows between threads are met by `races` instead: real threads that start together, in a
//! stated number of rounds, against the real code. They can show a race; they cannot exclude one.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod clock;
}

#[path = "interleavings"]
mod session_driver {
    mod board;
    mod explorer;
    mod races;
    mod schedules;
    mod simulation;
}

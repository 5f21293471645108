//! What the libraries cost, beside what else could have been used.
//!
//! - A [`Contest`] runs its contestants in interleaved rounds and yields a [`Row`] for each.
//! - [`Operation`] holds what the programs `wall` and `allocations` and the benchmark
//!   `instructions` all do, so that time, allocations and instructions are of the same thing.
//! - `pure`, `cached`, `renewal`, `call`, `cold`, `storm`, `lookup`, `stores`, `assertion` and
//!   `processes` are the contests; the peers' workspace adds contestants.
//!
//! Criterion and divan measure one function after another. On a machine whose clock speed and load
//! drift, a ratio of two such measurements drifts as well; here each round runs every contestant,
//! in another order each time, and the ratio is that of the medians.

#[cfg(feature = "transports")]
pub mod assertion;
mod at_once;
#[cfg(feature = "transports")]
mod bare;
#[cfg(feature = "transports")]
pub mod cached;
#[cfg(feature = "transports")]
pub mod call;
#[cfg(feature = "transports")]
pub mod cold;
mod contest;
mod fixture;
#[cfg(feature = "transports")]
pub mod lookup;
mod operation;
#[cfg(feature = "transports")]
pub mod processes;
mod program;
pub mod pure;
#[cfg(feature = "transports")]
pub mod renewal;
#[cfg(feature = "transports")]
pub mod stores;
#[cfg(feature = "transports")]
pub mod storm;
pub mod tenant;
mod unused_store;

pub use at_once::{at_once, soon};
pub use contest::{Contest, Contestant, Row, Taken};
pub use fixture::{CLIENT_ID, CLIENT_SECRET, TOKEN, config, config_at, fresh_token, response_body};
pub use operation::Operation;
pub use program::program;

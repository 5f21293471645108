//! A fleet of processes that share a token. `cargo xtask fleet` runs it.

#[path = "../../examples/soak/chance.rs"]
mod chance;
pub mod options;
#[cfg(feature = "real")]
pub mod real;
pub mod report;
pub mod simulation;

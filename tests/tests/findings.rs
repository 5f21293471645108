//! Holds the findings against the causes that they name: each is found where it is, and only there.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "findings/api.rs"]
mod api;
#[path = "vectors/config.rs"]
mod config;
#[path = "findings/first.rs"]
mod first;
#[path = "findings/fixture.rs"]
mod fixture;
#[path = "findings/near_miss.rs"]
mod near_miss;
#[path = "findings/precision.rs"]
mod precision;
#[path = "findings/secrecy.rs"]
mod secrecy;
#[path = "findings/session.rs"]
mod session;

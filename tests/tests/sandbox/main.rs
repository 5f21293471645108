//! The loopback servers, questioned over plain sockets: no HTTP client stands between.
#![expect(
    clippy::unwrap_used,
    reason = "what fails in a helper of these tests fails the test"
)]

mod assertion;
mod custom;
mod cxone;
mod engine;
mod genesys;
#[cfg(unix)]
mod printed;
mod raw;

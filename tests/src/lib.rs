//! Loopback servers for testing token clients: a scripted HTTP server that can misbehave in every
//! known way, and a sandbox of the platforms' token endpoints.
//!
//! - [`Server`] answers each request with a [`Reply`], which may also be late, cut, endless or
//!   garbage. It records what it [`Received`], so that a test asserts what was *sent* and how many
//!   times. It runs on a thread of its own: blocking and async tests use it alike.
//! - [`Authority`] is a throw-away certificate authority for servers that speak TLS.
//! - [`Sandbox`] holds look-alikes of Genesys Cloud, NICE CXone, its legacy server (Central) and a
//!   custom OAuth server, each with a token endpoint and a protected API.
//! - [`contract`] is what every transport has to do, as cases that run against any of them.
//!
//! Everything listens on 127.0.0.1 only and stops when dropped. Nothing here decides with a sleep:
//! [`Gate`] lets a test choose when a server answers, and [`Sandbox::advance`] moves its clock.
//!
//! ```
//! use cxone_auth_tests::{Reply, Server};
//! use serde_json::json;
//!
//! let server = Server::http(|_| Reply::json(200, &json!({ "access_token": "abc" })));
//! let token_url = server.url("/oauth/token");
//! assert!(token_url.starts_with("http://127.0.0.1:"));
//! assert_eq!(server.request_count(), 0);
//! ```

mod authority;
pub mod contract;
mod sandbox;
mod server;

pub use authority::{Authority, Certificate};
pub use sandbox::{
    AccessKey, Central, CentralRules, CustomRules, CustomServer, CxOne, CxOneRules, GenesysCloud,
    GenesysRules, Observation, Platform, Sandbox, SandboxBuilder, SecretDecoding,
};
pub use server::{
    ClosedPort, DeafPort, Gate, Placement, Received, Reply, Script, Server, ServerBuilder, Stage,
};

/// The examples of the workspace's README, compiled as they stand.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

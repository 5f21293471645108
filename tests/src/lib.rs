//! Loopback servers to test token clients: a scripted HTTP server that can misbehave in every known
//! way, and a sandbox of the platforms' token endpoints.
//!
//! - [`Server`] sends a [`Reply`] to each request. A reply may also be late, cut, endless or
//!   garbage. The server records what it [`Received`], so a test asserts what was *sent* and how
//!   many times. It has its own thread: use it in blocking and in async tests.
//! - [`Authority`] is a throw-away certificate authority for servers with TLS.
//! - [`Sandbox`] has look-alikes of Genesys Cloud, NICE CXone, its legacy server (Central) and a
//!   custom OAuth server, each with a token endpoint and a protected API.
//! - [`Internet`] leads the names of real hosts to these servers. So a client is tested with the
//!   address that its user wrote.
//! - `RedisServer` is a real Redis or Valkey server, if one is installed.
//! - [`contract`] is what every transport must do, as test cases for any transport.
//! - [`store`] has a store in memory that can go wrong, keys for it, and what every store must do.
//! - [`strategy`] generates token requests and responses for property tests.
//! - [`fault`] is what a hostile server and a broken network do, and how a token source handles it.
//!
//! Everything listens on 127.0.0.1 only and stops when dropped. Nothing here depends on a sleep:
//! with [`Gate`] a test chooses when a server responds, and [`Sandbox::advance`] moves its clock.
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
//!
//! # In the tests of your own program
//!
//! If your code needs only a token, `TokenSource::fixed` and `TokenSource::failing` of the core are
//! enough. If requests matter, add this crate as a dev-dependency and point a configuration at the
//! sandbox:
//!
//! ```
//! use cxone_auth_blocking::{
//!     BlockingTokenSource, ClientCredentials, Config, Region, UreqTransport,
//! };
//! use cxone_auth_tests::Sandbox;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start();
//! let genesys = sandbox.genesys();
//! let credentials = ClientCredentials::new(genesys.client_id(), genesys.client_secret());
//! let config = Config::genesys_cloud(Region::UsEast1, credentials)?
//!     .with_token_endpoint(genesys.token_url().parse()?);
//! let source = BlockingTokenSource::new(config, UreqTransport::new()?);
//!
//! // What your code does when an API says that a token was revoked.
//! let token = source.token()?;
//! genesys.revoke_tokens();
//! source.invalidate(&token);
//! source.token()?;
//! assert_eq!(genesys.token_requests(), 2);
//! # Ok(())
//! # }
//! ```

mod authority;
pub mod case;
pub mod contract;
pub mod fault;
mod internet;
mod provider;
#[cfg(unix)]
mod redis_server;
mod sandbox;
mod server;
pub mod store;
pub mod strategy;

pub use authority::{Authority, Certificate};
pub use internet::Internet;
#[cfg(unix)]
pub use redis_server::{Monitor, RedisReply, RedisServer};
pub use sandbox::{
    AccessKey, Central, CentralRules, CustomRules, CustomServer, CxOne, CxOneRules, GenesysCloud,
    GenesysRules, MetadataFault, Observation, Platform, Sandbox, SandboxBuilder, SecretDecoding,
    ServerShape,
};
pub use server::{
    ClosedPort, DeafPort, Gate, Placement, Received, Reply, Script, Server, ServerBuilder, Stage,
};

/// Compiles the examples of the workspace's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Compiles the examples of the pages about migration.
#[cfg(doctest)]
mod migration {
    #[doc = include_str!("../../docs/migration/azure.md")]
    struct Azure;
    #[doc = include_str!("../../docs/migration/genesys-sdk.md")]
    struct GenesysSdk;
    #[doc = include_str!("../../docs/migration/hand-written.md")]
    struct HandWritten;
    #[doc = include_str!("../../docs/migration/oauth2.md")]
    struct OAuth2;
}

//! OAuth 2.0 access tokens for Genesys Cloud and NICE CXone, fetched with [reqwest].
//!
//! This crate is `cxone-auth-core` and one [`Transport`] for it, [`ReqwestTransport`]; it
//! re-exports the core, so that it is the only one to depend on. It is separate because the core
//! holds no HTTP client: a program on hyper or on blocking IO takes `cxone-auth-hyper` or
//! `cxone-auth-blocking` and never compiles reqwest.
//!
//! ```no_run
//! use cxone_auth_reqwest::{ClientCredentials, Config, Region, token_source};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud("eu-central-1".parse::<Region>()?, credentials)?;
//! let source = token_source(config)?;
//!
//! // For each call to an API; the source asks for a token only when one is due.
//! let token = source.token().await?;
//! let authorization = token.authorization();
//! # let _ = authorization;
//! # Ok(())
//! # }
//! ```
//!
//! # Redirects are never followed
//!
//! By default reqwest follows ten redirects, and a 307 or 308 among them repeats the request,
//! client secret included, to whatever host the answer names. [`ReqwestTransport`] turns that
//! off, also on a builder of yours: a redirect is handed over as the answer that it is.
//!
//! # What a request is like
//!
//! Each is sent once, over HTTP/1.1, on a connection of its own. Tokens are fetched minutes or
//! hours apart: a connection kept open that long is closed by the server more often than it is
//! of use, and then costs a failed request. The client, with its trust store, is built once.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls with ring. The certificates that the operating system
//!   trusts are read once, when the transport is built. No process-wide default is installed.
//! - `native-tls`: TLS by the operating system's own library. With both on, rustls is used.
//! - `tracing`: a span around each request of a source, and an event for whatever happens in it.
//!
//! # Minimum Rust version
//!
//! 1.85.
//!
//! [reqwest]: https://docs.rs/reqwest

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-reqwest needs the feature `rustls` or the feature `native-tls`");

mod error;
mod proxy;
mod source;
mod tls;
mod transport;

pub use cxone_auth_core::*;
pub use source::token_source;
pub use transport::ReqwestTransport;

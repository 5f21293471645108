//! OAuth 2.0 access tokens for Genesys Cloud and NICE CXone, fetched with [reqwest].
//!
//! This crate is `cxone-auth-core` and one [`Transport`] for it, [`ReqwestTransport`]; it
//! re-exports the core, so that it is the only one to depend on. It is separate because the core
//! holds no HTTP client: a program on hyper or on blocking IO takes `cxone-auth-hyper` or
//! `cxone-auth-blocking` and never compiles reqwest.
//!
//! ```no_run
//! use cxone_auth_reqwest::{AuthorizedClient, ClientCredentials, Config, Region, token_source};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud("eu-central-1".parse::<Region>()?, credentials)?;
//! let source = token_source(config)?;
//!
//! // A client of yours that calls the API with the token, and asks for one only when it is due.
//! let api = AuthorizedClient::from_builder(reqwest::Client::builder(), source)?;
//! let users = api.get("/api/v2/users").send().await?;
//! # let _ = users;
//! # Ok(())
//! # }
//! ```
//!
//! # Contents
//!
//! | to | see |
//! |---|---|
//! | say which server, who asks, and for what | [`Region`], [`Issuer`], [`Area`], [`Central`], [`ClientCredentials`], [`AccessKey`], [`Config`] |
//! | have a token at hand | [`token_source`], [`TokenSource`] |
//! | call an API with the token | [`AuthorizedClient`], [`AuthorizedRequest`], `AuthorizedMiddleware` |
//! | set a proxy, a timeout, a certificate | [`ReqwestTransport`], [`TransportOptions`] |
//! | know why it failed, or would | [`Error`], [`ErrorKind`], [`inspect`] |
//! | find everything else | [`core`], module by module |
//!
//! # Calls to an API
//!
//! [`AuthorizedClient`] makes them with a client of yours: it puts the token in, keeps it from
//! where it does not belong, and makes a call again, once, when the token was refused.
//! `AuthorizedMiddleware` does the same in a chain of `reqwest-middleware`. What reqwest does about
//! redirects and tokens has a gap: [`AuthorizedClient::from_builder`] closes it, and a client that
//! you build yourself needs [`guarded_redirects`].
//!
//! # The transport follows no redirect
//!
//! By default reqwest follows ten redirects, and a 307 or 308 among them repeats the request,
//! client secret included, to whatever host the response names. [`ReqwestTransport`] turns that
//! off, also on a builder of yours: a redirect is handed over as the response that it is.
//!
//! # What a token request is like
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
//! - `middleware`: `AuthorizedMiddleware`, for `reqwest-middleware` 0.5.
//! - `tracing`: a span around each request of a source, and an event for whatever happens in it.
//!
//! # Minimum Rust version
//!
//! 1.85.
//!
//! [reqwest]: https://docs.rs/reqwest

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-reqwest needs the feature `rustls` or the feature `native-tls`");

mod client;
mod error;
#[cfg(feature = "middleware")]
mod middleware;
mod peeked;
mod proxy;
mod redirect;
mod request;
mod sending;
mod source;
mod tls;
mod transport;

pub use client::AuthorizedClient;
#[doc(no_inline)]
pub use cxone_auth_core::{self as core, bytes, http};
pub use cxone_auth_core::{
    AccessKey, AccessToken, Area, BlockingTokenSource, BlockingTransport, Central,
    ClientAuthentication, ClientCredentials, Config, Error, ErrorKind, Issuer, Moment, Region,
    Scope, ScopeSet, SecretString, Session, TokenEndpoint, TokenSource, TokenSources, Transport,
    TransportOptions, fetch_token, fetch_token_blocking, inspect, read_token_response,
    token_request,
};
#[cfg(feature = "middleware")]
pub use middleware::AuthorizedMiddleware;
pub use redirect::guarded_redirects;
pub use request::AuthorizedRequest;
pub use source::token_source;
pub use transport::ReqwestTransport;

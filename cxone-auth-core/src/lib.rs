//! OAuth 2.0 access tokens for Genesys Cloud and NICE CXone: the protocol, without IO.
//!
//! This crate builds token requests, reads their answers and decides when the next one is due, as
//! pure functions and a pure state machine. It opens no connection and knows no runtime. You
//! probably want an adapter, which re-exports all of it: `cxone-auth-reqwest`, `cxone-auth-hyper`
//! or `cxone-auth-blocking`. Depend on the core itself to bring your own HTTP client: implement
//! [`Transport`] and hand it to a [`TokenSource`], or use the pure parts directly:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use cxone_auth_core::bytes::Bytes;
//! use cxone_auth_core::{
//!     ClientCredentials, Config, Moment, Region, http, read_response, token_request,
//! };
//!
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud("eu-central-1".parse::<Region>()?, credentials)?;
//!
//! // The request, for any HTTP client that speaks the `http` crate's types.
//! let request = token_request(&config).into_http();
//! assert_eq!(request.uri(), "https://login.mypurecloud.de/oauth/token");
//!
//! // The answer, as the client brought it.
//! let sent_at = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
//! let response = http::Response::new(Bytes::from_static(
//!     br#"{"access_token":"example","token_type":"bearer","expires_in":86399}"#,
//! ));
//! let token = read_response(&config, sent_at, &response)?;
//! assert_eq!(token.lifetime().span(), Duration::from_secs(86_399));
//! assert!(token.authorization().is_sensitive());
//! # Ok::<(), cxone_auth_core::Error>(())
//! ```
//!
//! # What it does not do
//!
//! - It makes no connection: a [`Transport`] or [`BlockingTransport`] does.
//! - It starts no task and no thread: tokens are renewed by the calls that want them.
//! - It serves no grant that needs a user or a browser.
//! - It guesses nothing: client authentication goes to one place, in one spelling, and is never
//!   tried in another behind your back. A second try with the same secret is a step towards a
//!   lock-out.
//!
//! # Contents
//!
//! | to | see |
//! |---|---|
//! | say which server | [`Region`], [`Issuer`], [`Central`], [`TokenEndpoint`] |
//! | say who asks | [`ClientCredentials`], [`AccessKey`], [`ClientAuthentication`] |
//! | say what for, and how to renew | [`Config`], [`ScopeSet`], [`RenewalPolicy`], [`RetryPolicy`] |
//! | have a token at hand | [`TokenSource`], [`BlockingTokenSource`]; for many clients [`TokenSources`] |
//! | call an API with the token | [`Authorizer`], [`ApiBase`], [`RateLimit`]; with many tokens [`TokenPool`] |
//! | fetch one token | [`fetch_token`], [`fetch_token_blocking`] |
//! | bring a loop of your own | [`Session`], [`token_request`], [`read_response`], [`Moment`] |
//! | bring an HTTP client of your own | [`Transport`], [`BlockingTransport`], [`ResponseBody`], [`TransportError`] |
//! | use what came back | [`AccessToken`], [`Error`], [`ErrorKind`] |
//! | know where CXone's API is | [`TokenSource::api_base`], [`TenantConfiguration`], [`OpenIdConfiguration`] |
//! | learn why it failed, or would | [`inspect`], [`Error::diagnosis`], [`diagnose_token`], [`diagnose_api_answer`], [`catalogue`] |
//! | test what is built on it | [`TokenSource::fixed`], [`TokenSource::failing`], [`ManualClock`] |
//!
//! # Features
//!
//! None is on by default.
//!
//! - `tracing`: a span around each request of a source, and an event for each [`Event`].
//!
//! # Minimum Rust version
//!
//! 1.85.

mod address;
pub mod api;
mod characters;
mod clock;
pub mod config;
pub mod diagnosis;
pub mod discovery;
mod error;
mod finding;
pub mod platform;
pub mod protocol;
pub mod session;
pub mod source;
pub mod transport;

// Foreign types that stand in signatures: a user needs no dependency of their own for them.
pub use secrecy::SecretString;
pub use {bytes, http};

pub use address::{ApiBase, Origin, TokenEndpoint};
pub use api::{
    AuthorizedCall, Authorizer, BlockingAuthorizedCall, BlockingAuthorizer, BlockingTokenPool,
    CallError, Choice, MAX_REFUSAL_BODY, RateLimit, TokenPool,
};
pub use clock::{Clock, ManualClock, Moment, SystemClock};
pub use config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, Config, Delay, Grant,
    RenewalPolicy, RetryPolicy, Scope, ScopeSeparator, ScopeSet,
};
pub use diagnosis::{
    CatalogueEntry, Confidence, Diagnosis, Finding, FindingCode, Report, Severity, Theme, Vendor,
    catalogue, diagnose_api_answer, diagnose_token, inspect,
};
pub use discovery::{
    OpenIdConfiguration, TenantConfiguration, TenantId, openid_request, tenant_request,
};
pub use error::{Error, ErrorKind};
pub use platform::{Central, Issuer, IssuerUrl, Platform, Region, RegionDomain};
pub use protocol::{
    AccessToken, GrantedScope, Lifetime, TokenRequest, read_response, token_request,
};
pub use session::{Action, Counts, Demand, Exchange, Outcome, Session, Status, TokenState};
pub use source::{
    BlockingTokenSource, Event, Obtained, OnShort, TokenOptions, TokenSource, TokenSources,
    fetch_token, fetch_token_blocking,
};
pub use transport::{
    BlockingTransport, MAX_RESPONSE_BODY, ProxyChoice, ProxyUrl, ResponseBody, Transport,
    TransportError, TransportErrorKind, TransportOptions,
};

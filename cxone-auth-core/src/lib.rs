#![doc = include_str!("../README.md")]
//!
//! ## What it does not do
//!
//! - It makes no connection: a [`Transport`] or [`BlockingTransport`] does.
//! - It starts no task and no thread: the calls that need a token renew it.
//! - It supports no grant that needs a user or a browser.
//! - It never guesses. Client authentication has one place and one spelling, and no other is tried.
//!   A second attempt with the same secret can lock the client out.
//!
//! ## Contents
//!
//! The root holds what a first program needs. The modules hold everything. Each module begins with
//! a table of its contents:
//!
//! | module | to | see first |
//! |---|---|---|
//! | [`config`] | say who asks, for what, and how to renew | [`Config`], [`ClientCredentials`], [`AccessKey`] |
//! | [`platform`] | say which server | [`Region`], [`Issuer`], [`Area`], [`Central`] |
//! | [`source`] | have a token at hand, or fetch one | [`TokenSource`], [`BlockingTokenSource`], [`fetch_token`] |
//! | [`api`] | call an API with the token | [`Authorizer`](api::Authorizer), [`RateLimit`](api::RateLimit), [`TokenPool`](api::TokenPool) |
//! | [`diagnosis`] | learn why it failed, or would | [`inspect`], [`Error::diagnosis`], [`catalogue`](diagnosis::catalogue()) |
//! | [`discovery`] | find a token endpoint by its issuer, or CXone's API | [`discover`](discovery::discover), [`TokenSource::api_base`], [`TenantConfiguration`](discovery::TenantConfiguration) |
//! | [`transport`] | bring an HTTP client of your own | [`Transport`], [`BlockingTransport`], [`ResponseBody`](transport::ResponseBody) |
//! | [`protocol`] | build a request and read what comes back | [`token_request`], [`read_token_response`], [`AccessToken`] |
//! | [`settings`] | read variables, with files and the transport's options | [`Settings`](settings::Settings) |
//! | [`store`] | share a token between processes and machines | [`TokenStore`](store::TokenStore), [`StoreOptions`](store::StoreOptions) |
//! | [`session`] | bring a loop of your own | [`Session`], [`Action`](session::Action) |
//!
//! Test your program with [`TokenSource::fixed`], [`TokenSource::failing`] and
//! [`ManualClock`](source::ManualClock).
//!
//! ## WebAssembly
//!
//! The core compiles for `wasm32-unknown-unknown`, without what blocks a thread: no
//! [`BlockingTokenSource`], no [`BlockingAuthorizer`](api::BlockingAuthorizer). The standard library
//! has no clock there. Give a source yours ([`TokenSource::with_clock`]). [`SystemClock`](source::SystemClock),
//! and with it [`TokenSource::new`], [`fetch_token`] and [`Moment::now`], panic.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    expect(
        clippy::too_many_lines,
        reason = "a table of cases is as long as it is"
    )
)]
#![cfg_attr(
    target_family = "wasm",
    expect(
        dead_code,
        reason = "what only blocking callers use is not exported there"
    )
)]

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
mod secret_look;
pub mod session;
pub mod settings;
pub mod source;
pub mod store;
pub mod transport;

// What a first program needs; everything else is in its module. Foreign types that stand in
// signatures are here too, so that a user needs no dependency of their own for them.
pub use config::{
    AccessKey, ClientAuthentication, ClientCredentials, Config, Scope, ScopeSet, TokenEndpoint,
};
pub use diagnosis::inspect;
pub use platform::{Area, Central, Issuer, Region};
pub use protocol::{AccessToken, read_token_response, token_request};
pub use session::Session;
#[cfg(not(target_family = "wasm"))]
pub use source::{BlockingTokenSource, fetch_token_blocking};
pub use source::{TokenSource, TokenSources, fetch_token};
pub use transport::{BlockingTransport, Transport, TransportOptions};

pub use clock::Moment;
pub use error::{Error, ErrorKind};
pub use secrecy::SecretString;
#[doc(no_inline)]
pub use {bytes, http};

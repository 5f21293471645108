#![doc = include_str!("../README.md")]
//!
//! ## Contents
//!
//! | to | see |
//! |---|---|
//! | say which server, who asks, and for what | [`Region`], [`Issuer`], [`Area`], [`Central`], [`ClientCredentials`], [`AccessKey`], [`Config`] |
//! | have a token at hand | [`token_source`], `token_source_from_env`, [`TokenSource`] |
//! | call an API with the token | [`AuthorizedClient`], [`AuthorizedRequest`], `AuthorizedMiddleware` |
//! | set a proxy, a timeout, a certificate | [`ReqwestTransport`], [`TransportOptions`] |
//! | know why it failed, or would | [`Error`], [`ErrorKind`], [`inspect`] |
//! | find everything else | [`core`], module by module |
//!
//! ## Calls to an API
//!
//! [`AuthorizedClient`] makes calls with your own client. It adds the token, keeps it at its
//! origin, and repeats a call once if the token was rejected. `AuthorizedMiddleware` does the same
//! in a chain of `reqwest-middleware`. reqwest has a gap with redirects and tokens:
//! [`AuthorizedClient::from_builder`] closes it. A client that you build yourself needs
//! [`guarded_redirects`].
//!
//! ## The transport follows no redirect
//!
//! By default reqwest follows ten redirects. A 307 or 308 among them repeats the request, with the
//! client secret, to the host that the response names. [`ReqwestTransport`] turns redirects off,
//! also on your own builder, and returns a redirect as a response.
//!
//! ## How a token request is sent
//!
//! Each request is sent once, over HTTP/1.1, on its own connection. Tokens are fetched minutes or
//! hours apart. On a connection kept open that long, the server has usually hung up, and the
//! request fails. The client is built once, with its trust store.
//!
//! ## Client certificates
//!
//! A [`ClientCertificate`](crate::core::transport::ClientCertificate) is shown to a server that asks
//! for one. With rustls, files are read again when they change: at most once a second, for new
//! connections. A pair that cannot be read or does not belong together leaves the old one in use.
//! No TLS session is resumed, since it would go on with the old certificate. With `native-tls`,
//! files are read once, and the key has to be PKCS#8.
//!
//! ## Processes that fork
//!
//! [`ReqwestTransport`] and the clients that call an API belong to the process in which they first
//! met a tokio runtime. In a child that is forked after that, they send nothing and fail with the
//! kind `Configuration`: a runtime of the parent has no threads there. Make them in the child, with
//! a runtime of its own. What was made before the runtime, and not used, works in the child.
//!
//! Two things are not noticed: a client that is made in the child, but uses a runtime of the parent;
//! and a request that is in flight during the fork. A caller in the child would wait for its end.
//! Calls to an API do not notice a child that was made without the C library's `fork` either, such
//! as with `_Fork` or the system call `clone`.
//!
//! ## Which reqwest
//!
//! 0.13, re-exported as [`reqwest`]. Its own clients, which you build without this crate,
//! take their cryptography from the same places, except that reqwest knows no ring: with the feature
//! `ring` alone, or with none, a bare `reqwest::Client::builder().build()` panics until a default is
//! installed (`rustls::crypto::ring::default_provider().install_default()`).
//!
//! A program with reqwest 0.12 can have both: this crate gets the tokens, and the other client sends
//! them. Both use `http` 1, so [`AccessToken::authorization`] fits both. [`AuthorizedClient`] takes a
//! client of 0.13 only; [`Authorizer`](crate::core::api::Authorizer) makes its decisions for any.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-reqwest needs the feature `rustls` or the feature `native-tls`");

mod client;
mod error;
#[cfg(feature = "middleware")]
mod middleware;
mod peeked;
mod process;
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
#[cfg(feature = "credentials")]
#[doc(no_inline)]
pub use cxone_auth_credentials as credentials;
#[cfg(feature = "middleware")]
pub use middleware::AuthorizedMiddleware;
pub use redirect::guarded_redirects;
pub use request::AuthorizedRequest;
#[doc(no_inline)]
pub use reqwest;
pub use source::token_source;
#[cfg(feature = "credentials")]
pub use source::token_source_from_env;
pub use transport::ReqwestTransport;

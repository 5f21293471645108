#![doc = include_str!("../README.md")]
//!
//! ## Contents
//!
//! | to | see |
//! |---|---|
//! | say which server, who asks, and for what | [`Region`], [`Issuer`], [`Area`], [`Central`], [`ClientCredentials`], [`AccessKey`], [`Config`] |
//! | have a token at hand | [`token_source`], `token_source_from_env`, [`TokenSource`] |
//! | call an API with the token | [`BearerLayer`], [`BearerService`], [`HyperConnector`] |
//! | set a proxy, a timeout, a certificate | [`HyperTransport`], [`TransportOptions`] |
//! | know why it failed, or would | [`Error`], [`ErrorKind`], [`inspect`] |
//! | find everything else | [`core`], module by module |
//!
//! ## Calls to an API
//!
//! [`BearerLayer`] adds the token to the requests of hyper-util's client, or of any other tower
//! service. It keeps the token at its origin, and repeats a call once if the token was rejected.
//!
//! ## The transport follows no redirect
//!
//! A client that follows a 307 or 308 repeats the request, with the client secret, to the host that
//! the response names. hyper and [`HyperTransport`] follow no redirect. The transport returns a
//! redirect as a response.
//!
//! ## How a token request is sent
//!
//! Each request is sent once, over HTTP/1.1, on its own connection. Tokens are fetched minutes or
//! hours apart. On a connection kept open that long, the server has usually hung up, and the
//! request fails. The client is built once, with its trust store.
//!
//! ## The proxies of the environment
//!
//! They follow the rules of [`EnvironmentProxy`](cxone_auth_core::transport::EnvironmentProxy),
//! which are curl's. A proxy uses http, https or SOCKS (`socks4`,
//! `socks4a`, `socks5`, `socks5h`). Any other kind is an error of kind `Configuration`; nothing is
//! sent past it.
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
//! [`HyperTransport`] and [`BearerLayer`] belong to the process in which they first met a tokio
//! runtime. In a child that is forked after that, they send nothing and fail with the kind
//! `Configuration`: a runtime of the parent has no threads there. Make them in the child, with a
//! runtime of its own. What was made before the runtime, and not used, works in the child.
//!
//! Two things are not noticed: a client that is made in the child, but uses a runtime of the parent;
//! and a request that is in flight during the fork. A caller in the child would wait for its end.
//! Calls to an API do not notice a child that was made without the C library's `fork` either, such
//! as with `_Fork` or the system call `clone`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-hyper needs the feature `rustls` or the feature `native-tls`");

mod bearer;
mod connector;
mod error;
mod process;
mod proxy;
mod source;
mod tls;
mod transport;

pub use bearer::{
    BearerBody, BearerLayer, BearerService, NoReplay, Replay, ReplayByCloning, TokenReplaced,
};
pub use connector::HyperConnector;
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
pub use source::token_source;
#[cfg(feature = "credentials")]
pub use source::token_source_from_env;
pub use transport::HyperTransport;

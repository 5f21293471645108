#![doc = include_str!("../README.md")]
//!
//! With `default-features = false, features = ["isahc", "rustls"]` the crate uses isahc only:
//!
//! ```no_run
//! # #[cfg(feature = "isahc")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cxone_auth_blocking::{
//!     BlockingTokenSource, ClientCredentials, Config, IsahcTransport, Region,
//! };
//!
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
//! let source = BlockingTokenSource::new(config, IsahcTransport::new()?);
//! # let _ = source;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "isahc"))]
//! # fn main() {}
//! ```
//!
//! ## Contents
//!
//! | to | see |
//! |---|---|
//! | say which server, who asks, and for what | [`Region`], [`Issuer`], [`Area`], [`Central`], [`ClientCredentials`], [`AccessKey`], [`Config`] |
//! | have a token at hand | `token_source`, `token_source_from_env`, [`BlockingTokenSource`] |
//! | call an API with the token | `AuthorizedAgent`, `AuthorizedClient` |
//! | set a proxy, a timeout, a certificate | `UreqTransport`, `IsahcTransport`, [`TransportOptions`] |
//! | know why it failed, or would | [`Error`], [`ErrorKind`], [`inspect`] |
//! | find everything else | [`core`], module by module |
//!
//! ## Calls to an API
//!
//! `AuthorizedAgent` makes calls with a ureq agent, `AuthorizedClient` with an isahc client. Each
//! adds the token, keeps it at its origin, and repeats a call once if the token was rejected. For
//! any other client, `token` of a source returns the token itself.
//!
//! ## The transports follow no redirect
//!
//! A client that follows a 307 or 308 repeats the request, with the client secret, to the host that
//! the response names. isahc follows none by default, and ureq fails on them. The transports turn
//! redirects off, also on your own builder, and return a redirect as a response.
//!
//! ## How a token request is sent
//!
//! Each request is sent once, over HTTP/1.1, on its own connection. Tokens are fetched minutes or
//! hours apart. On a connection kept open that long, the server has usually hung up, and the
//! request fails. The client is built once, with its trust store.
//!
//! ## Servers that close TLS without `close_notify`
//!
//! Some servers send a complete response and then close TCP without the TLS alert `close_notify`.
//! ureq takes the response, and so does isahc with native-tls. curl's rustls back end fails instead
//! and loses the response that it has read. On isahc with rustls, each request whose receiving fails
//! over TLS is therefore an error of kind `UncleanClose`. A source does not repeat it within a call,
//! so that a secret is sent once.
//!
//! ## The rustls provider of ureq
//!
//! A provider that the program has installed for the process is used. Otherwise it is aws-lc-rs or
//! ring, as the features say; if both are on, aws-lc-rs. With neither, a request over https fails
//! with the kind `Configuration`, and its text says what to do.
//!
//! If two providers are in the program's tree, rustls chooses none for the process, and code that
//! calls `rustls::ClientConfig::builder()` panics. Programs that also use another client with
//! aws-lc-rs, reqwest for example, set `default-features = false` here and enable `aws-lc-rs` and
//! `ureq`, or install a provider when they start.
//!
//! ## Programs with a thousand files
//!
//! On Linux, isahc's curl waits for sockets with `select`. A socket with the number 1,024 or more
//! is an error of kind `Connect`. If your program has that many open files and sockets, use
//! ureq, which has no such limit.
//!
//! ## Processes that fork
//!
//! `UreqTransport` also works in a child that was forked after it was made. Everything else belongs
//! to the process that made it: in the child, `IsahcTransport` and both clients that call an API
//! send nothing and fail with the kind `Configuration`. Make them in the child. The clients do not
//! notice a child that was made without the C library's `fork`, such as with `_Fork` or the system
//! call `clone`.
//!
//! ## What is kept out of logs
//!
//! At their finest level both clients log the bytes on the wire, with secrets and tokens.
//! `IsahcTransport` hides its requests from the `tracing` subscriber. `UreqTransport` lowers the
//! `log` crate's maximum level to `DEBUG` while it handles bytes of a request, but not while it
//! waits for the network. So the process misses hardly any `TRACE` records of other threads, and a
//! level that is set in between stays.
//!
//! ## Keys of TLS connections
//!
//! `SSLKEYLOGFILE` makes curl, and therefore isahc, write the keys of TLS connections into a file.
//! `IsahcTransport` and `AuthorizedClient` refuse to work while it is set, unless you use
//! `allow_ssl_key_log`. ureq does not read the variable.
//!
//! ## Client certificates
//!
//! A [`ClientCertificate`](crate::core::transport::ClientCertificate) is shown to a server that asks
//! for one. ureq reads files once, when the transport is built; with `native-tls` it takes PKCS#8
//! keys only. isahc leaves files to curl, which reads them for each connection; bytes it takes only
//! with `native-tls`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "isahc", feature = "ureq")))]
compile_error!("cxone-auth-blocking needs the feature `ureq` or the feature `isahc`");
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-blocking needs the feature `rustls` or the feature `native-tls`");

mod address;
mod file;
#[cfg(feature = "isahc")]
mod isahc;
mod peeked;
mod process;
mod response;
mod roots;
#[cfg(feature = "ureq")]
mod source;
#[cfg(feature = "ureq")]
mod ureq;

#[cfg(feature = "isahc")]
pub use self::isahc::{AllowSslKeyLog, AuthorizedClient, IsahcTransport};
#[cfg(feature = "ureq")]
pub use self::source::token_source;
#[cfg(feature = "credentials")]
pub use self::source::token_source_from_env;
#[cfg(feature = "ureq")]
pub use self::ureq::{AuthorizedAgent, MemoryBody, UreqTransport};
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

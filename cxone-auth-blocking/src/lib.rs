//! OAuth 2.0 access tokens for Genesys Cloud and NICE CXone, fetched with blocking IO.
//!
//! This crate is `cxone-auth-core` and two [`BlockingTransport`]s for it, each behind a feature:
//! `IsahcTransport`, on [isahc], and a leaner one on [ureq], `UreqTransport`. It re-exports the
//! core, so that it is the only one to depend on. It is separate because the core holds no HTTP
//! client: an async program takes `cxone-auth-reqwest` or `cxone-auth-hyper` and never compiles
//! these.
//!
//! ```no_run
//! # #[cfg(feature = "isahc")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cxone_auth_blocking::{AuthorizedClient, ClientCredentials, Config, Region, token_source};
//!
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud("eu-central-1".parse::<Region>()?, credentials)?;
//! let source = token_source(config)?;
//!
//! // A client of yours that calls the API with the token, and asks for one only when it is due.
//! let api = AuthorizedClient::new(isahc::HttpClient::new()?, source);
//! let users = api.get("/api/v2/users")?;
//! # let _ = users;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "isahc"))]
//! # fn main() {}
//! ```
//!
//! With `default-features = false, features = ["rustls", "ureq"]` it is on ureq, and neither isahc
//! nor curl is in the program's tree:
//!
//! ```no_run
//! # #[cfg(feature = "ureq")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cxone_auth_blocking::{
//!     BlockingTokenSource, ClientCredentials, Config, Region, UreqTransport,
//! };
//!
//! let credentials = ClientCredentials::new("client-id", "client-secret");
//! let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
//! let source = BlockingTokenSource::new(config, UreqTransport::new()?);
//! # let _ = source;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "ureq"))]
//! # fn main() {}
//! ```
//!
//! # Contents
//!
//! | to | see |
//! |---|---|
//! | say which server, who asks, and for what | [`Region`], [`Issuer`], [`Area`], [`Central`], [`ClientCredentials`], [`AccessKey`], [`Config`] |
//! | have a token at hand | `token_source`, [`BlockingTokenSource`] |
//! | call an API with the token | `AuthorizedClient`, `AuthorizedAgent` |
//! | set a proxy, a timeout, a certificate | `IsahcTransport`, `UreqTransport`, [`TransportOptions`] |
//! | know why it failed, or would | [`Error`], [`ErrorKind`], [`inspect`] |
//! | find everything else | [`core`], module by module |
//!
//! # Calls to an API
//!
//! `AuthorizedClient` makes them with a client of isahc, `AuthorizedAgent` with an agent of ureq:
//! each puts the token in, keeps it from where it does not belong, and makes a call again, once,
//! when the token was refused. `token` of a source gives the token itself, for any other client.
//!
//! # The transports follow no redirect
//!
//! A client that follows a 307 or 308 repeats the request, client secret included, to whatever
//! host the response names. isahc follows none unless told to, ureq fails on them; the transports
//! fix both, also on a builder of yours: a redirect is handed over as the response that it is.
//!
//! # What a token request is like
//!
//! Each is sent once, over HTTP/1.1, on a connection of its own. Tokens are fetched minutes or
//! hours apart: a connection kept open that long is closed by the server more often than it is
//! of use, and then costs a failed request. The client, with its trust store, is built once.
//!
//! # Programs with a thousand files
//!
//! curl, as isahc builds it for Linux, waits for sockets by `select`: one whose number is 1,024 or
//! more is an error of kind `Connect`. A program that has so many files and sockets open at once
//! takes the feature `ureq`, which has no such limit.
//!
//! # What is kept out of logs
//!
//! At their finest level both clients log what goes over the wire, secrets and tokens included.
//! `IsahcTransport` keeps its requests from the `tracing` subscriber. `UreqTransport` lowers the
//! `log` crate's maximum level to `DEBUG` whenever it handles bytes of a request. It does not hold
//! it there while it waits for the network, so the process hardly misses `TRACE` records of other
//! threads, and a level that somebody sets meanwhile stays.
//!
//! # Keys of TLS connections
//!
//! `SSLKEYLOGFILE` makes curl, and so isahc, write the keys of TLS connections into a file.
//! `IsahcTransport` and `AuthorizedClient` refuse to work while it is set, unless their
//! `allow_ssl_key_log` says otherwise. ureq does not read the variable.
//!
//! # Features
//!
//! One of the first two is needed, and one of the next two.
//!
//! - `isahc` (default): `IsahcTransport`, `AuthorizedClient` and `token_source`. It brings curl,
//!   and builds it from its C sources.
//! - `ureq`: `UreqTransport` and `AuthorizedAgent`.
//! - `rustls` (default): TLS by rustls, with aws-lc under isahc, with ring under ureq, trusting
//!   what the operating system trusts.
//! - `native-tls`: TLS by the operating system's own library. isahc cannot be built with both, so
//!   this one goes with `default-features = false`.
//! - `tracing`: a span around each request of a source, and an event for whatever happens in it.
//!
//! # Minimum Rust version
//!
//! 1.85.
//!
//! [isahc]: https://docs.rs/isahc
//! [ureq]: https://docs.rs/ureq

#[cfg(not(any(feature = "isahc", feature = "ureq")))]
compile_error!("cxone-auth-blocking needs the feature `isahc` or the feature `ureq`");
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("cxone-auth-blocking needs the feature `rustls` or the feature `native-tls`");

#[cfg(feature = "isahc")]
mod isahc;
mod peeked;
mod response;
mod roots;
#[cfg(feature = "isahc")]
mod source;
#[cfg(feature = "ureq")]
mod ureq;

#[cfg(feature = "isahc")]
pub use self::isahc::{AllowSslKeyLog, AuthorizedClient, IsahcTransport};
#[cfg(feature = "isahc")]
pub use self::source::token_source;
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

//! Credentials that change, for [`cxone_auth_core`]: signing keys, and secrets, keys and assertions
//! that files and commands provide.
//!
//! A server that takes no constant secret wants a signed assertion, and a secret that somebody
//! replaces must not need a restart. This crate holds the two: keys that sign
//! (`private_key_jwt`, RFC 7523), and sources that are read for each token request. It sends
//! nothing: the request is the transport's, of `cxone-auth-reqwest`, `cxone-auth-hyper` or
//! `cxone-auth-blocking`. A client certificate (RFC 8705) is a matter of the transport as well.
//!
//! ```no_run
//! use cxone_auth_core::{ClientCredentials, Config, TokenEndpoint};
//! use cxone_auth_credentials::PrivateKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = PrivateKey::from_file("/etc/my-service/key.pem")?.with_thumbprint_as_key_id();
//! let credentials = ClientCredentials::signed_by("client-id", key);
//! let endpoint: TokenEndpoint = "https://as.example.com/oauth2/token".parse()?;
//! let config = Config::custom(endpoint, credentials)?;
//! # let _ = config;
//! # Ok(())
//! # }
//! ```
//!
//! # Contents
//!
//! | to | see |
//! |---|---|
//! | sign assertions with a key | [`PrivateKey`], from PEM or a JWK |
//! | do so with a key that is replaced | [`FileKey`] |
//! | make a key, and what the server needs of it | [`GeneratedKey`], [`jwks`] |
//! | read a secret that is replaced | [`FileSecret`], [`CommandSecret`] |
//! | read an assertion that somebody else makes, such as Kubernetes | [`FileAssertion`], [`CommandSecret`] |
//! | sign assertions with the client's secret | [`SharedSecret`] |
//! | read it all from variables | [`settings_from_env`], [`Files`] |
//! | know what is wrong with a key | [`KeyError`], [`KeyErrorKind`] |
//!
//! The secret of an access key is a secret like another:
//! [`AccessKey::from_source`](cxone_auth_core::AccessKey::from_source) takes the same sources.
//!
//! # A file whose permissions are wide
//!
//! It is read. A mount of Kubernetes or Docker often has such permissions, and the process cannot
//! change them. `is_readable_by_others` of each source says so, for a program that warns its user.
//!
//! # What an error says
//!
//! The file or the program, and the fault. Never what is in the file, what a command printed, or an
//! argument of it.
//!
//! # Features
//!
//! - `ring` (default): signatures by ring.
//! - `aws-lc-rs`: signatures by aws-lc-rs. With both on, aws-lc-rs signs.
//!
//! Both libraries sign with the same keys, except for RSA keys of more than 4096 bits, which ring
//! does not take.
//!
//! # Minimum Rust version
//!
//! 1.85.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("cxone-auth-credentials needs the feature `ring` or the feature `aws-lc-rs`");

mod command;
mod contents;
mod environment;
mod file;
mod key;
mod shared_secret;

pub use command::CommandSecret;
pub use environment::{Files, settings_from_env};
pub use file::{FileAssertion, FileKey, FileSecret};
pub use key::error::{KeyError, KeyErrorKind};
pub use key::{GeneratedKey, PrivateKey, jwks};
pub use shared_secret::SharedSecret;

// The example of the page that the registry shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Stores in which processes share the token of a source of [`cxone_auth_core`], and the keys that
//! seal what is in them.
//!
//! A source without a store makes its own requests. Forty processes then make forty, and a server
//! that revokes older tokens lets them take each other's token away. With a store they make one.
//!
//! # Contents
//!
//! | to | see |
//! |---|---|
//! | share a token on one machine | [`FileStore`] |
//! | make, read, write and rotate the keys | [`StoreKeys`] |
//! | share between machines | `RedisStore`, with the feature `redis` |
//!
//! # Features
//!
//! - `ring` (default): sealing by ring.
//! - `aws-lc-rs`: sealing by aws-lc-rs. With both on, aws-lc-rs seals. Both open what the other one
//!   sealed.
//! - `redis`: a store on a server, Redis or Valkey. It brings 51 more crates, among them tokio and
//!   rustls, which takes its cryptography from ring or aws-lc-rs as above, unless the process has a
//!   default.
//!
//! # Minimum Rust version
//!
//! 1.85. With the feature `redis`, Cargo then has to choose 1.2 of the crate `redis` (`resolver = "3"`
//! does so by itself, `cargo update redis --precise 1.2.2` otherwise): 1.3 and later need 1.88.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("cxone-auth-store needs the feature `ring` or the feature `aws-lc-rs`");

mod file;
mod keys;
#[cfg(feature = "redis")]
mod redis;

pub use file::FileStore;
pub use keys::StoreKeys;
#[cfg(feature = "redis")]
pub use redis::{RedisOptions, RedisStore};

// The example of the page that the registry shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

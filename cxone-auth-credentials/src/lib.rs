//! Credentials that change.
#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("cxone-auth-credentials needs the feature `ring` or the feature `aws-lc-rs`");

mod algorithm;
mod contents;
mod key;

pub use algorithm::Algorithm;
pub use key::error::{KeyError, KeyErrorKind};
pub use key::{GeneratedKey, SigningKey, jwks};

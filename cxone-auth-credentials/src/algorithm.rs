//! The algorithms of signatures.

use std::fmt;
use std::str::FromStr;

use crate::key::error::{KeyError, KeyErrorKind};

/// An algorithm for the signature of a client assertion (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// A key has one that servers know best: [`Rs256`](Self::Rs256) for RSA, [`Es256`](Self::Es256) for
/// the curve P-256, [`Es384`](Self::Es384) for P-384, [`EdDsa`](Self::EdDsa) for Ed25519. Only an
/// RSA key leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA with PKCS#1 v1.5 padding and SHA-256.
    Rs256,
    /// RSA with PSS padding and SHA-256. FAPI asks for it or for [`Es256`](Self::Es256).
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Rs256,
        Self::Ps256,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The name in the header of an assertion, such as `ES256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = KeyError;

    /// Reads a name in any case. `Ed25519`, the newer name of RFC 9864, is EdDSA here.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let is_named = |known: &Self| known.name().eq_ignore_ascii_case(text);
        if text.eq_ignore_ascii_case("Ed25519") {
            return Ok(Self::EdDsa);
        }
        let known = Self::ALL.into_iter().find(is_named);
        known.ok_or_else(|| KeyErrorKind::UnknownAlgorithm.into())
    }
}

//! Client assertions that somebody else has made: JSON Web Tokens (RFC 7523 §2.2).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use super::changing::{CredentialError, CredentialErrorKind};
use super::signing::SigningKey;

/// A signed assertion, such as the token that Kubernetes projects into a file.
///
/// It is a secret for as long as it is valid. `Debug` shows none of it. Clones share the text.
#[derive(Clone)]
pub struct Assertion {
    text: Arc<SecretString>,
    content: Arc<Content>,
}

/// What the text says.
pub(super) struct Content {
    header: Header,
    parties: Arc<Parties>,
    exp: Option<f64>,
    is_signed_here: bool,
}

/// Who has made the assertion, whom it is about, and to whom it is addressed.
pub(super) struct Parties {
    issuer: Option<String>,
    subject: Option<String>,
    audience: Vec<String>,
}

/// What is compared with the server's metadata.
#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    kid: Option<String>,
}

/// The claims that are checked before the assertion is sent. The signature is the server's matter,
/// and so is `nbf`: this machine's clock may be slow, and servers say that it is too early.
#[derive(Default, Deserialize)]
struct Claims {
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "texts")]
    aud: Vec<String>,
}

impl Assertion {
    /// Reads a JSON Web Token in its compact form: three parts of base64url, joined by dots. The
    /// white space around it is removed, since files end with a line break.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] of kind [`Unusable`](CredentialErrorKind::Unusable) if it is not a
    /// signed JSON Web Token.
    pub fn parse(text: impl Into<SecretString>) -> Result<Self, CredentialError> {
        let mut text = text.into();
        let trimmed = text.expose_secret().trim();
        if trimmed.len() < text.expose_secret().len() {
            text = trimmed.into();
        }
        let (header, claims) = parts(text.expose_secret())
            .map_err(|problem| CredentialError::new(CredentialErrorKind::Unusable, problem))?;
        let parties = Parties {
            issuer: claims.iss,
            subject: claims.sub,
            audience: claims.aud,
        };
        let content = Content {
            header,
            parties: Arc::new(parties),
            exp: claims.exp,
            is_signed_here: false,
        };
        Ok(Self::new(text, Arc::new(content)))
    }

    /// Returns an assertion whose content is known. It is not read from the text.
    pub(super) fn new(text: impl Into<SecretString>, content: Arc<Content>) -> Self {
        let text = Arc::new(text.into());
        Self { text, content }
    }

    /// Reports whether a key of the configuration has signed it. Somebody else has made any other.
    pub(crate) fn is_signed_here(&self) -> bool {
        self.content.is_signed_here
    }

    /// Returns which key has signed it (`kid`), if it says so.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.content.header.kid.as_deref()
    }

    /// Returns the moment from which the assertion is no good (`exp`), if it states one. A moment
    /// before 1970 is given as the beginning of 1970. One beyond all clocks counts as none.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        let seconds = self.content.exp?.max(0.0);
        let span = Duration::try_from_secs_f64(seconds).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(span)
    }

    /// Returns how the assertion is signed (`alg`), such as `ES256`.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.content.header.alg.as_deref()
    }

    /// Returns who made the assertion (`iss`).
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.content.parties.issuer.as_deref()
    }

    /// Returns whom the assertion is about (`sub`).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.content.parties.subject.as_deref()
    }

    /// Returns to whom the assertion is addressed (`aud`): one text or more. It is empty if the
    /// assertion states none.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        &self.content.parties.audience
    }

    /// Returns the assertion in clear.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.text.expose_secret()
    }
}

impl Content {
    /// Returns what an assertion says that `key` signs. Its `exp` is in seconds, which are exact in
    /// an `f64`.
    pub(super) fn signed_here(key: &SigningKey, parties: Arc<Parties>, exp: f64) -> Self {
        Self {
            header: Header {
                alg: Some(key.algorithm().as_str().to_owned()),
                kid: key.key_id().map(str::to_owned),
            },
            parties,
            exp: Some(exp),
            is_signed_here: true,
        }
    }
}

impl Parties {
    /// Returns those of an assertion that a client makes itself.
    pub(super) fn of_client(id: &str, audience: String) -> Self {
        Self {
            issuer: Some(id.to_owned()),
            subject: Some(id.to_owned()),
            audience: vec![audience],
        }
    }
}

/// Returns header and claims, or what is wrong with the text.
fn parts(text: &str) -> Result<(Header, Claims), &'static str> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err(match (text.is_empty(), parts.len()) {
            (true, _) => "the assertion is empty",
            (_, 5) => "the assertion is encrypted: give a signed JSON Web Token",
            _ => "the assertion is not a JSON Web Token: it has three parts, joined by dots",
        });
    };
    if signature.is_empty() {
        return Err("the assertion is not signed");
    }
    let not_a_token = "the assertion is not a JSON Web Token: two JSON objects in base64url and a \
                       signature";
    let header = object(header).ok_or(not_a_token)?;
    let claims = object(payload).ok_or(not_a_token)?;
    Ok((header, claims))
}

/// Reads a part of the token, if it is a JSON object.
fn object<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = Zeroizing::new(URL_SAFE_NO_PAD.decode(part).ok()?);
    let is_object = json.trim_ascii_start().starts_with(b"{");
    serde_json::from_slice(&json).ok().filter(|_| is_object)
}

/// Reads a text or a list of texts (RFC 7519 §4.1.3). Anything else is none: it is the server's
/// matter to refuse it.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => vec![text],
        Value::Array(members) => {
            let texts = members.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    })
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion").finish_non_exhaustive()
    }
}

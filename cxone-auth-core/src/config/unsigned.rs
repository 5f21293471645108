//! The assertion of one request before it is signed: a pure function of its arguments.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::assertion::{Assertion, Content, Parties};
use super::signing::{SigningAlgorithm, SigningKey};
use crate::config::Config;
use crate::error::Error;
use crate::finding::Confidence;
use crate::finding::catalogue::proof as cause;

/// A client assertion that is not signed yet (RFC 7523 §2.2, RFC 7515 §5.1).
///
/// Make one for each request. It has an id of its own, and it is valid for one minute. A source
/// does all of this by itself.
///
/// ```
/// # use cxone_auth_core::{ClientCredentials, Config, Error, Moment, token_request};
/// use cxone_auth_core::config::{Attempt, SigningKey, UnsignedAssertion};
///
/// # fn example(config: &Config, key: &SigningKey, sign: impl Fn(&[u8]) -> Vec<u8>, entropy: [u8; 16]) -> Result<(), Error> {
/// let now = Moment::now();
/// let unsigned = UnsignedAssertion::new(config, key, now.wall(), entropy);
/// let assertion = unsigned.signed(&sign(unsigned.signing_input()))?;
/// let config = config.for_attempt(now, &Attempt::new().with_assertion(assertion))?;
/// let request = token_request(&config);
/// # let _ = request;
/// # Ok(())
/// # }
/// ```
pub struct UnsignedAssertion {
    algorithm: SigningAlgorithm,
    signing_input: String,
    content: Arc<Content>,
}

/// How long an assertion is valid. A request takes less, and clocks that differ by some seconds do
/// no harm.
const LIFETIME: Duration = Duration::from_secs(60);

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    certificate_thumbprint: Option<&'a str>,
}

/// The claims of an assertion that are the same for each request of a client. They are prepared for
/// the first one.
pub(super) struct ConstantClaims {
    /// The members, without the brace at their end.
    json: String,
    parties: Arc<Parties>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
}

impl Config {
    fn constant_claims(&self) -> &ConstantClaims {
        self.claims.get_or_init(|| {
            let id = self.client_id().unwrap_or_default();
            Arc::new(ConstantClaims::new(id, self.audience()))
        })
    }
}

impl ConstantClaims {
    fn new(id: &str, audience: String) -> Self {
        let claims = Claims {
            iss: id,
            sub: id,
            aud: &audience,
        };
        let mut json = json(&claims);
        json.pop();
        Self {
            json,
            parties: Arc::new(Parties::of_client(id, audience)),
        }
    }

    /// Returns all claims of one assertion. `nbf` is left out. It would say the same as `iat`, and a
    /// server whose clock is slow would refuse it.
    fn with(&self, entropy: [u8; 16], issued_at: u64, expires_at: u64) -> String {
        /// What two numbers, the id and the names take at most.
        const MOST: usize = 128;
        let mut json = String::with_capacity(self.json.len() + MOST);
        json.push_str(&self.json);
        json.push_str(r#","jti":""#);
        URL_SAFE_NO_PAD.encode_string(entropy, &mut json);
        json.push_str(r#"","iat":"#);
        json.push_str(&issued_at.to_string());
        json.push_str(r#","exp":"#);
        json.push_str(&expires_at.to_string());
        json.push('}');
        json
    }
}

impl UnsignedAssertion {
    /// Returns the assertion of the client of `config` for one request. `entropy` becomes its id
    /// (`jti`): give other bytes each time.
    #[must_use]
    pub fn new(config: &Config, key: &SigningKey, now: SystemTime, entropy: [u8; 16]) -> Self {
        let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH);
        let issued_at = since_1970.unwrap_or_default();
        let expires_at = Duration::from_secs((issued_at + LIFETIME).as_secs());
        let header = Header {
            alg: key.algorithm().as_str(),
            typ: "JWT",
            kid: key.key_id(),
            certificate_thumbprint: key.certificate_thumbprint(),
        };
        let constant = config.constant_claims();
        let claims = constant.with(entropy, issued_at.as_secs(), expires_at.as_secs());
        let parties = Arc::clone(&constant.parties);
        let content = Content::signed_here(key, parties, expires_at.as_secs_f64());
        Self {
            algorithm: key.algorithm(),
            signing_input: signing_input(json(&header).as_bytes(), claims.as_bytes()),
            content: Arc::new(content),
        }
    }

    /// Returns what is signed.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// Returns the signed assertion.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the signature does not have
    /// the form of the algorithm. An ECDSA signature in DER is the usual case.
    pub fn signed(&self, signature: &[u8]) -> Result<Assertion, Error> {
        check_form(self.algorithm, signature)?;
        let text = compact(&self.signing_input, signature);
        Ok(Assertion::new(text, Arc::clone(&self.content)))
    }
}

/// A header and constant claims hold text, which is JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts are JSON")
}

/// Returns the JWS signing input (RFC 7515 §5.1).
fn signing_input(header: &[u8], payload: &[u8]) -> String {
    let length = |part: &[u8]| base64::encoded_len(part.len(), false).unwrap_or_default();
    let mut text = String::with_capacity(length(header) + 1 + length(payload));
    URL_SAFE_NO_PAD.encode_string(header, &mut text);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    text
}

/// Returns the JWS compact serialization (RFC 7515 §7.1). The buffer has its final size from the start,
/// so that no copy of the signature stays behind.
fn compact(signing_input: &str, signature: &[u8]) -> String {
    let length = base64::encoded_len(signature.len(), false).unwrap_or_default();
    let mut text = String::with_capacity(signing_input.len() + 1 + length);
    text.push_str(signing_input);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    text
}

/// Checks the length of a signature (RFC 7518 §3, RFC 8037 §3.1). Those of RSA are as long as their
/// key.
fn check_form(algorithm: SigningAlgorithm, signature: &[u8]) -> Result<(), Error> {
    let length = match algorithm {
        SigningAlgorithm::Es256 | SigningAlgorithm::EdDsa => 64,
        SigningAlgorithm::Es384 => 96,
        SigningAlgorithm::Hs256 => 32,
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => signature.len().max(1),
    };
    if signature.len() == length {
        return Ok(());
    }
    if is_two_integers_in_der(signature) {
        let evidence = format!("{algorithm}: the signature is in DER");
        let message = "the signature of the assertion is in DER: \
                       a JSON Web Token holds r and s side by side";
        let finding = cause::DER_SIGNATURE.found(Confidence::Certain, evidence);
        return Err(Error::configuration(message).with_finding(finding));
    }
    let (bytes, message) = (signature.len(), "the signature of the assertion");
    let message = format!("{message} has {bytes} bytes: {algorithm} has {length}");
    let finding = cause::UNREADABLE.found(Confidence::Certain, message.clone());
    Err(Error::configuration(message).with_finding(finding))
}

/// Reports whether these bytes are a DER sequence of two integers, as an ECDSA signature is in X.509
/// (RFC 3279 §2.2.3).
fn is_two_integers_in_der(bytes: &[u8]) -> bool {
    let content = match bytes {
        [0x30, 0x81, length, content @ ..] | [0x30, length, content @ ..] => {
            Some(content).filter(|content| content.len() == usize::from(*length))
        }
        _ => None,
    };
    let rest = content.and_then(after_integer).and_then(after_integer);
    rest.is_some_and(<[u8]>::is_empty)
}

fn after_integer(bytes: &[u8]) -> Option<&[u8]> {
    let [0x02, length, rest @ ..] = bytes else {
        return None;
    };
    rest.get(usize::from(*length).max(1)..)
}

impl std::fmt::Debug for UnsignedAssertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedAssertion")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

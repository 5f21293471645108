//! A registered client, and the check of a request's credentials.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::random;

/// A client as a platform stores it.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) enabled: bool,
}

/// How a server reads id and secret from an `Authorization: Basic` header.
///
/// RFC 6749 §2.3.1 form-encodes both before base64. Many servers take them raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretDecoding {
    /// Unchanged: percent sequences are taken literally.
    Raw,
    /// Form-decoded, as RFC 6749 says.
    FormUrlEncoded,
    /// Either spelling is accepted.
    Either,
}

/// The id and secret in a request.
#[derive(Clone)]
pub(super) enum Presented {
    /// The text after `Authorization: Basic`, decoded from base64.
    Basic(String),
    /// `client_id` and `client_secret` of the form.
    Body { id: String, secret: String },
}

impl Client {
    /// Creates a client with a UUID as id and a secret of 43 base64url characters.
    pub(super) fn new() -> Self {
        Self {
            id: random::uuid(),
            secret: random::base64url(32),
            enabled: true,
        }
    }

    /// Reports whether `presented` is this client's id and secret, and the client is enabled.
    pub(super) fn is(&self, presented: &Presented, decoding: SecretDecoding) -> bool {
        self.enabled
            && presented
                .readings(decoding)
                .iter()
                .any(|(id, secret)| *id == self.id && *secret == self.secret)
    }
}

impl Presented {
    /// Reports whether the id is `id`.
    pub(super) fn names(&self, id: &str, decoding: SecretDecoding) -> bool {
        self.readings(decoding).iter().any(|(named, _)| named == id)
    }

    pub(super) fn is_basic(&self) -> bool {
        matches!(self, Self::Basic(_))
    }

    /// Returns the possible readings as pairs of id and secret.
    fn readings(&self, decoding: SecretDecoding) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let text = match self {
            Self::Body { id, secret } => return vec![(id.into(), secret.into())],
            Self::Basic(text) => text,
        };
        let Some((id, secret)) = text.split_once(':') else {
            return Vec::new();
        };
        let raw = (Cow::from(id), Cow::from(secret));
        let decoded = (form_decoded(id), form_decoded(secret));
        match decoding {
            SecretDecoding::Raw => vec![raw],
            SecretDecoding::FormUrlEncoded => vec![decoded],
            SecretDecoding::Either => vec![raw, decoded],
        }
    }
}

fn form_decoded(text: &str) -> Cow<'_, str> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8_lossy()
        .into_owned()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_secret_as_it_is_told_to() {
        let client = Client {
            id: "an id".to_owned(),
            secret: "a+b%41:c".to_owned(),
            enabled: true,
        };
        let raw = Presented::Basic("an id:a+b%41:c".to_owned());
        let encoded = Presented::Basic("an%20id:a%2Bb%2541%3Ac".to_owned());
        let table = [
            (&raw, SecretDecoding::Raw, true),
            (&raw, SecretDecoding::FormUrlEncoded, false),
            (&raw, SecretDecoding::Either, true),
            (&encoded, SecretDecoding::Raw, false),
            (&encoded, SecretDecoding::FormUrlEncoded, true),
            (&encoded, SecretDecoding::Either, true),
        ];
        for (presented, decoding, expected) in table {
            assert_eq!(client.is(presented, decoding), expected, "{decoding:?}");
        }
    }
}

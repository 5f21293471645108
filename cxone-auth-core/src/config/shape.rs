//! The forms in which vendors issue ids and secrets.

use crate::secret_look::is_uuid;

/// What a value looks like, if that shows what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A client id of Genesys Cloud or of CXone.
    Uuid,
    /// The id or the secret of an access key of CXone: 52 characters of base32 followed by `====`.
    AccessKey,
    /// The same, without all or part of its `====`.
    CutAccessKey,
    Other,
}

impl Shape {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.trim();
        let bare = text.trim_end_matches('=');
        let is_base32 = |byte: u8| matches!(byte, b'A'..=b'Z' | b'2'..=b'7');
        if is_uuid(text) {
            Self::Uuid
        } else if bare.len() != 52 || !bare.bytes().all(is_base32) {
            Self::Other
        } else {
            match text.len() - bare.len() {
                4 => Self::AccessKey,
                0..4 => Self::CutAccessKey,
                _ => Self::Other,
            }
        }
    }

    /// Reports whether it is part of an access key, whole or cut.
    pub(crate) fn is_of_a_key(self) -> bool {
        matches!(self, Self::AccessKey | Self::CutAccessKey)
    }

    /// Reports whether a vendor issues ids or keys of this form.
    pub(crate) fn is_issued(self) -> bool {
        self != Self::Other
    }
}

/// Returns what the text is, if it is a key or the file of one: PEM, the same in base64, or a JWK
/// (RFC 7517). A server may log what it takes for a secret.
pub(super) fn key_file(text: &str) -> Option<&'static str> {
    /// What base64 makes of the start of every PEM.
    const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
    let text = text.trim_start();
    let is_private = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    let is_jwk = text.starts_with('{') && text.contains("\"kty\"");
    match () {
        () if is_private => Some("a private key in PEM"),
        () if text.starts_with(PEM_IN_BASE64) => Some("a file in PEM, encoded in base64"),
        () if is_jwk => Some("a key as a JWK"),
        () => None,
    }
}

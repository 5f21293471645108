//! Says who asks for a token: client credentials, access keys, and how a client authenticates.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::assertion::Assertion;
use super::changing::{CredentialSource, Secret};
use super::proof::Proof;
use super::shape::key_file;
use super::signing::SigningKey;
use crate::characters::UnusualCharacter;
use crate::error::Error;
use crate::finding::catalogue::credential as cause;
use crate::finding::{Confidence, Finding, Message, Setting, Term};
use crate::secret_look::is_uuid;

/// The id of an OAuth client, and what proves that a request comes from it.
///
/// | the client has | make it with |
/// |---|---|
/// | a secret (RFC 6749 §2.3.1) | [`new`](Self::new) |
/// | a secret that changes | [`from_source`](Self::from_source) |
/// | a private key (RFC 7523 §2.2, `private_key_jwt`) | [`signed_by`](Self::signed_by) |
/// | an assertion that is made elsewhere | [`with_assertions`](Self::with_assertions) |
/// | a TLS certificate (RFC 8705) | [`with_certificate`](Self::with_certificate) |
///
/// At Genesys Cloud the id is a UUID and the secret is generated. Every sample seen has only
/// letters, digits, `-` and `_`. At CXone, NICE issues both after registration.
///
/// The values are checked when a [`Config`](crate::Config) is made from them. `Debug` shows neither
/// of them: if they were swapped by mistake, the id would be the secret.
#[derive(Clone)]
pub struct ClientCredentials(Pair);

/// The id and the secret of a CXone access key.
///
/// An access key belongs to a CXone user. It is shown once and ends with its user. It replaces user
/// name and password in the only grant that CXone offers to a back-end service. The secret usually
/// ends in `====`. Pass it unchanged; it is encoded for the request.
#[derive(Clone)]
pub struct AccessKey(Pair);

/// How the client proves who it is at the token endpoint. Credentials go in exactly one place,
/// never in the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// In the `Authorization` header, scheme `Basic` (`client_secret_basic`).
    Basic(BasicEncoding),
    /// As `client_id` and `client_secret` in the body (`client_secret_post`).
    Body,
    /// As a signed assertion in the body (RFC 7521 §4.2, RFC 7523 §2.2): `private_key_jwt`,
    /// `client_secret_jwt`, and assertions that are made elsewhere.
    Assertion,
    /// By the certificate of the TLS connection (RFC 8705 §2): `tls_client_auth` and
    /// `self_signed_tls_client_auth`. The body has the `client_id`.
    Certificate,
}

/// How id and secret are written before a colon joins them and base64 encodes them.
///
/// If both contain only letters, digits, `-`, `.`, `_` and `~`, the two encodings give the same
/// bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BasicEncoding {
    /// Form-encodes each of them first (RFC 6749 §2.3.1). A space becomes `%20`, which every
    /// decoder reads. The unreserved characters of RFC 3986 are not escaped, which suits servers
    /// that do not decode.
    FormUrlEncoded,
    /// Sends them unchanged. Legacy Central and many other servers expect this. An id with a colon
    /// cannot be sent this way.
    Raw,
}

/// An id with what proves it.
#[derive(Clone)]
struct Pair {
    id: String,
    proof: Proof,
    any_characters: bool,
}

/// Makes both pairs. `$name` is what they are called.
macro_rules! pair {
    ($pair:ident, $name:literal, $an:literal, $id:ident, $secret:ident) => {
        impl $pair {
            #[doc = concat!($an, " id and its secret, exactly as they were issued.")]
            #[must_use]
            pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
                Self::proved(id, Proof::Secret(secret.into()))
            }

            #[doc = concat!($an, " id, and a secret that is read when a request needs it.")]
            #[must_use]
            pub fn from_source(
                id: impl Into<String>,
                source: impl CredentialSource<Secret> + 'static,
            ) -> Self {
                Self::proved(id, Proof::SecretFrom(Arc::new(source)))
            }

            fn proved(id: impl Into<String>, proof: Proof) -> Self {
                Self(Pair {
                    id: id.into(),
                    proof,
                    any_characters: false,
                })
            }

            /// Returns the same with another proof.
            pub(crate) fn with_proof(mut self, proof: Proof) -> Self {
                self.0.proof = proof;
                self
            }

            pub(crate) fn proof(&self) -> &Proof {
                &self.0.proof
            }

            /// Accepts line breaks, control characters, and invisible and typographic characters.
            /// By default they are refused: they are nearly always pasted by accident.
            #[must_use]
            pub fn allow_unusual_characters(mut self) -> Self {
                self.0.any_characters = true;
                self
            }

            #[doc = concat!("The ", $name, " id.")]
            #[must_use]
            pub fn id(&self) -> &str {
                &self.0.id
            }

            #[doc = concat!("The ", $name, " secret in clear.")]
            /// There is none if it is read when a request needs it.
            #[must_use]
            pub fn expose_secret(&self) -> Option<&str> {
                match &self.0.proof {
                    Proof::Secret(secret) => Some(secret.expose_secret()),
                    _ => None,
                }
            }

            pub(crate) fn check(&self) -> Result<(), Error> {
                self.check_id().and_then(|()| self.check_secret())
            }

            pub(crate) fn check_id(&self) -> Result<(), Error> {
                self.0.check_value(Setting::$id, self.id())
            }

            pub(crate) fn check_secret(&self) -> Result<(), Error> {
                match self.expose_secret() {
                    Some(secret) => self.0.check_value(Setting::$secret, secret),
                    None => Ok(()),
                }
            }
        }

        impl fmt::Debug for $pair {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($pair)).finish_non_exhaustive()
            }
        }
    };
}

pair!(
    ClientCredentials,
    "client",
    "A client",
    ClientId,
    ClientSecret
);
pair!(
    AccessKey,
    "access key",
    "An access key",
    AccessKeyId,
    AccessKeySecret
);

impl ClientCredentials {
    /// Makes the credentials of a client that signs an assertion for each request
    /// (`private_key_jwt`: RFC 7521 §4.2, RFC 7523 §2.2). Give a [`SigningKey`], or a source that
    /// reads one when a request needs it.
    #[must_use]
    pub fn signed_by(
        id: impl Into<String>,
        key: impl CredentialSource<SigningKey> + 'static,
    ) -> Self {
        Self::proved(id, Proof::Key(Arc::new(key)))
    }

    /// Makes the credentials of a client whose assertions are made elsewhere, such as the token
    /// that Kubernetes projects into a file.
    #[must_use]
    pub fn with_assertions(
        id: impl Into<String>,
        source: impl CredentialSource<Assertion> + 'static,
    ) -> Self {
        Self::proved(id, Proof::AssertionFrom(Arc::new(source)))
    }

    /// Makes the credentials of a client that the server knows by the certificate of its TLS
    /// connection (RFC 8705 §2). The transport presents the certificate.
    #[must_use]
    pub fn with_certificate(id: impl Into<String>) -> Self {
        Self::proved(id, Proof::Certificate)
    }

    /// Returns the assertion of this request.
    pub(crate) fn assertion(&self) -> Option<&Assertion> {
        match self.proof() {
            Proof::Assertion(assertion) => Some(assertion),
            _ => None,
        }
    }

    /// Makes the credentials of a legacy Central application: the id is `application@vendor`, the
    /// secret is the number of the business unit (or the secret that was issued instead).
    #[must_use]
    pub fn central(
        application: &str,
        vendor: &str,
        business_unit: impl Into<SecretString>,
    ) -> Self {
        Self::new(format!("{application}@{vendor}"), business_unit)
    }
}

impl AccessKey {
    /// Refuses the id of a client. CXone's client ids are UUIDs. The id of an access key is 52
    /// characters of base32 followed by `====`.
    pub(crate) fn check_is_no_client(&self) -> Result<(), Error> {
        if !is_uuid(self.id().trim()) {
            return Ok(());
        }
        let evidence = "the access key id is a UUID, as the ids of clients are";
        let finding = cause::NOT_AN_ACCESS_KEY.found(Confidence::Certain, evidence);
        Err(Error::configuration(
            "access key id is a UUID, as the ids of clients are: give the id of an access key",
        )
        .with_finding(finding))
    }
}

impl Pair {
    fn check_value(&self, setting: Setting, value: &str) -> Result<(), Error> {
        if value.trim().is_empty() {
            let state = if value.is_empty() { "empty" } else { "blank" };
            let finding =
                cause::EMPTY_CREDENTIAL.found(Confidence::Certain, format!("{setting} is {state}"));
            let message = format!("{setting} is {state}: give it as it was issued");
            return Err(Error::configuration(message).with_finding(finding.about(vec![setting])));
        }
        check_is_no_key(setting, value)?;
        match UnusualCharacter::first_in(value) {
            Some(unusual) if !self.any_characters => {
                let message = format!("{setting} contains {unusual}: copy it again, or use ");
                let message = Message::from(message).term(Term::UnusualCharacters);
                let message = message.and(" if it belongs there");
                Err(Error::configuration(message).with_finding(finding(setting, value, unusual)))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses a key, even if unusual characters are allowed: a reader of it can act as the client.
fn check_is_no_key(setting: Setting, value: &str) -> Result<(), Error> {
    let Some(what) = key_file(value) else {
        return Ok(());
    };
    let message = Message::from(format!("{setting} is {what}: "));
    let message = match setting {
        Setting::ClientSecret => message.term(Term::SigningKey),
        _ => message.and("give it as it was issued"),
    };
    let finding = cause::SOMETHING_ELSE.found(Confidence::Certain, format!("{setting}: {what}"));
    Err(Error::configuration(message).with_finding(finding.about(vec![setting])))
}

/// Returns the finding for this kind of unusual character.
fn finding(setting: Setting, value: &str, unusual: UnusualCharacter) -> Finding {
    let entry = if is_wrapped_base64(value) {
        &cause::WRAPPED_BASE64
    } else {
        &cause::UNUSUAL_CHARACTER
    };
    let evidence = format!("{setting}: {unusual}");
    entry
        .found(Confidence::Certain, evidence)
        .about(vec![setting, Setting::UnusualCharacters])
}

/// Reports whether `text` is base64 whose first line has 76 characters, where encoders break lines.
pub(crate) fn is_wrapped_base64(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte);
    text.find(['\r', '\n']) == Some(76) && text.bytes().all(is_base64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn blank_values_are_refused_by_name() {
        for (id, secret, expected) in [
            ("", "s", "client id is empty: give it as it was issued"),
            (
                " \u{3000}",
                "s",
                "client id is blank: give it as it was issued",
            ),
            ("i", "", "client secret is empty: give it as it was issued"),
            (
                "i",
                "\n",
                "client secret is blank: give it as it was issued",
            ),
        ] {
            // An empty value is not a credential, even if unusual characters are allowed.
            let credentials = ClientCredentials::new(id, secret).allow_unusual_characters();
            let error = credentials.check().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn unusual_characters_are_refused_unless_insisted_on() {
        let key = AccessKey::new("key", "topsecret\n");
        let text = key.check().unwrap_err().to_string();
        assert!(
            text.starts_with("access key secret contains a line break (U+000A) after character 9")
        );
        assert!(!text.contains("topsecret"));
        assert!(key.allow_unusual_characters().check().is_ok());
    }

    #[test]
    fn a_key_is_never_a_secret() {
        const EC: &str = "-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----\n";
        for (secret, what) in [
            (EC, "a private key in PEM"),
            (&*EC.replace('\n', " "), "a private key in PEM"),
            (&*format!("\n{EC}"), "a private key in PEM"),
            (
                "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==",
                "a file in PEM, encoded in base64",
            ),
            (r#"{ "kty": "OKP", "d": "hunter2" }"#, "a key as a JWK"),
        ] {
            let client = ClientCredentials::new("an-id", secret).allow_unusual_characters();
            let error = client.check().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("client secret is {what}: use it with ClientCredentials::signed_by")
            );
            let first = error.diagnosis().first().unwrap();
            assert_eq!(first.code().to_string(), "CXA-115");
            let report = error.report().to_string();
            assert!(
                !report.contains("hunter2") && !report.contains("LS0t"),
                "{report}"
            );
            let key = AccessKey::new("an-id", secret).allow_unusual_characters();
            assert!(key.check().is_err());
            let swapped = ClientCredentials::new(secret, "s").allow_unusual_characters();
            assert!(swapped.check().is_err());
        }
        for secret in [
            "-----BEGIN",
            "PRIVATE KEY-----",
            "LS0tLS1",
            r#"{"secret":"s"}"#,
            "kty",
        ] {
            let client = ClientCredentials::new("an-id", secret);
            assert!(client.check().is_ok(), "{secret}");
        }
    }

    #[test]
    fn debug_shows_neither_id_nor_secret() {
        let shown = format!(
            "{:?} {:#?}",
            ClientCredentials::new("the-id", "the-secret"),
            AccessKey::new("the-id", "the-secret")
        );
        assert!(!shown.contains("the-"), "{shown}");
    }
}

//! What tells one credential from another, for the name under which processes share a token.

use secrecy::{ExposeSecret, SecretString};

use super::material::{ClientMaterial, Material};
use crate::config::{AccessKey, Assertion, ClientCredentials, Config, Proof};

/// Returns what tells the credentials of `config` from others: a secret itself, the thumbprint of a
/// key, issuer and subject of an assertion that is made elsewhere. `read` is what was read for this
/// request. Two processes with the same key have the same identity, whatever they sign.
///
/// Hash it before it leaves the process. It is `None` if it is not known: the key has no thumbprint,
/// or the transport presents a certificate.
pub(super) fn identity(config: &Config, read: &Material) -> Option<SecretString> {
    let client = match config.credentials.as_ref() {
        None => Some(Vec::new()),
        Some(client) => of_client(client, read.client()),
    };
    let key = config.access_key().map(|key| of_access_key(key, read));
    client.map(|mut parts| {
        parts.extend(key.into_iter().flatten());
        joined(&parts)
    })
}

/// A part, with the length that keeps it apart from the next one.
type Part = SecretString;

fn of_client(client: &ClientCredentials, read: Option<&ClientMaterial>) -> Option<Vec<Part>> {
    let (kind, parts) = match (client.proof(), read) {
        (Proof::Secret(secret), _) | (_, Some(ClientMaterial::Secret(secret))) => {
            ("secret", vec![secret.clone()])
        }
        (Proof::Assertion(assertion), _) | (_, Some(ClientMaterial::Assertion(assertion))) => {
            ("assertion", names(assertion)?)
        }
        (_, Some(ClientMaterial::Key(key))) => ("key", vec![key.jwk_thumbprint()?.into()]),
        _ => return None,
    };
    Some([vec![kind.into()], parts].concat())
}

/// Returns issuer and subject.
fn names(assertion: &Assertion) -> Option<Vec<Part>> {
    let names = [assertion.issuer()?, assertion.subject()?];
    Some(names.map(Part::from).to_vec())
}

fn of_access_key(key: &AccessKey, read: &Material) -> Vec<Part> {
    let secret = read.key_secret().map(ExposeSecret::expose_secret);
    let secret = secret.or_else(|| key.expose_secret()).unwrap_or_default();
    vec!["access key".into(), key.id().into(), secret.into()]
}

/// Joins the parts. The buffer has its final size from the start, so that no copy stays behind.
fn joined(parts: &[Part]) -> SecretString {
    let parts = parts.iter().map(ExposeSecret::expose_secret);
    let parts = parts.map(|part| (format!("{}:", part.len()), part));
    let length = parts.clone().map(|(head, part)| head.len() + part.len());
    let mut text = String::with_capacity(length.sum());
    for (head, part) in parts {
        text.push_str(&head);
        text.push_str(part);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::config::{
        Assertion, CredentialError, CredentialSource, Secret, SigningAlgorithm, SigningKey,
    };
    use crate::source::ready;

    struct Fixed<T>(T);

    #[async_trait]
    impl<T: Clone + Send + Sync> CredentialSource<T> for Fixed<T> {
        async fn read(&self) -> Result<T, CredentialError> {
            Ok(self.0.clone())
        }
    }

    fn of(credentials: ClientCredentials) -> Option<String> {
        let endpoint = "https://as.example.com/token".parse().unwrap();
        of_config(&Config::custom(endpoint, credentials).unwrap())
    }

    fn of_config(config: &Config) -> Option<String> {
        let read = ready(Material::read(config)).unwrap().swap_remove(0);
        let identity = identity(config, &read);
        identity.map(|identity| identity.expose_secret().to_owned())
    }

    fn key(thumbprint: Option<&str>) -> SigningKey {
        let key = SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]));
        match thumbprint {
            Some(thumbprint) => key.with_jwk_thumbprint(thumbprint),
            None => key,
        }
    }

    /// `{"iss":"a","sub":"b"}`, and the same with an `exp`.
    const ASSERTIONS: [&str; 2] = [
        "e30.eyJpc3MiOiJhIiwic3ViIjoiYiJ9.c2ln",
        "e30.eyJpc3MiOiJhIiwic3ViIjoiYiIsImV4cCI6OTk5OTk5OTk5OX0.c2ln",
    ];

    #[test]
    fn a_credential_has_the_identity_of_what_it_is_and_not_of_what_is_sent() {
        let read = Fixed(Secret::new("s").with_previous("old"));
        let secret = of(ClientCredentials::new("i", "s"));
        assert_eq!(secret.as_deref(), Some("6:secret1:s"));
        assert_eq!(of(ClientCredentials::from_source("i", read)), secret);
        let signed = of(ClientCredentials::signed_by("i", key(Some("print"))));
        assert_eq!(signed.as_deref(), Some("3:key5:print"));
        for assertion in ASSERTIONS {
            let assertion = Fixed(Assertion::parse(assertion).unwrap());
            let asserted = of(ClientCredentials::with_assertions("i", assertion));
            assert_eq!(asserted.as_deref(), Some("9:assertion1:a1:b"));
        }
    }

    #[test]
    fn what_is_not_known_has_no_identity() {
        let nameless = Fixed(Assertion::parse("e30.e30.c2ln").unwrap());
        for credentials in [
            ClientCredentials::signed_by("i", key(None)),
            ClientCredentials::with_assertions("i", nameless),
            ClientCredentials::with_certificate("i"),
        ] {
            assert_eq!(of(credentials), None);
        }
    }

    #[test]
    fn an_access_key_counts_with_and_without_a_client() {
        let key = || AccessKey::from_source("k", Fixed(Secret::new("ks")));
        let alone = Config::cxone_access_key(crate::platform::Area::Na1, key()).unwrap();
        assert_eq!(of_config(&alone).as_deref(), Some("10:access key1:k2:ks"));
        let issuer = crate::platform::Issuer::Global;
        let both = Config::cxone(issuer, ClientCredentials::new("i", "s"), key()).unwrap();
        assert_eq!(
            of_config(&both).as_deref(),
            Some("6:secret1:s10:access key1:k2:ks")
        );
    }
}

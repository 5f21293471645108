//! What proves that a request comes from a client, or from the owner of an access key.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::assertion::Assertion;
use super::changing::{CredentialSource, Secret};
use super::credentials::{AccessKey, ClientAuthentication, ClientCredentials};
use super::signing::SigningKey;
use crate::config::Config;
use crate::error::Error;

#[derive(Clone)]
pub(crate) enum Proof {
    Secret(SecretString),
    SecretFrom(Arc<dyn CredentialSource<Secret>>),
    Key(Arc<dyn CredentialSource<SigningKey>>),
    AssertionFrom(Arc<dyn CredentialSource<Assertion>>),
    /// The assertion of one request.
    Assertion(Assertion),
    /// The transport presents it.
    Certificate,
}

impl Proof {
    /// Reports whether something is read before each request.
    pub(crate) fn changes(&self) -> bool {
        match self {
            Self::SecretFrom(_) | Self::Key(_) | Self::AssertionFrom(_) => true,
            Self::Secret(_) | Self::Assertion(_) | Self::Certificate => false,
        }
    }

    /// Returns how it is sent. A secret is sent `by_secret`.
    pub(crate) fn authentication(&self, by_secret: ClientAuthentication) -> ClientAuthentication {
        match self {
            Self::Secret(_) | Self::SecretFrom(_) => by_secret,
            Self::Key(_) | Self::AssertionFrom(_) | Self::Assertion(_) => {
                ClientAuthentication::Assertion
            }
            Self::Certificate => ClientAuthentication::Certificate,
        }
    }

    /// Reports whether it can be sent in this way.
    pub(crate) fn suits(&self, authentication: ClientAuthentication) -> bool {
        use ClientAuthentication as By;
        let by_secret = matches!(authentication, By::Basic(_) | By::Body);
        self.authentication(By::Body) == if by_secret { By::Body } else { authentication }
    }

    /// Returns the name of the place that it is read from, if it is read and the place has a name.
    pub(crate) fn place(&self) -> Option<String> {
        match self {
            Self::SecretFrom(source) => source.name(),
            Self::Key(source) => source.name(),
            Self::AssertionFrom(source) => source.name(),
            Self::Secret(_) | Self::Assertion(_) | Self::Certificate => None,
        }
    }

    /// Returns what must not be repeated.
    pub(crate) fn expose_secret(&self) -> Option<&str> {
        match self {
            Self::Secret(secret) => Some(secret.expose_secret()),
            Self::Assertion(assertion) => Some(assertion.expose_secret()),
            Self::SecretFrom(_) | Self::Key(_) | Self::AssertionFrom(_) | Self::Certificate => None,
        }
    }
}

impl Config {
    /// Reports whether what is read before each request is read from the same place.
    pub(super) fn proves_like(&self, other: &Self) -> bool {
        self.proofs().eq(other.proofs())
    }

    /// Returns what proves the client and the access key.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = &Proof> {
        let client = self.credentials.iter().map(ClientCredentials::proof);
        client.chain(self.access_key().map(AccessKey::proof))
    }

    /// Reports whether a credential is read for each request: from a
    /// [`CredentialSource`], or by signing an assertion.
    #[must_use]
    pub fn has_changing_credentials(&self) -> bool {
        self.proofs().any(Proof::changes)
    }

    /// Refuses a client authentication that the credentials cannot be sent by.
    pub(super) fn check_proof(&self) -> Result<(), Error> {
        let proof = self.credentials.as_ref().map(ClientCredentials::proof);
        if proof.is_some_and(|proof| !proof.suits(self.authentication)) {
            return Err(Error::configuration(
                "client authentication does not fit the credentials: a secret is sent by Basic or \
                 in the body, a key or an assertion as an assertion, a certificate by TLS",
            ));
        }
        Ok(())
    }
}

/// Compares what is sent. What is read before each request is compared by the place.
impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::SecretFrom(own), Self::SecretFrom(other)) => is_same_place(own, other),
            (Self::Key(own), Self::Key(other)) => is_same_place(own, other),
            (Self::AssertionFrom(own), Self::AssertionFrom(other)) => is_same_place(own, other),
            (Self::Certificate, Self::Certificate) => true,
            (Self::Secret(_), Self::Secret(_)) | (Self::Assertion(_), Self::Assertion(_)) => {
                self.expose_secret() == other.expose_secret()
            }
            _ => false,
        }
    }
}

fn is_same_place<T: 'static>(
    own: &Arc<dyn CredentialSource<T>>,
    other: &Arc<dyn CredentialSource<T>>,
) -> bool {
    Arc::ptr_eq(own, other) || own.name().is_some_and(|name| other.name() == Some(name))
}

//! What was read for a token request, before it becomes a part of the request.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::clock::Moment;
use crate::config::{
    AccessKey, Assertion, Attempt, ClientCredentials, Config, CredentialError, Proof, SigningKey,
    UnsignedAssertion,
};
use crate::error::Error;
use crate::finding::Setting;

/// One choice of what was read. A part is `None` if it is constant.
#[derive(Clone, Default)]
pub(super) struct Material {
    client: Option<ClientMaterial>,
    key_secret: Option<SecretString>,
}

#[derive(Clone)]
pub(super) enum ClientMaterial {
    Secret(SecretString),
    Assertion(Assertion),
    Key(SigningKey),
}

impl Material {
    /// Reads what `config` reads before each request. Returns the choices in the order in which
    /// they are sent: all current credentials, then those with one previous secret.
    pub(super) async fn read(config: &Config) -> Result<Vec<Self>, Error> {
        let client = config.credentials.as_ref().map(ClientCredentials::proof);
        let client = read_client(client).await?;
        let key = config.access_key().map(AccessKey::proof);
        let key = read_secret(key, Setting::AccessKeySecret).await?;
        let (mut client, mut key) = (client.into_iter(), key.into_iter());
        let current = Self {
            client: client.next(),
            key_secret: key.next(),
        };
        let client = client.next().map(|previous| Self {
            client: Some(previous),
            ..current.clone()
        });
        let key = key.next().map(|previous| Self {
            key_secret: Some(previous),
            ..current.clone()
        });
        Ok([Some(current), client, key].into_iter().flatten().collect())
    }

    pub(super) fn client(&self) -> Option<&ClientMaterial> {
        self.client.as_ref()
    }

    pub(super) fn key_secret(&self) -> Option<&SecretString> {
        self.key_secret.as_ref()
    }

    /// Returns what is sent. A key signs an assertion for this attempt.
    pub(super) async fn attempt(
        &self,
        config: &Config,
        now: Moment,
        entropy: [u8; 16],
    ) -> Result<Attempt, Error> {
        let mut attempt = Attempt::new();
        if let Some(secret) = &self.key_secret {
            attempt = attempt.with_access_key_secret(secret.clone());
        }
        Ok(match &self.client {
            None => attempt,
            Some(ClientMaterial::Secret(secret)) => attempt.with_secret(secret.clone()),
            Some(ClientMaterial::Assertion(assertion)) => attempt.with_assertion(assertion.clone()),
            Some(ClientMaterial::Key(key)) => {
                let unsigned = UnsignedAssertion::new(config, key, now.wall(), entropy);
                let signature = key.sign(unsigned.signing_input()).await;
                let signature = signature.map(Zeroizing::new);
                let signature =
                    signature.map_err(|error| Error::of_credential(Setting::SigningKey, error))?;
                attempt.with_assertion(unsigned.signed(&signature)?)
            }
        })
    }

    /// Reports whether the server would see the same credentials.
    pub(super) fn is(&self, other: &Self) -> bool {
        let [own, others] = [self, other].map(|material| material.key_secret.as_ref());
        own.map(ExposeSecret::expose_secret) == others.map(ExposeSecret::expose_secret)
            && match (&self.client, &other.client) {
                (Some(own), Some(other)) => own.is(other),
                (own, other) => own.is_none() && other.is_none(),
            }
    }
}

impl ClientMaterial {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Secret(own), Self::Secret(other)) => {
                own.expose_secret() == other.expose_secret()
            }
            (Self::Assertion(own), Self::Assertion(other)) => {
                own.expose_secret() == other.expose_secret()
            }
            (Self::Key(own), Self::Key(other)) => own.is(other),
            _ => false,
        }
    }
}

async fn read_client(proof: Option<&Proof>) -> Result<Vec<ClientMaterial>, Error> {
    Ok(match proof {
        Some(Proof::Key(source)) => {
            let key = named(Setting::SigningKey, source.read().await)?;
            vec![ClientMaterial::Key(key)]
        }
        Some(Proof::AssertionFrom(source)) => {
            let assertion = named(Setting::Assertion, source.read().await)?;
            vec![ClientMaterial::Assertion(assertion)]
        }
        proof => {
            let secrets = read_secret(proof, Setting::ClientSecret).await?;
            secrets.into_iter().map(ClientMaterial::Secret).collect()
        }
    })
}

/// Reads a secret and the previous one, if the proof is a secret that is read.
async fn read_secret(proof: Option<&Proof>, setting: Setting) -> Result<Vec<SecretString>, Error> {
    match proof {
        Some(Proof::SecretFrom(source)) => Ok(named(setting, source.read().await)?.into_choices()),
        _ => Ok(Vec::new()),
    }
}

fn named<T>(setting: Setting, read: Result<T, CredentialError>) -> Result<T, Error> {
    read.map_err(|error| Error::of_credential(setting, error))
}

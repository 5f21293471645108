//! What was read for one token request, put in the place of its source.

use std::sync::Arc;

use crate::clock::Moment;
use crate::config::{AccessKey, Assertion, ClientCredentials, Config, Grant};
use crate::error::Error;
use crate::finding::catalogue::proof as cause;
use crate::finding::{Confidence, Setting};
use secrecy::SecretString;

use super::proof::Proof;

/// The credentials that were read for one token request.
///
/// A source reads them by itself. A driver of its own reads them, and passes them to
/// [`Config::for_attempt`] or [`Exchange::authenticate`](crate::session::Exchange::authenticate).
/// `Debug` shows none of them.
#[derive(Clone, Default)]
pub struct Attempt {
    secret: Option<SecretString>,
    assertion: Option<Assertion>,
    access_key_secret: Option<SecretString>,
}

impl Attempt {
    /// Returns an attempt without credentials.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the client's secret.
    #[must_use]
    pub fn with_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sets the client's assertion, made elsewhere or by a
    /// [`SigningKey`](super::SigningKey).
    #[must_use]
    pub fn with_assertion(mut self, assertion: Assertion) -> Self {
        self.assertion = Some(assertion);
        self
    }

    /// Sets the secret of the access key.
    #[must_use]
    pub fn with_access_key_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.access_key_secret = Some(secret.into());
        self
    }
}

impl Config {
    /// Returns the configuration of one attempt: what is read before each request is replaced by
    /// what was read. [`token_request`](crate::token_request) and
    /// [`read_token_response`](crate::read_token_response) take it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a credential is missing,
    /// blank, or has an unusual character. [`ErrorKind::Credentials`](crate::ErrorKind::Credentials)
    /// if the assertion has expired at `now` or is about another client.
    pub fn for_attempt(&self, now: Moment, attempt: &Attempt) -> Result<Self, Error> {
        let mut config = self.with_what_was_read(attempt)?;
        config.check_what_was_read(now)?;
        // The token that comes keeps it, to recognize it in the words of an API.
        config.read = self
            .has_changing_credentials()
            .then(|| Arc::new(attempt.clone()));
        let request = self.request.of_attempt(&config);
        config.request = request;
        Ok(config)
    }

    /// Returns the configuration with what was read in the place of its sources, unchecked.
    pub(crate) fn with_what_was_read(&self, attempt: &Attempt) -> Result<Self, Error> {
        let mut config = self.clone();
        if let Some(client) = &self.credentials {
            if let Some(proof) = attempt.proof_of(client.proof())? {
                let client = config.credentials.take();
                config.credentials = client.map(|client| client.with_proof(proof));
            }
        }
        if let Some(key) = self.access_key().filter(|key| key.proof().changes()) {
            let secret = attempt.access_key_secret.clone();
            let secret = secret.ok_or_else(|| missing(Setting::AccessKeySecret))?;
            let key = key.clone().with_proof(Proof::Secret(secret));
            config.grant = match self.grant {
                Grant::UserHub(_) => Grant::UserHub(key),
                Grant::AccessKey(_) | Grant::ClientCredentials => Grant::AccessKey(key),
            };
        }
        Ok(config)
    }

    /// Returns the configuration that has the secrets that were read as constants, unchecked.
    pub(crate) fn with_constant_secrets(&self, attempt: &Attempt) -> Result<Self, Error> {
        Ok(self.with_what_was_read(attempt)?.prepared())
    }

    /// Checks the secrets and the assertion. The ids are those of the configuration, which were
    /// checked when it was made.
    fn check_what_was_read(&self, now: Moment) -> Result<(), Error> {
        self.access_key().map_or(Ok(()), AccessKey::check_secret)?;
        let client = self.credentials.as_ref();
        client.map_or(Ok(()), ClientCredentials::check_secret)?;
        match client.and_then(|client| Some((client, client.assertion()?))) {
            Some((client, assertion)) => check_assertion(client, assertion, now),
            None => Ok(()),
        }
    }
}

impl Attempt {
    /// Returns what takes the place of a proof that is read.
    fn proof_of(&self, proof: &Proof) -> Result<Option<Proof>, Error> {
        let (read, setting) = match proof {
            Proof::Secret(_) | Proof::Assertion(_) | Proof::Certificate => return Ok(None),
            Proof::SecretFrom(_) => (
                self.secret.clone().map(Proof::Secret),
                Setting::ClientSecret,
            ),
            Proof::Key(_) | Proof::AssertionFrom(_) => (
                self.assertion.clone().map(Proof::Assertion),
                Setting::Assertion,
            ),
        };
        read.map(Some).ok_or_else(|| missing(setting))
    }
}

fn missing(setting: Setting) -> Error {
    Error::configuration(format!(
        "{setting} is read when a request needs it, and it was not given for this one"
    ))
}

/// Checks what the server would check. A third party may make the assertion (RFC 7521 §3), and its
/// subject is then not the client's id: Entra takes the tokens of Kubernetes. An assertion with one
/// name as issuer and subject is made by the client itself.
fn check_assertion(
    client: &ClientCredentials,
    assertion: &Assertion,
    now: Moment,
) -> Result<(), Error> {
    let (issuer, subject) = (assertion.issuer(), assertion.subject());
    let is_of_another = issuer == subject && subject.is_some_and(|subject| subject != client.id());
    let problem = if assertion.expires_at().is_some_and(|end| end <= now.wall()) {
        "the assertion has expired"
    } else if is_of_another {
        "the assertion is about another client: its issuer and its subject are not the client id"
    } else {
        return Ok(());
    };
    let finding = cause::UNFIT_ASSERTION.found(Confidence::Certain, problem);
    Err(Error::credentials(problem).with_finding(finding))
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

//! The name of an entry: what is requested, and by whom.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::{HeaderName, Request};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::config::{Attempt, ClientAuthentication, Config, UnsignedAssertion, token_request};
use crate::error::Error;
use crate::source::identity::identity;
use crate::source::material::{ClientMaterial, Material};
use crate::store::{EntryName, StoreOptions};

/// The first part, so that no other use of the key has the same input.
const PURPOSE: &[u8] = b"cxone-auth entry";

/// Returns the name of the entry for `config`. Two configurations have the same one exactly if a
/// server cannot tell their requests apart, except by the ids and times of assertions and by
/// `User-Agent`. It is `None` if the credential has no identity.
pub(super) async fn entry_name(
    config: &Config,
    options: &StoreOptions,
) -> Result<Option<EntryName>, Error> {
    if let Some(identity) = &options.identity {
        let mut parts = Parts::of(config);
        parts.add(b"given");
        parts.add(identity.expose_secret().as_bytes());
        return Ok(Some(parts.name(options)));
    }
    let read = Material::read(config).await?.swap_remove(0);
    let Some(identity) = identity(config, &read) else {
        return Ok(None);
    };
    let mut parts = Parts::of(&with_constant_secrets(config, &read)?);
    parts.add(identity.expose_secret().as_bytes());
    if let Some(ClientMaterial::Key(key)) = read.client() {
        // All of an assertion but its id and times.
        let unsigned = UnsignedAssertion::new(config, key, SystemTime::UNIX_EPOCH, [0; 16]);
        parts.add(unsigned.signing_input());
    }
    Ok(Some(parts.name(options)))
}

/// Returns the configuration with the secrets that were read. A server cannot tell a secret that is
/// read for each request from one that is constant. Keys and assertions stay with their sources.
fn with_constant_secrets(config: &Config, read: &Material) -> Result<Config, Error> {
    let mut secrets = Attempt::new();
    match read.client() {
        Some(ClientMaterial::Secret(secret)) => secrets = secrets.with_secret(secret.clone()),
        Some(_) => return Ok(config.clone()),
        None => {}
    }
    if let Some(secret) = read.key_secret() {
        secrets = secrets.with_access_key_secret(secret.clone());
    }
    config.with_constant_secrets(&secrets)
}

/// Returns the hash of what would be sent, as far as the name may not contain it.
pub(super) fn mark(read: &Material, options: &StoreOptions) -> [u8; 32] {
    let mut parts = Parts::new(b"cxone-auth sent");
    match read.client() {
        Some(ClientMaterial::Secret(secret)) => parts.add(secret.expose_secret().as_bytes()),
        Some(ClientMaterial::Assertion(assertion)) => {
            parts.add(assertion.expose_secret().as_bytes());
        }
        Some(ClientMaterial::Key(key)) => {
            parts.add(key.jwk_thumbprint().unwrap_or_default().as_bytes());
        }
        None => {}
    }
    if let Some(secret) = read.key_secret() {
        parts.add(secret.expose_secret().as_bytes());
    }
    options.keys.name(&parts.0)
}

/// Parts of a text to hash, each behind its length.
struct Parts(Zeroizing<Vec<u8>>);

impl Parts {
    fn new(purpose: &[u8]) -> Self {
        let mut parts = Self(Zeroizing::default());
        parts.add(purpose);
        parts
    }

    /// Returns what a configuration without its secrets tells.
    fn of(config: &Config) -> Self {
        let mut parts = Self::new(PURPOSE);
        parts.add_request(&token_request(config));
        parts.add(config.client_id().unwrap_or_default().as_bytes());
        if config.has_changing_credentials() {
            parts.add(word(config.authentication));
        }
        if config.authentication == ClientAuthentication::Assertion {
            parts.add(config.audience().as_bytes());
        }
        parts
    }

    fn add(&mut self, part: &[u8]) {
        let old = &self.0;
        // A buffer that grows in place would leave a copy of a secret in freed memory.
        let mut new = Zeroizing::new(Vec::with_capacity(old.len() + 8 + part.len()));
        new.extend_from_slice(old);
        new.extend_from_slice(&(part.len() as u64).to_be_bytes());
        new.extend_from_slice(part);
        self.0 = new;
    }

    fn add_request(&mut self, request: &Request<Bytes>) {
        self.add(request.method().as_str().as_bytes());
        self.add(request.uri().to_string().as_bytes());
        let tells_nothing = |name: &HeaderName| [HOST, USER_AGENT].contains(name);
        let fields = request.headers().iter();
        let mut fields: Vec<_> = fields.filter(|(name, _)| !tells_nothing(name)).collect();
        fields.sort_unstable_by_key(|(name, value)| (name.as_str(), value.as_bytes()));
        self.add(&(fields.len() as u64).to_be_bytes());
        for (name, value) in fields {
            self.add(name.as_str().as_bytes());
            self.add(value.as_bytes());
        }
        self.add(request.body());
    }

    fn name(&self, options: &StoreOptions) -> EntryName {
        EntryName::new(options.keys.name(&self.0))
    }
}

/// Returns how the client authenticates. The prepared request does not show it if the credentials
/// are read for each request.
fn word(authentication: ClientAuthentication) -> &'static [u8] {
    use crate::config::BasicEncoding::{FormUrlEncoded, Raw};

    match authentication {
        ClientAuthentication::Basic(FormUrlEncoded) => b"basic",
        ClientAuthentication::Basic(Raw) => b"raw basic",
        ClientAuthentication::Body => b"body",
        ClientAuthentication::Assertion => b"assertion",
        ClientAuthentication::Certificate => b"certificate",
    }
}

//! Keys for tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cxone_auth_core::store::{EntryName, Seal, StoreError, StoreErrorKind};
use hmac_sha256::HMAC;
use secrecy::SecretSlice;

use crate::provider::provider;

type Key = [u8; 32];

/// Keys **for tests only**, made of words. `StoreKeys` of `cxone-auth-store` has real ones.
///
/// They do what [`Seal`] asks, with HMAC-SHA-256 alone: a keystream hides the entry, and a MAC
/// protects it. Nobody has examined that. Keys of equal words are equal.
///
/// ```
/// use cxone_auth_core::store::{EntryName, Seal as _};
/// use cxone_auth_tests::store::TestKeys;
///
/// # fn main() -> Result<(), cxone_auth_core::store::StoreError> {
/// let name = EntryName::new([7; 32]);
/// let keys = TestKeys::new("fleet");
/// let sealed = keys.seal(&name, b"entry")?;
/// assert!(TestKeys::new("fleet").open(&name, &sealed).is_ok());
/// assert!(TestKeys::new("others").open(&name, &sealed).is_err());
///
/// // A rotation: first everybody can open with the new key, then it seals.
/// let rotated = keys.clone().sealing_with("new");
/// assert!(keys.open(&name, &rotated.seal(&name, b"entry")?).is_err());
/// let ready = keys.opening_with("new");
/// assert!(ready.open(&name, &rotated.seal(&name, b"entry")?).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TestKeys {
    naming: Key,
    /// The first one seals, and each of them opens.
    sealing: Vec<Key>,
    random: Random,
}

/// Where the random bytes come from. Clones never return the same ones.
#[derive(Clone)]
enum Random {
    System,
    Seeded { seed: Key, drawn: Arc<AtomicU64> },
}

impl TestKeys {
    /// Returns the keys for these words: one for names, and one that seals.
    #[must_use]
    pub fn new(words: &str) -> Self {
        Self {
            naming: derive("naming", words),
            sealing: vec![derive("sealing", words)],
            random: Random::System,
        }
    }

    /// Has a simulation draw the same random bytes each time. Clones draw from one sequence.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = Random::Seeded {
            seed: derive("random", &seed.to_string()),
            drawn: Arc::default(),
        };
        self
    }

    /// Adds the sealing key of these words. It opens, and does not seal.
    #[must_use]
    pub fn opening_with(mut self, words: &str) -> Self {
        self.sealing.push(derive("sealing", words));
        self
    }

    /// Seals with the key of these words. The other keys still open.
    #[must_use]
    pub fn sealing_with(mut self, words: &str) -> Self {
        self.sealing.insert(0, derive("sealing", words));
        self
    }

    /// Removes the sealing key of these words, as a rotation does in the end.
    #[must_use]
    pub fn without(mut self, words: &str) -> Self {
        let key = derive("sealing", words);
        self.sealing.retain(|other| *other != key);
        self
    }
}

/// The layout of a sealed entry: nonce, ciphertext, tag.
const NONCE: usize = 16;
const TAG: usize = 32;

impl Seal for TestKeys {
    fn name(&self, input: &[u8]) -> [u8; 32] {
        HMAC::mac(input, self.naming)
    }

    fn seal(&self, name: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.sealing.first().ok_or_else(no_key)?;
        let mut sealed = Vec::with_capacity(NONCE + entry.len() + TAG);
        sealed.extend(self.random()?);
        sealed.extend(crypt(key, &sealed[..NONCE], entry));
        sealed.extend(tag(key, name, &sealed));
        Ok(sealed)
    }

    fn open(&self, name: &EntryName, sealed: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        let end = sealed.len().checked_sub(TAG).ok_or_else(no_key)?;
        let (body, mac) = sealed.split_at(end);
        let (nonce, hidden) = body.split_at_checked(NONCE).ok_or_else(no_key)?;
        let mut keys = self.sealing.iter();
        let key = keys.find(|key| tag(key, name, body) == *mac);
        Ok(crypt(key.ok_or_else(no_key)?, nonce, hidden).into())
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        let mut bytes = [0; 16];
        match &self.random {
            Random::System => provider().secure_random.fill(&mut bytes).map_err(|_| {
                StoreError::new(
                    StoreErrorKind::Unavailable,
                    "no random bytes from the system",
                )
            })?,
            Random::Seeded { seed, drawn } => {
                let number = drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                bytes.copy_from_slice(&HMAC::mac(number, seed)[..16]);
            }
        }
        Ok(bytes)
    }
}

fn derive(purpose: &str, words: &str) -> Key {
    HMAC::mac(words, purpose)
}

/// Encrypts, and decrypts what it has encrypted.
fn crypt(key: &Key, nonce: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    for (number, block) in (0u64..).zip(bytes.chunks(32)) {
        let input = [b"stream", nonce, &number.to_be_bytes()].concat();
        let stream = HMAC::mac(input, key);
        result.extend(block.iter().zip(stream).map(|(byte, mask)| byte ^ mask));
    }
    result
}

fn tag(key: &Key, name: &EntryName, body: &[u8]) -> [u8; TAG] {
    HMAC::mac([b"tag", name.as_str().as_bytes(), body].concat(), key)
}

fn no_key() -> StoreError {
    StoreError::new(StoreErrorKind::Damaged, "no test key opens the entry")
}

impl fmt::Debug for TestKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKeys")
            .field("sealing_keys", &self.sealing.len())
            .finish_non_exhaustive()
    }
}

//! The cryptographic library: the only place that names it.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as library;
#[cfg(not(feature = "aws-lc-rs"))]
use ring as library;

use library::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use library::hmac;
use library::rand::{SecureRandom as _, SystemRandom};

use cxone_auth_core::store::{StoreError, StoreErrorKind};

/// The bytes of a key, for hashing as for sealing.
pub(crate) const KEY: usize = 32;
pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// Fills the buffer with random bytes of the operating system.
pub(super) fn fill(buffer: &mut [u8]) -> Result<(), StoreError> {
    SystemRandom::new().fill(buffer).map_err(|_| {
        let message = "the operating system gives no random bytes";
        StoreError::new(StoreErrorKind::Unavailable, message)
    })
}

/// HMAC-SHA-256 with one key.
pub(super) struct Hash(hmac::Key);

impl Hash {
    pub(super) fn new(key: &[u8; KEY]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Hashes the parts. The length of each part comes before it. Two different lists of parts
    /// therefore never have the same input.
    pub(super) fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

/// AES-256-GCM with one key.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    pub(super) fn new(key: &[u8; KEY]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("AES-256 has keys of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Encrypts the buffer in place, and returns the tag.
    pub(super) fn seal(
        &self,
        nonce: [u8; NONCE],
        associated: &[u8],
        buffer: &mut [u8],
    ) -> Option<[u8; TAG]> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let associated = Aad::from(associated);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, associated, buffer)
            .ok()?;
        tag.as_ref().try_into().ok()
    }

    /// Decrypts the buffer, which ends with the tag, in place, and returns the plain part.
    pub(super) fn open<'a>(
        &self,
        nonce: [u8; NONCE],
        associated: &[u8],
        buffer: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0
            .open_in_place(nonce, Aad::from(associated), buffer)
            .ok()
    }
}

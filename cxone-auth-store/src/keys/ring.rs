//! The keys in memory: which one seals, which ones open.

use std::fmt;

use cxone_auth_core::store::StoreError;
use zeroize::Zeroizing;

use super::backend::{self, Cipher, Hash, KEY};
use super::configuration;

/// The bytes of a key, which are overwritten when it is dropped.
pub(super) type Bytes = Zeroizing<[u8; KEY]>;

/// One naming key and some sealing keys.
pub(crate) struct Ring {
    naming: Bytes,
    hash: Hash,
    /// The first one seals.
    sealing: Vec<SealingKey>,
}

/// A key of the ring.
pub(crate) struct SealingKey {
    pub(super) id: KeyId,
    pub(super) role: Role,
    pub(super) bytes: Bytes,
    pub(super) cipher: Cipher,
}

/// What a sealing key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// It seals and opens.
    Seals,
    /// It will seal after the next step of a rotation.
    Next,
    /// It sealed before.
    Old,
}

/// Tells one key from another. It is derived from the key by a keyed hash, and so it also tells
/// whether the text of a key is complete.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyId(pub(super) [u8; Self::SIZE]);

impl KeyId {
    pub(super) const SIZE: usize = 4;

    pub(super) fn of(key: &[u8; KEY]) -> Self {
        let hash = Hash::new(key).of(&[b"cxone-auth key id"]);
        Self(std::array::from_fn(|index| hash[index]))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl SealingKey {
    pub(super) fn new(bytes: Bytes, role: Role) -> Self {
        Self {
            id: KeyId::of(&bytes),
            role,
            cipher: Cipher::new(&bytes),
            bytes,
        }
    }

    fn again(&self, role: Role) -> Self {
        Self::new(self.bytes.clone(), role)
    }
}

impl Ring {
    pub(super) fn generate() -> Result<Self, StoreError> {
        let sealing = SealingKey::new(random()?, Role::Seals);
        Ok(Self::new(random()?, vec![sealing]))
    }

    /// Takes keys of which exactly one seals and at most one is the next.
    pub(super) fn new(naming: Bytes, mut sealing: Vec<SealingKey>) -> Self {
        sealing.sort_by_key(|key| key.role as u8);
        Self {
            hash: Hash::new(&naming),
            naming,
            sealing,
        }
    }

    pub(super) fn naming(&self) -> &Bytes {
        &self.naming
    }

    pub(super) fn sealing(&self) -> &[SealingKey] {
        &self.sealing
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.sealing.iter().map(|key| key.id)
    }

    /// The key that seals.
    pub(super) fn first(&self) -> &SealingKey {
        &self.sealing[0]
    }

    /// Hashes the parts with the naming key. No two purposes have the same input.
    pub(crate) fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.hash.of(&[&[purpose.as_bytes()], parts].concat())
    }

    pub(super) fn add(&self) -> Result<Self, StoreError> {
        if let Some(next) = self.next() {
            let id = next.id;
            return Err(configuration(format!(
                "the key {id} was added and does not seal yet: give the file to every process, \
                 then promote the key"
            )));
        }
        let added = SealingKey::new(random()?, Role::Next);
        let kept = self.sealing.iter().map(|key| key.again(key.role));
        Ok(self.with(kept.chain([added])))
    }

    pub(super) fn promote(&self) -> Result<Self, StoreError> {
        let Some(next) = self.next() else {
            return Err(configuration(
                "no key was added: add one and give the file to every process first",
            ));
        };
        Ok(self.with([next.again(Role::Seals), self.first().again(Role::Old)]))
    }

    pub(super) fn retire(&self) -> Self {
        let kept = self.sealing.iter().filter(|key| key.role != Role::Old);
        self.with(kept.map(|key| key.again(key.role)))
    }

    fn next(&self) -> Option<&SealingKey> {
        self.sealing.iter().find(|key| key.role == Role::Next)
    }

    fn with(&self, sealing: impl IntoIterator<Item = SealingKey>) -> Self {
        Self::new(self.naming.clone(), sealing.into_iter().collect())
    }
}

fn random() -> Result<Bytes, StoreError> {
    let mut bytes = Zeroizing::new([0; KEY]);
    backend::fill(&mut *bytes)?;
    Ok(bytes)
}

//! The random key of the installation, by which file names and contents are hashed.

use std::fmt::Write as _;
use std::time::Duration;

use hmac_sha256::HMAC;
use zeroize::Zeroizing;

use super::directory::Directory;
use super::problem::{CacheProblem, Problem};

/// The key, made once per directory.
///
/// What is hashed with it tells nothing about a client secret to anyone who comes by the file
/// alone, not even whether two machines have the same one.
pub(super) struct Installation(Zeroizing<[u8; SIZE]>);

const SIZE: usize = 32;
const NAME: &str = "cxone-auth.key";
const LOCK: &str = "cxone-auth.lock";
const TEMPORARY: &str = "cxone-auth.new";

/// Making a key takes a moment; who holds the lock for longer has been stopped.
const MAX_WAIT: Duration = Duration::from_secs(5);

impl Installation {
    /// Reads the key of this directory, or makes it. A key of ours that cannot be used is replaced,
    /// and said; what is not ours is left alone, and there is no cache.
    pub(super) fn of(directory: &Directory) -> Result<(Self, Option<CacheProblem>), CacheProblem> {
        if let Ok(Some(key)) = Self::read(directory) {
            return Ok((key, None));
        }
        let lock = super::lock(directory, LOCK, MAX_WAIT)?;
        let fixed = match Self::read(directory) {
            Ok(Some(key)) => return Ok((key, None)),
            Ok(None) => None,
            Err(problem) if problem.problem().is_of_the_file() => Some(problem),
            Err(problem) => return Err(problem),
        };
        let key = Self::random(directory)?;
        directory.replace(&lock, NAME, TEMPORARY, &*key.0)?;
        Ok((key, fixed))
    }

    pub(super) fn of_key(key: [u8; SIZE]) -> Self {
        Self(Zeroizing::new(key))
    }

    fn read(directory: &Directory) -> Result<Option<Self>, CacheProblem> {
        let Some(bytes) = directory.read(NAME, SIZE)? else {
            return Ok(None);
        };
        let mut key = Zeroizing::new([0; SIZE]);
        if bytes.len() != SIZE {
            return Err(directory.problem(NAME, Problem::Corrupt));
        }
        key.copy_from_slice(&bytes);
        Ok(Some(Self(key)))
    }

    fn random(directory: &Directory) -> Result<Self, CacheProblem> {
        let mut key = Zeroizing::new([0; SIZE]);
        match getrandom::fill(&mut *key) {
            Ok(()) => Ok(Self(key)),
            Err(error) => {
                let problem = Problem::Failed("draw a random key", error.into());
                Err(directory.problem(NAME, problem))
            }
        }
    }

    /// The keyed hash (HMAC-SHA-256) of these parts in hexadecimal. Each part is preceded by its
    /// length, so that no two lists of parts are hashed alike.
    pub(super) fn hash(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let mut hash = HMAC::new(&self.0[..]);
        for part in [&[purpose.as_bytes()], parts].concat() {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut text = String::with_capacity(64);
        for byte in hash.finalize() {
            write!(text, "{byte:02x}").expect("a String takes what is written to it");
        }
        text
    }
}

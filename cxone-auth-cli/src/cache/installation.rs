//! The random key of the installation, by which file names and contents are hashed.

use std::fmt::Write as _;
use std::time::Duration;

use hmac_sha256::HMAC;
use zeroize::Zeroizing;

use super::directory::Directory;
use super::problem::{CacheProblem, Problem};

/// The key, made once per directory.
///
/// A hash with this key tells nothing about a client secret to a person who has only the file. It
/// does not even show whether two machines have the same secret.
pub(super) struct Installation(Zeroizing<[u8; SIZE]>);

const SIZE: usize = 32;
const NAME: &str = "cxone-auth.key";
const LOCK: &str = "cxone-auth.lock";
const TEMPORARY: &str = "cxone-auth.new";

/// Making a key takes a moment. A process that holds the lock for longer has been stopped.
const MAX_WAIT: Duration = Duration::from_secs(5);

impl Installation {
    /// Reads the key of this directory, or creates it. A key that the program wrote and cannot use
    /// is replaced and reported. A file that the program did not write is left alone. Then there is
    /// no cache.
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

    /// Returns the keyed hash (HMAC-SHA-256) of these parts in hexadecimal. The length of each part
    /// comes before it. Two different lists of parts therefore never have the same input.
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

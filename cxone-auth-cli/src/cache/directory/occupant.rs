//! What stands under a name in the directory, and whether the program wrote it.
//!
//! The directory may be one that somebody named by mistake, with files of theirs in it. Only what
//! the program wrote is replaced or removed.

use std::fs::File;
use std::io::Read as _;

use rustix::fs::{Mode, openat};
use rustix::io::Errno;

use super::{Directory, PLAIN, owner_fault};
use crate::cache::problem::{CacheProblem, Problem};

/// How each file of the cache begins, except a lock, which is empty.
pub(super) const MAGIC: &[u8] = b"cxone-auth token cache\n";

/// What stands under a name.
pub(super) enum Occupant {
    Nothing,
    /// A file of the program's, whole or not.
    Ours(File),
    /// Something that the program did not write.
    Stranger(Problem),
}

impl Directory {
    /// Opens what stands under this name. A file of ours stands at the end of its magic.
    pub(super) fn occupant(&self, name: &str) -> Result<Occupant, CacheProblem> {
        let file = match openat(&self.file, name, PLAIN, Mode::empty()) {
            Ok(descriptor) => File::from(descriptor),
            Err(Errno::NOENT) => return Ok(Occupant::Nothing),
            // What opening a link says when links are not followed (FreeBSD has a word of its own),
            // and what opening a socket says.
            Err(Errno::LOOP | Errno::MLINK | Errno::NXIO) => {
                return Ok(Occupant::Stranger(Problem::NotAFile));
            }
            Err(error) => return Err(self.failed(name, "open it", error)),
        };
        let metadata = file.metadata();
        let metadata = metadata.map_err(|error| self.failed(name, "look at it", error))?;
        if !metadata.is_file() {
            return Ok(Occupant::Stranger(Problem::NotAFile));
        }
        if let Some(problem) = owner_fault(&metadata) {
            return Ok(Occupant::Stranger(problem));
        }
        match has_magic(&file) {
            Ok(true) => Ok(Occupant::Ours(file)),
            Ok(false) => Ok(Occupant::Stranger(Problem::NotOurs)),
            Err(error) => Err(self.failed(name, "read it", error)),
        }
    }

    /// That nothing stands under this name but what the program wrote, and whether it does.
    pub(super) fn is_ours(&self, name: &str) -> Result<bool, CacheProblem> {
        match self.occupant(name)? {
            Occupant::Nothing => Ok(false),
            Occupant::Ours(_) => Ok(true),
            Occupant::Stranger(problem) => Err(self.problem(name, problem)),
        }
    }
}

/// Whether the file begins as ours do. One that ends within the magic was cut short by a crash; an
/// empty one holds nothing that could be lost.
fn has_magic(mut file: &File) -> std::io::Result<bool> {
    let mut start = Vec::with_capacity(MAGIC.len());
    let most = u64::try_from(MAGIC.len()).expect("it is a small constant");
    file.by_ref().take(most).read_to_end(&mut start)?;
    Ok(MAGIC.starts_with(&start))
}

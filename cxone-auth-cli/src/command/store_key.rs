//! `store-key`: makes and replaces the keys that seal what a store holds.

use std::path::{Path, PathBuf};

use cxone_auth_core::store::StoreError;
use cxone_auth_store::StoreKeys;

use crate::arguments::{RotateArguments, StoreKeyCommand};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::word;
use crate::target::{KeyFile, Origin, check_path, shown_path};
use crate::visible::visible_name;

/// What names the file.
const PATH: &str = "PATH";

/// The file, if nothing names one.
const DEFAULT: &str = "store.key";

pub(crate) fn run(command: &StoreKeyCommand, console: Console) -> Result<(), Failure> {
    match command {
        StoreKeyCommand::New(file) => new(&chosen(file.path.as_deref())?, console),
        StoreKeyCommand::Rotate(arguments) => rotate(arguments, console),
    }
}

/// Writes new keys into a new file.
fn new(path: &Path, console: Console) -> Result<(), Failure> {
    let keys = StoreKeys::generate().map_err(|error| refused(&error))?;
    keys.create_file(path).map_err(|error| refused(&error))?;
    let path = shown(path);
    console.advise(&format!(
        "the keys are in {path}, readable only for you; their fingerprint is {}: give everybody who \
         shares tokens a copy of this file, and then --store-key-file {}",
        keys.fingerprint(),
        word(&path)
    ));
    Ok(())
}

fn rotate(arguments: &RotateArguments, console: Console) -> Result<(), Failure> {
    let path = &*chosen(arguments.path.as_deref())?;
    let keys = StoreKeys::from_file(path).map_err(|error| refused(&error))?;
    let (keys, next) = if arguments.retire {
        let kept = keys.retire();
        let next = match kept.key_ids().len() {
            1 => "only the key that seals is left",
            _ => {
                "the keys that sealed before are gone; the key that seals is left, and the one \
                  that was added, which opens only: rotate again, and then it seals"
            }
        };
        (Ok(kept), next)
    } else if let Ok(added) = keys.add() {
        (
            Ok(added),
            "a new key was added, which opens only: give everybody the file, and then rotate again",
        )
    } else {
        // The first step was taken before.
        (
            keys.promote(),
            "the new key seals, and the one before it opens only: give everybody the file",
        )
    };
    let replaced = keys.and_then(|keys| keys.replace_file(path));
    replaced.map_err(|error| refused(&error))?;
    console.advise(&format!("{}: {next}", shown(path)));
    Ok(())
}

/// Returns the file that is given, else the one that a token request would use.
fn chosen(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(path) = given else {
        let set = KeyFile::without_flags()?;
        return Ok(set.map_or_else(|| DEFAULT.into(), |own| own.path));
    };
    check(path)?;
    Ok(path.to_owned())
}

/// A user may give the keys themselves in the place of their file.
fn check(path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") {
        return Err(Failure::usage(
            "PATH is the path of a file: the keys are not printed",
        ));
    }
    check_path(&path.to_string_lossy(), &Origin::Flag(PATH))
}

fn shown(path: &Path) -> String {
    visible_name(&shown_path(path).display().to_string())
}

fn refused(error: &StoreError) -> Failure {
    Failure::configuration(error.to_string())
}

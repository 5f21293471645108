//! What is read of a file or of a command.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use cxone_auth_core::config::{CredentialError, CredentialErrorKind};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// No key, secret or assertion is longer.
pub(crate) const LONGEST: usize = 65_536;

/// Several times all authorities that an operating system trusts.
const LONGEST_BUNDLE: u64 = 16 << 20;

/// Reads a file through one handle, so that a file that is replaced meanwhile is read as it was.
pub(crate) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_all(open(path)?)
}

/// Reads a file with certificates, which are no secret.
pub(crate) fn certificates(path: &Path) -> Result<Vec<u8>, CredentialError> {
    let read = || {
        let mut bytes = Vec::new();
        open(path)?
            .take(LONGEST_BUNDLE + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| unreadable(error).within(path.display()))?;
    if bytes.len() as u64 > LONGEST_BUNDLE {
        return Err(unusable("it is longer than 16 MiB").within(path.display()));
    }
    Ok(bytes)
}

/// Reads a file or a pipe, for which it waits.
pub(crate) fn read_once(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_all(File::open(path)?)
}

fn read_all(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let most = u64::try_from(LONGEST + 1).expect("it is a small constant");
    // The buffer does not grow: one that grows leaves copies behind.
    file.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Opens a file, and nothing that a reader would wait for, such as a pipe.
fn open(path: &Path) -> io::Result<File> {
    // Kubernetes replaces the folder behind a symbolic link. A path can lead into the old folder
    // at the moment in which it is removed.
    let metadata = fs::metadata(path).or_else(|_| fs::metadata(path))?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    File::open(path).or_else(|_| File::open(path))
}

/// Reads the text of a file, without the newline at its end.
pub(crate) fn text(path: &Path) -> Result<SecretString, CredentialError> {
    let bytes = read(path).map_err(unreadable)?;
    secret(&bytes)
}

/// Drops one newline at the end, which editors and `echo` add. Nothing else is trimmed: a blank may
/// belong to a secret. If it does not, the core reports it.
pub(crate) fn secret(bytes: &[u8]) -> Result<SecretString, CredentialError> {
    let text = std::str::from_utf8(bytes).map_err(|_| unusable("it is not UTF-8 text"))?;
    let without = text.strip_suffix('\n');
    let text = without.map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(unusable("it is empty"));
    }
    // Made from a slice, it has no spare capacity that would leave a copy behind.
    Ok(SecretString::from(text))
}

pub(crate) fn unusable(message: &str) -> CredentialError {
    CredentialError::new(CredentialErrorKind::Unusable, message)
}

fn unreadable(error: io::Error) -> CredentialError {
    let unreadable = |message| CredentialError::new(CredentialErrorKind::Unreadable, message);
    match error.kind() {
        io::ErrorKind::NotFound => unreadable("there is no such file"),
        io::ErrorKind::PermissionDenied => unreadable("this process has no permission to read it"),
        io::ErrorKind::IsADirectory => unreadable("it is a folder"),
        io::ErrorKind::FileTooLarge => unusable("it is longer than 64 KiB"),
        _ => unreadable("it cannot be read").with_source(error),
    }
}

/// Reports whether others can read a file of the user's own. A file from the host of a container
/// has another owner, and one that Kubernetes projects has the permissions that the pod says.
#[cfg(unix)]
pub(crate) fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let is_projected = path.parent().is_some_and(|folder| {
        let data = fs::symlink_metadata(folder.join("..data"));
        data.is_ok_and(|data| data.is_symlink())
    });
    let is_open = fs::metadata(path).is_ok_and(|metadata| {
        let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
        is_own && metadata.is_file() && metadata.mode() & 0o044 != 0
    });
    is_open && !is_projected
}

/// On other systems, a user's folders are private by inheritance.
#[cfg(not(unix))]
pub(crate) fn is_readable_by_others(_: &Path) -> bool {
    false
}

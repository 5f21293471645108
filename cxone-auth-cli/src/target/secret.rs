//! A secret in a file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Origin, looks};
use crate::arguments::SecretFile;
use crate::failure::Failure;

/// No secret is longer. A longer text is not a secret.
const LONGEST: usize = 65_536;

/// A secret as it was read.
pub(super) struct Secret {
    pub(super) value: SecretString,
    pub(super) origin: Origin,
    /// How it was changed, and what is unusual about its place.
    pub(super) notes: Vec<String>,
}

/// Reads a secret, and drops the one newline at its end that editors and `echo` add. Nothing else
/// is trimmed. A blank may belong to a secret. If it does not, the configuration reports it.
pub(super) fn read(file: &SecretFile, named_by: &Origin) -> Result<Secret, Failure> {
    let mut is_open = false;
    let (origin, text) = match file {
        SecretFile::StandardInput => {
            let origin = named_by
                .flag()
                .map_or_else(|| named_by.clone(), Origin::StandardInput);
            (origin, standard_input())
        }
        SecretFile::Path(path) => {
            let file = File::open(path);
            is_open = file.as_ref().is_ok_and(is_open_to_others);
            (named_by.to_file(shown(path)), file.and_then(read_all))
        }
    };
    let text = text.map_err(|error| Failure::configuration(format!("{origin}: {error}")))?;
    let trimmed = without_newline(&text);
    let mut notes = Vec::new();
    if trimmed.len() < text.len() {
        notes.push(format!(
            "{origin}: the newline at the end of the secret was dropped"
        ));
    }
    if is_open {
        notes.push(format!(
            "{origin}: others on this machine can read the file: if it is the secret's file, \
             chmod 600 it"
        ));
    }
    Ok(Secret {
        // Made from a slice, it has no spare capacity that would leave a copy behind.
        value: SecretString::from(trimmed),
        origin,
        notes,
    })
}

/// Returns the path in a form that may be shown. A user may give the secret itself instead of its
/// file. Then the secret is the path of a file that does not exist. If the path looks like a
/// secret, only its folder is shown.
pub(crate) fn shown(path: &Path) -> PathBuf {
    if path.symlink_metadata().is_ok() {
        return path.to_owned();
    }
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
    let folder = folder.unwrap_or(Path::new(""));
    let rest = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
    let has_its_looks =
        rest.len() >= 16 && rest.contains(|c: char| c.is_ascii_digit()) && !rest.contains('.');
    if has_its_looks || looks::like_contents(&rest) || looks::has_a_long_run(&rest) {
        folder.join("… (not shown: it may be the secret itself)")
    } else {
        path.to_owned()
    }
}

/// Reports whether others can read a file that the user owns. A file from the host of a container
/// has another owner, and the host chooses its permissions.
#[cfg(unix)]
fn is_open_to_others(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| {
        let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
        is_own && metadata.is_file() && metadata.mode() & 0o044 != 0
    })
}

/// On other systems, a user's folders are private by inheritance.
#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> bool {
    false
}

fn standard_input() -> io::Result<Zeroizing<String>> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err(io::Error::other(
            "a terminal would show the secret: pipe it in",
        ));
    }
    read_all(input.lock())
}

fn read_all(source: impl Read) -> io::Result<Zeroizing<String>> {
    // The buffer has its final size from the start. A buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let most = u64::try_from(LONGEST + 1).expect("it is a small constant");
    source.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > LONGEST {
        return Err(io::Error::other("it is too long to be a secret"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn without_newline(text: &str) -> &str {
    let without = text.strip_suffix('\n');
    without.map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_newline_is_dropped_and_nothing_else() {
        for (text, secret) in [
            ("abc", "abc"),
            ("abc\n", "abc"),
            ("abc\r\n", "abc"),
            ("abc\n\n", "abc\n"),
            ("abc \n", "abc "),
            ("\nabc", "\nabc"),
            ("abc\r", "abc\r"),
            ("\n", ""),
        ] {
            assert_eq!(without_newline(text), secret, "{text:?}");
        }
    }

    #[test]
    fn what_is_longer_than_any_secret_is_not_read_to_its_end() {
        assert!(read_all(io::repeat(b'x')).is_err());
        assert_eq!(read_all(&b"abc"[..]).unwrap().as_str(), "abc");
    }
}

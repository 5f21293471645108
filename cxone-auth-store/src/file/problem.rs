//! What keeps a directory, or one file of it, from being used.

use std::fmt;
use std::io;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind;

/// What is wrong with a path.
#[derive(Debug)]
pub(super) enum Problem {
    /// An action on the path failed.
    Failed(&'static str, io::Error),
    /// It belongs to another user.
    #[cfg_attr(not(unix), expect(dead_code, reason = "an owner as Unix has it"))]
    OfAnotherUser(u32),
    /// It does not exist, and the directory in which it would be made belongs to another user.
    #[cfg_attr(not(unix), expect(dead_code, reason = "an owner as Unix has it"))]
    InAnotherHome(u32),
    /// Others may enter or change the directory, which holds a store.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a mode as Unix has it"))]
    WideDirectory(u32),
    /// Others may enter or change the directory, which holds no store: it is for something else.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a mode as Unix has it"))]
    WideStranger(u32),
    /// It is a file instead of the directory.
    NotADirectory,
    /// Others may read or change the file.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a mode as Unix has it"))]
    WideFile(u32),
    /// It is a symbolic link, a pipe or a folder instead of a file.
    NotAFile,
    /// It is a symbolic link instead of the directory.
    Link,
    /// This library did not write it.
    NotOurs,
    /// Its contents are not what was written.
    Corrupt,
    /// Another version of this library wrote it.
    OtherVersion,
    /// Another version of this library wrote the keys. Nothing is done without them.
    KeysOfAnotherVersion,
    /// It has other keys than when this process has opened the store.
    OtherKeys,
    /// Another process works in the directory for longer than this.
    Busy(Duration),
    /// The entry is longer than any that is read.
    TooLong,
    /// There is no home directory to put it in.
    NoPlace,
    /// It would be in another place for each working directory, next to files that may be shared
    /// with others.
    Relative,
}

impl Problem {
    pub(super) fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Failed(..) | Self::Busy(_) => StoreErrorKind::Unavailable,
            Self::WideFile(_) | Self::Corrupt | Self::OtherVersion => StoreErrorKind::Damaged,
            _ => StoreErrorKind::Configuration,
        }
    }

    /// Says what is wrong, and what to do. `is_from_environment` says who chose the directory.
    pub(super) fn text(&self, is_from_environment: bool) -> String {
        match self {
            Self::Link if is_from_environment => {
                "is a symbolic link: set CXONE_AUTH_CACHE_DIR to the directory itself".to_owned()
            }
            Self::WideStranger(mode) if is_from_environment => {
                format!("{}: set CXONE_AUTH_CACHE_DIR to {OF_ITS_OWN}", wide(*mode))
            }
            Self::NotADirectory if is_from_environment => {
                format!("is not a directory: set CXONE_AUTH_CACHE_DIR to {OF_ITS_OWN}")
            }
            Self::NotOurs if is_from_environment => {
                format!("{NOT_OURS}, or set CXONE_AUTH_CACHE_DIR to an empty directory")
            }
            other => other.to_string(),
        }
    }
}

/// What belongs here. It has the right mode if this library makes it.
const OF_ITS_OWN: &str = "a folder of its own, which is made if it does not exist";

/// What could have named a place.
const PLACES: &str = if cfg!(windows) {
    "LOCALAPPDATA is not set"
} else {
    "HOME and XDG_CACHE_HOME are not set"
};

const NOT_OURS: &str = "was not written by this program and was not touched: move it away";

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(action, error) => write!(f, "cannot {action}: {error}"),
            Self::OfAnotherUser(user) => write!(f, "belongs to another user (id {user})"),
            Self::InAnotherHome(user) => write!(
                f,
                "would be made in a directory of another user (id {user}): set HOME to your own, \
                 or set CXONE_AUTH_CACHE_DIR"
            ),
            Self::WideDirectory(mode) | Self::WideFile(mode) => {
                write!(f, "{}: run chmod go-rwx on it", wide(*mode))
            }
            Self::WideStranger(mode) => write!(
                f,
                "{} and was not made by this program: name {OF_ITS_OWN}",
                wide(*mode)
            ),
            Self::NotADirectory => write!(f, "is not a directory: name {OF_ITS_OWN}"),
            Self::NotAFile => {
                f.write_str("is not a regular file and was not touched: move it away")
            }
            Self::Link => f.write_str("is a symbolic link: name the directory itself"),
            Self::NotOurs => write!(f, "{NOT_OURS}, or name an empty directory"),
            Self::Corrupt => f.write_str("is damaged"),
            Self::OtherVersion => f.write_str("was written by another version of this program"),
            Self::KeysOfAnotherVersion => f.write_str(
                "has the keys of another version of this program: use one version for this \
                 directory",
            ),
            Self::OtherKeys => f.write_str(
                "has other keys than when this process opened the store, so it shares nothing \
                 with those that opened it since: restart this process",
            ),
            Self::Busy(max_wait) => write!(
                f,
                "another process has held the lock for more than {} s",
                max_wait.as_secs()
            ),
            Self::TooLong => f.write_str("the entry is too long to be stored"),
            Self::NoPlace => write!(f, "{PLACES}: set CXONE_AUTH_CACHE_DIR to cache tokens"),
            Self::Relative => f.write_str("CXONE_AUTH_CACHE_DIR is not an absolute path"),
        }
    }
}

fn wide(mode: u32) -> String {
    format!("is open to other users (mode {mode:04o})")
}

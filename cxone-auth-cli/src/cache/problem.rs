//! The problems that keep the cache from being used, with the text of the one warning.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the cache, or one file of it, was not used.
#[derive(Debug)]
pub(crate) struct CacheProblem {
    path: Option<PathBuf>,
    problem: Problem,
}

#[derive(Debug)]
pub(super) enum Problem {
    /// An action on the path failed.
    Failed(&'static str, io::Error),
    /// It belongs to another user.
    #[cfg_attr(not(unix), expect(dead_code, reason = "an owner as Unix has it"))]
    OfAnotherUser(u32),
    /// Others may read, write or enter it.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a mode as Unix has it"))]
    Wide(u32),
    /// It is a symbolic link, a pipe or a folder instead of a file.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a kind as Unix has it"))]
    NotAFile,
    /// It is a symbolic link instead of the directory.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a kind as Unix has it"))]
    Link,
    /// The program did not write it.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing is looked at"))]
    NotOurs,
    /// Its contents are not what the program wrote.
    Corrupt,
    /// Another process holds the lock for longer than this.
    HeldTooLong(Duration),
    /// There is no home directory to put it in.
    NoPlace,
    /// It would be in another place for each working directory, next to files that may be shared
    /// with others.
    Relative,
    /// The system has no owners and modes as Unix has them.
    #[cfg_attr(unix, expect(dead_code, reason = "the cache is made for Unix"))]
    Unsupported,
}

impl CacheProblem {
    #[cfg_attr(not(unix), expect(dead_code, reason = "no path is looked at"))]
    pub(super) fn new(path: PathBuf, problem: Problem) -> Self {
        let path = Some(path);
        Self { path, problem }
    }

    pub(super) fn without_path(problem: Problem) -> Self {
        let path = None;
        Self { path, problem }
    }

    pub(super) fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl Problem {
    /// Reports whether the problem is in a file of the program. Replacing the file then fixes it.
    pub(super) fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Wide(_) | Self::Corrupt)
    }
}

impl fmt::Display for CacheProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "token cache: {}: {}", path.display(), self.problem),
            None => write!(f, "token cache: {}", self.problem),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(action, error) => write!(f, "cannot {action}: {error}"),
            Self::OfAnotherUser(user) => write!(f, "belongs to another user (id {user})"),
            Self::Wide(mode) => write!(
                f,
                "is open to other users (mode {mode:04o}): run chmod go-rwx on it"
            ),
            Self::NotAFile => {
                f.write_str("is not a regular file and was not touched: move it away")
            }
            Self::Link => {
                f.write_str("is a symbolic link: set CXONE_AUTH_CACHE_DIR to the directory itself")
            }
            Self::NotOurs => f.write_str(
                "was not written by this program and was not touched: move it away, or set \
                 CXONE_AUTH_CACHE_DIR to an empty directory",
            ),
            Self::Corrupt => f.write_str("is damaged"),
            Self::HeldTooLong(max_wait) => write!(
                f,
                "another process has held the lock for more than {} s",
                max_wait.as_secs()
            ),
            Self::NoPlace => f.write_str(
                "HOME and XDG_CACHE_HOME are not set: set CXONE_AUTH_CACHE_DIR to cache tokens",
            ),
            Self::Relative => f.write_str("CXONE_AUTH_CACHE_DIR is not an absolute path"),
            Self::Unsupported => f.write_str("there is none on this system"),
        }
    }
}

impl std::error::Error for CacheProblem {}

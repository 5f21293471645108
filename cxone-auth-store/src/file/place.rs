//! Where the directory is, and who chose that.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use cxone_auth_core::store::StoreError;

use super::problem::Problem;

/// The path of a directory.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    chosen_by: ChosenBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChosenBy {
    /// The program, by an argument.
    Caller,
    /// The user, by a variable for this directory.
    Variable,
    /// The system's place for caches of the user.
    System,
}

impl Place {
    pub(super) fn new(path: &Path) -> Result<Self, StoreError> {
        let absolute = std::path::absolute(path);
        let absolute = absolute.map_err(|error| {
            let problem = Problem::Failed("find the directory", error);
            error_of(&problem, false).within(path.display())
        })?;
        Ok(Self::of(&absolute, ChosenBy::Caller))
    }

    /// Returns the place that the environment names.
    pub(super) fn of_user() -> Result<Self, StoreError> {
        let own = env::var_os("CXONE_AUTH_CACHE_DIR").filter(|path| !path.is_empty());
        match own.map(PathBuf::from) {
            Some(path) if path.is_relative() => Err(error_of(&Problem::Relative, true)),
            Some(path) => Ok(Self::of(&path, ChosenBy::Variable)),
            None => match caches() {
                Some(path) => Ok(Self::of(&path.join("cxone-auth"), ChosenBy::System)),
                None => Err(error_of(&Problem::NoPlace, true)),
            },
        }
    }

    /// Leaves out what follows the last name. A link with a slash after it is always followed.
    fn of(path: &Path, chosen_by: ChosenBy) -> Self {
        Self {
            path: path.components().collect(),
            chosen_by,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reports whether nobody has named exactly this directory.
    pub(super) fn is_of_the_system(&self) -> bool {
        self.chosen_by == ChosenBy::System
    }

    /// Returns the error about the directory.
    pub(super) fn problem(&self, problem: &Problem) -> StoreError {
        self.error(&self.path, problem)
    }

    /// Returns the error about a file of the directory.
    pub(super) fn problem_of(&self, name: &str, problem: &Problem) -> StoreError {
        self.error(&self.path.join(name), problem)
    }

    pub(super) fn failed(&self, action: &'static str, error: impl Into<io::Error>) -> StoreError {
        self.problem(&Problem::Failed(action, error.into()))
    }

    pub(super) fn failed_of(
        &self,
        name: &str,
        action: &'static str,
        error: impl Into<io::Error>,
    ) -> StoreError {
        self.problem_of(name, &Problem::Failed(action, error.into()))
    }

    fn error(&self, path: &Path, problem: &Problem) -> StoreError {
        let error = error_of(problem, self.chosen_by != ChosenBy::Caller);
        error.within(path.display())
    }
}

fn error_of(problem: &Problem, is_from_environment: bool) -> StoreError {
    StoreError::new(problem.kind(), problem.text(is_from_environment))
}

/// Returns the folder for the user's caches (the XDG Base Directory Specification).
#[cfg(not(any(target_vendor = "apple", windows)))]
fn caches() -> Option<PathBuf> {
    absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))
}

/// Returns the folder for the user's caches. Who sets the variable of the XDG Base Directory
/// Specification means it.
#[cfg(target_vendor = "apple")]
fn caches() -> Option<PathBuf> {
    absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join("Library/Caches")))
}

/// Returns the folder for what belongs to the user on this machine.
#[cfg(windows)]
fn caches() -> Option<PathBuf> {
    absolute("LOCALAPPDATA")
}

/// Returns the path in a variable if it is absolute. The specification says to ignore relative
/// paths. The empty path is one of them.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

//! The directory on a system without the owners, modes and locks of Unix. There is none, and every
//! token is requested again.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::Path;

use zeroize::Zeroizing;

use super::problem::{CacheProblem, Problem};

/// A directory that cannot exist.
pub(super) struct Directory(Infallible);

/// A lock that nobody can hold.
pub(crate) struct Lock(Infallible);

impl Directory {
    pub(super) fn create(_: &Path) -> Result<Self, CacheProblem> {
        Err(CacheProblem::without_path(Problem::Unsupported))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it is on Unix")]
    pub(super) fn find(_: &Path) -> Result<Option<Self>, CacheProblem> {
        Ok(None)
    }

    pub(super) fn problem(&self, _: &str, _: Problem) -> CacheProblem {
        match self.0 {}
    }

    pub(super) fn read(
        &self,
        _: &str,
        _: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, CacheProblem> {
        match self.0 {}
    }

    #[expect(clippy::unused_self, reason = "as it is on Unix")]
    pub(super) fn replace(
        &self,
        lock: &Lock,
        _: &str,
        _: &str,
        _: &[u8],
    ) -> Result<(), CacheProblem> {
        match lock.0 {}
    }

    pub(super) fn remove(&self, _: &str) -> Result<bool, CacheProblem> {
        match self.0 {}
    }

    pub(super) fn try_lock(&self, _: &str) -> Result<Option<Lock>, CacheProblem> {
        match self.0 {}
    }

    pub(super) fn names(&self) -> impl Iterator<Item = OsString> + use<> {
        match self.0 {}
        #[expect(unreachable_code, reason = "names the type of what is never returned")]
        std::iter::empty()
    }
}

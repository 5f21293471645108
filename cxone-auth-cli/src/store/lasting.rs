//! The store of a source that lives as long as its process.
//!
//! Such a source uses only a store that is set. If that cannot be opened, nothing is served: the
//! process would make its own requests for as long as it runs, and nobody would read its warning.

use std::sync::Arc;

use cxone_auth_core::TokenSource;

use super::Shared;
use super::open::Trouble;
use crate::console::Console;
use crate::failure::Failure;
use crate::target::Target;

impl Shared {
    /// Opens the store that is set for this target. `None` if none is set.
    pub(crate) fn that_is_set(target: &Target, console: Console) -> Result<Option<Self>, Failure> {
        if !target.store.is_set() {
            return Ok(None);
        }
        let shared = Self::open(&target.store).map_err(Trouble::into_failure)?;
        if let Some(problem) = shared.problem() {
            console.warn(&(problem.text + &target.store.advice()));
        }
        Ok(Some(shared))
    }

    /// Lets the source share its token through this store.
    pub(crate) fn give_to(&self, source: TokenSource, target: &Target) -> TokenSource {
        source.with_store(Arc::clone(&self.tasks), self.options(target))
    }
}

impl Trouble {
    fn into_failure(self) -> Failure {
        match self.into_problem() {
            Ok(problem) => Failure::configuration(problem.text).about("store"),
            Err(failure) => failure,
        }
    }
}

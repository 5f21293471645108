//! Removes files that nobody will need again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cxone_auth_core::store::StoreError;

use super::directory::Directory;
use super::name::Name;
use super::{FileStore, lease};

/// A sweep reads every file. A process with many tenants is not to do that for each of them.
const INTERVAL: Duration = Duration::from_secs(600);

/// When this store has swept its directory.
#[derive(Default)]
pub(super) struct Swept(Mutex<Option<Instant>>);

impl Swept {
    /// Reports whether a sweep is due, and counts it as done.
    fn is_due(&self) -> bool {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = at.is_none_or(|at| at.elapsed() >= INTERVAL);
        if is_due {
            *at = Some(Instant::now());
        }
        is_due
    }
}

impl FileStore {
    /// Removes the files of every entry that has ended and for which nobody has a lease, and what
    /// killed processes have left. A credential that is replaced gives another name. The files of
    /// the old name would never be replaced.
    ///
    /// What cannot be read is left alone: it may be of another version. What fails is tried again by
    /// the next sweep.
    pub(super) fn sweep(&self, directory: &Directory<'_>) {
        if !self.0.swept.is_due() {
            return;
        }
        let files: Vec<String> = directory
            .names()
            .filter_map(|name| name.into_string().ok())
            .collect();
        for name in Name::all(&files) {
            let may_go = self.has_left(directory, &name, &files);
            if may_go.unwrap_or(false) {
                let _ = self.sweep_entry(directory, &name, &files);
            }
        }
    }

    /// Reports whether there is something to remove, as it seems without the guard.
    fn has_left(
        &self,
        directory: &Directory<'_>,
        name: &Name,
        files: &[String],
    ) -> Result<bool, StoreError> {
        let current = lease::current(directory, self.ring(), name)?;
        let id = current.as_ref().map(|lease| lease.id.as_str());
        let mut ids = files.iter().filter_map(|file| name.id_of(file));
        Ok(ids.any(|own| Some(own) != id) || self.is_dead(directory, name)?)
    }

    fn sweep_entry(
        &self,
        directory: &Directory<'_>,
        name: &Name,
        files: &[String],
    ) -> Result<(), StoreError> {
        // What was true without the guard may have changed.
        let _guard = directory.guard()?;
        let current = lease::current(directory, self.ring(), name)?;
        let id = current.as_ref().map(|lease| lease.id.as_str());
        for file in files {
            if name.id_of(file).is_some_and(|own| Some(own) != id) {
                let _ = directory.remove(file);
            }
        }
        if self.is_dead(directory, name)? {
            directory.remove(&name.entry())?;
            directory.remove(&name.lease())?;
        }
        Ok(())
    }

    fn is_dead(&self, directory: &Directory<'_>, name: &Name) -> Result<bool, StoreError> {
        let has_entry = self.read(directory, name, |_, _| ())?.is_some();
        Ok(!has_entry && lease::current(directory, self.ring(), name)?.is_none())
    }
}

//! Removes files that nobody will need again.

use super::{Cache, Key, Reading};

impl Cache {
    /// Drops the files of every other target whose token has expired or is gone and that has no
    /// pause in effect. A rotated secret gives another key. The files of the old key would never be
    /// replaced.
    ///
    /// Each target is locked for this. Files that are in use or broken are left alone.
    pub(super) fn sweep(&self, own: &Key, now: &Reading) {
        let locks = self.directory.names();
        let keys = locks.filter_map(|name| Key::of_lock(name.to_str()?));
        for key in keys.filter(|key| !key.is(own)) {
            if let Ok(Some(_lock)) = self.try_lock(&key) {
                self.drop_expired(&key, now);
            }
        }
    }

    fn drop_expired(&self, key: &Key, now: &Reading) {
        let leads_to_one = |key| self.may_be_valid(&key, now);
        let is_in_use = self.may_be_valid(key, now)
            || self.pauses(key, now)
            || self.linked(key).is_some_and(leads_to_one);
        if !is_in_use {
            // The lock is removed last, because it keeps others out until then. After a failure,
            // the next sweep tries again.
            for name in [
                key.token(),
                key.refusal(),
                key.link(),
                key.temporary(),
                key.lock(),
            ] {
                let _ = self.directory.remove(&name);
            }
        }
    }

    /// Reports whether there is a valid token, or a file that cannot be read.
    fn may_be_valid(&self, key: &Key, now: &Reading) -> bool {
        match self.read(key) {
            Ok(entry) => entry.is_some_and(|entry| !entry.remaining(now).is_zero()),
            Err(_) => true,
        }
    }
}

//! What nobody will ask for again.

use super::{Cache, Key, Reading};

impl Cache {
    /// Drops the files of every other target whose token has expired or is gone, and whose server
    /// is not to be let alone: a rotated secret makes another key, so that the old one is never
    /// replaced.
    ///
    /// It is done under the lock of each, and what is in use or broken is left alone.
    pub(super) fn sweep(&self, own: &Key, now: &Reading) {
        let locks = self.directory.names();
        let keys = locks.filter_map(|name| Key::of_lock(name.to_str()?));
        for key in keys.filter(|key| key != own) {
            if let Ok(Some(_lock)) = self.try_lock(&key) {
                self.drop_expired(&key, now);
            }
        }
    }

    fn drop_expired(&self, key: &Key, now: &Reading) {
        let is_in_use = match self.read(key) {
            Ok(entry) => entry.is_some_and(|entry| !entry.remaining(now).is_zero()),
            Err(_) => true,
        };
        let is_in_use = is_in_use || self.pauses(key, now);
        if !is_in_use {
            // The lock goes last: until then it keeps others out. A failure is the next one's.
            for name in [key.token(), key.refusal(), key.temporary(), key.lock()] {
                let _ = self.directory.remove(&name);
            }
        }
    }
}

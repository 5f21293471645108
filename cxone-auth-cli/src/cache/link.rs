//! Which token belongs to an issuer that is asked for its token endpoint.
//!
//! A token is kept under the request that brought it, which is known only after discovery. A link
//! leads from the request as it is before discovery, with the issuer's own address, to that one. It
//! finds a kept token without asking the issuer. It never says where a secret is sent.

use super::{Cache, CacheProblem, Key};

impl Cache {
    /// Returns the key that was found for this one. A link that cannot be read counts as missing.
    pub(crate) fn linked(&self, from: &Key) -> Option<Key> {
        let bytes = self.directory.read(&from.link(), LONGEST).ok().flatten()?;
        let (hash, key) = std::str::from_utf8(&bytes).ok()?.split_once('\n')?;
        (hash == self.link_hash(from, key)).then(|| Key::named(key))
    }

    /// Keeps the key that was found. If another process does so at this moment, it keeps the same.
    pub(crate) fn link(&self, from: &Key, to: &Key) -> Result<(), CacheProblem> {
        if self.linked(from).is_some_and(|linked| linked.is(to)) {
            return Ok(());
        }
        let Some(lock) = self.try_lock(from)? else {
            return Ok(());
        };
        let text = format!("{}\n{}", self.link_hash(from, &to.name), to.name);
        let (name, temporary) = (from.link(), from.temporary());
        self.directory
            .replace(&lock, &name, &temporary, text.as_bytes())
    }

    fn link_hash(&self, from: &Key, to: &str) -> String {
        let parts = [from.name.as_bytes(), to.as_bytes()];
        self.installation.hash("link", &parts)
    }
}

/// Two hashes and a line break, and room for a longer hash.
const LONGEST: usize = 1_024;

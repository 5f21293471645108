//! Sources for many clients.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher, RandomState};
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::TokenSource;
use crate::config::Config;

/// A set of sources, one per configuration, for programs that serve many tenants.
///
/// The same configuration gives the same source, and therefore the same token. Two configurations
/// that differ in anything have different sources. Secrets and policies count, too. To rotate a
/// secret, ask the set for the new configuration. Do not call `replace_config` on a source of the
/// set. That changes what the set hands out for the old configuration.
///
/// A lookup takes as long among 100,000 sources as among ten, also if all are of one client. A
/// source takes about 3.5 KiB with its configuration and its token, as long as one thread reads it.
/// Each other thread that reads the token makes a copy of what the threads count on.
#[derive(Clone)]
pub struct TokenSources(Arc<Inner>);

struct Inner {
    make: Box<dyn Fn(Config) -> TokenSource + Send + Sync>,
    /// The random keys of the digests.
    keys: RandomState,
    sources: Mutex<Sources>,
}

/// The key is the digest of the configuration. Entries with the same key are nearly always of one
/// configuration. Each is compared in full.
type Sources = HashMap<u64, Vec<Entry>, BuildHasherDefault<Digest>>;

struct Entry {
    config: Arc<Config>,
    source: TokenSource,
}

/// The hash of a digest, which is one already. A map that grows hashes all of its keys, and callers
/// wait for that: a millisecond or two for a hundred thousand.
#[derive(Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a digest is a number");
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl TokenSources {
    /// Returns an empty set. `make` makes its sources, usually over clones of one transport.
    #[must_use]
    pub fn new(make: impl Fn(Config) -> TokenSource + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            make: Box::new(make),
            keys: RandomState::new(),
            sources: Mutex::default(),
        }))
    }

    /// Returns the source for `config`.
    #[must_use]
    pub fn source(&self, config: &Config) -> TokenSource {
        let digest = config.digest(&self.0.keys);
        if let Some(source) = find(&self.lock(), digest, config) {
            return source;
        }
        // Made without the lock because it may take a while, or ask the set.
        let entry = Entry::new(config, (self.0.make)(config.clone()));
        let source = entry.source.clone();
        let mut sources = self.lock();
        if let Some(first) = find(&sources, digest, config) {
            return first;
        }
        let same_digest = sources.entry(digest);
        // Mostly the only one. A vector that grows begins with room for four.
        same_digest
            .or_insert_with(|| Vec::with_capacity(1))
            .push(entry);
        source
    }

    /// Drops the sources that only the set holds, with their tokens, and returns how many.
    pub fn drop_idle(&self) -> usize {
        let mut idle: Vec<Entry> = Vec::new();
        let mut sources = self.lock();
        for entries in sources.values_mut() {
            if entries.iter().any(Entry::is_idle) {
                let (unused, used): (Vec<_>, Vec<_>) =
                    take(entries).into_iter().partition(Entry::is_idle);
                idle.extend(unused);
                *entries = used;
            }
        }
        sources.retain(|_, entries| !entries.is_empty());
        // What the sources hold is dropped without the lock.
        drop(sources);
        idle.len()
    }

    /// Returns the number of sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    /// Reports whether the set has no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Sources> {
        self.0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Returns an entry that shares the source's own configuration, unless that is another.
    fn new(config: &Config, source: TokenSource) -> Self {
        let own = source.0.engine.config();
        let config = if own.is(config) {
            own
        } else {
            Arc::new(config.clone())
        };
        Self { config, source }
    }

    /// Reports whether only the set holds the source.
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.source.0) == 1
    }
}

fn find(sources: &Sources, digest: u64, config: &Config) -> Option<TokenSource> {
    let mut entries = sources.get(&digest)?.iter();
    let entry = entries.find(|entry| entry.config.is(config))?;
    Some(entry.source.clone())
}

impl std::fmt::Debug for TokenSources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSources")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

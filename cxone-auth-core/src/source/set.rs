//! Sources for many clients.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::TokenSource;
use crate::config::Config;

/// A set of sources, one per configuration, for programs that serve many tenants.
///
/// The same configuration gives the same source, and therefore the same token. Two configurations
/// that differ in anything have different sources. Secrets and policies count, too. To rotate a
/// secret, ask the set for the new configuration. Do not call `replace_config` with another
/// configuration on a source of the set. That changes what the set hands out for the old one. An equal
/// configuration changes nothing of it: `source.replace_config(config.clone())` ends a cool-down.
///
/// The sources are async. For blocking callers, take one and call
/// [`blocking`](TokenSource::blocking) on it.
///
/// A lookup takes as long among 100,000 sources as among ten, also if all are of one client. It costs
/// least with a configuration that is kept, or a clone of it. One that is made again is hashed and
/// compared. A source takes about 3.7 KiB with its configuration and its token, as long as one thread
/// reads it. Other threads have copies of the token, so that they do not share a reference count: a
/// source has at most fifteen.
#[derive(Clone)]
pub struct TokenSources(Arc<Inner>);

struct Inner {
    make: Box<dyn Fn(Config) -> TokenSource + Send + Sync>,
    sources: Mutex<Sources>,
}

type Sources = HashMap<Key, TokenSource, BuildHasherDefault<Digest>>;

/// A configuration with its digest as the hash.
#[derive(Clone)]
struct Key(Config);

impl Key {
    /// Makes the digest here, and not under the lock.
    fn new(config: &Config) -> Self {
        config.digest();
        Self(config.clone())
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.digest());
    }
}

/// Two configurations are compared in full, unless one is a clone of the other. Those with the same
/// digest are nearly always equal.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&self.0, &other.0);
        one.is_the_same_as(other) || one.digest() == other.digest() && one.is(other)
    }
}

impl Eq for Key {}

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
            sources: Mutex::default(),
        }))
    }

    /// Returns the source for `config`.
    #[must_use]
    pub fn source(&self, config: &Config) -> TokenSource {
        let key = Key::new(config);
        if let Some(source) = self.lock().get(&key) {
            return source.clone();
        }
        // Made without the lock because it may take a while, or ask the set.
        let source = (self.0.make)(config.clone());
        let mut sources = self.lock();
        // Somebody else may have been faster. Then this one is dropped without the lock.
        let first = sources.entry(key).or_insert_with(|| source.clone());
        first.clone()
    }

    /// Drops the sources that only the set holds, with their tokens, and returns how many. A source
    /// stays while a clone of it is held, or a blocking source over it, or while a request for it is
    /// in flight.
    #[expect(
        clippy::must_use_candidate,
        reason = "most programs call it for what it does"
    )]
    pub fn drop_idle(&self) -> usize {
        let mut sources = self.lock();
        let idle = sources.iter().filter(|(_, source)| is_idle(source));
        let idle: Vec<Key> = idle.map(|(key, _)| key.clone()).collect();
        let dropped: Vec<_> = idle.iter().map(|key| sources.remove_entry(key)).collect();
        // What the sources hold is dropped without the lock.
        drop(sources);
        dropped.len()
    }

    /// Returns the number of sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
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

/// Reports whether only the set holds the source, and nothing is under way.
fn is_idle(source: &TokenSource) -> bool {
    Arc::strong_count(&source.0) == 1 && source.0.engine.is_idle()
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

//! Sources for many clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::TokenSource;
use crate::config::{AccessKey, Config};

/// A set of sources, one per configuration, for programs that serve many tenants.
///
/// The same configuration gives the same source, and therefore the same token. Two configurations
/// that differ in anything have different sources. Secrets and policies count, too. To rotate a
/// secret, ask the set for the new configuration. Do not call `replace_config` on a source of the
/// set. That changes what the set hands out for the old configuration.
#[derive(Clone)]
pub struct TokenSources(Arc<Inner>);

struct Inner {
    make: Box<dyn Fn(Config) -> TokenSource + Send + Sync>,
    sources: Mutex<Sources>,
}

/// The key is the endpoint and the client id, or the id of an access key alone. Entries with the
/// same key differ in something else.
type Sources = HashMap<(String, String), Vec<Entry>>;

struct Entry {
    config: Config,
    source: TokenSource,
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
        if let Some(source) = find(&self.lock(), config) {
            return source;
        }
        // Made without the lock because it may take a while, or ask the set.
        let source = (self.0.make)(config.clone());
        let mut sources = self.lock();
        if let Some(first) = find(&sources, config) {
            return first;
        }
        sources.entry(key(config)).or_default().push(Entry {
            config: config.clone(),
            source: source.clone(),
        });
        source
    }

    /// Drops the sources that only the set holds, with their tokens, and returns how many.
    #[expect(
        clippy::must_use_candidate,
        reason = "the number is for those who want to log it"
    )]
    pub fn drop_idle(&self) -> usize {
        let mut idle: Vec<Entry> = Vec::new();
        let mut sources = self.lock();
        for entries in sources.values_mut() {
            let (unused, used): (Vec<_>, Vec<_>) = std::mem::take(entries)
                .into_iter()
                .partition(|entry| Arc::strong_count(&entry.source.0) == 1);
            idle.extend(unused);
            *entries = used;
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
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Sources> {
        self.0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(config: &Config) -> (String, String) {
    let key_id = || config.access_key().map(AccessKey::id);
    let id = config.client_id().or_else(key_id);
    (
        config.endpoint().to_string(),
        id.unwrap_or_default().to_owned(),
    )
}

fn find(sources: &Sources, config: &Config) -> Option<TokenSource> {
    let mut entries = sources.get(&key(config))?.iter();
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

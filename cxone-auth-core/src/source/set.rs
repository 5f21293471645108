//! Sources for many clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::TokenSource;
use crate::Config;

/// A set of sources, one per configuration: for programs that serve many tenants.
///
/// The same configuration always gives the same source, and so the same token. Two configurations
/// that differ in anything, secrets and policies included, have sources of their own.
#[derive(Clone)]
pub struct TokenSources(Arc<Inner>);

struct Inner {
    make: Box<dyn Fn(Config) -> TokenSource + Send + Sync>,
    /// By endpoint and client id; those with the same differ in something else.
    sources: Mutex<HashMap<(String, String), Vec<Entry>>>,
}

struct Entry {
    config: Config,
    source: TokenSource,
}

impl TokenSources {
    /// An empty set, whose sources are made by `make`, usually over clones of one transport.
    #[must_use]
    pub fn new(make: impl Fn(Config) -> TokenSource + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            make: Box::new(make),
            sources: Mutex::default(),
        }))
    }

    /// The source for `config`.
    #[must_use]
    pub fn source(&self, config: &Config) -> TokenSource {
        let mut sources = self
            .0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (
            config.endpoint().to_string(),
            config.credentials.id().to_owned(),
        );
        let entries = sources.entry(key).or_default();
        if let Some(entry) = entries.iter().find(|entry| entry.config.is(config)) {
            return entry.source.clone();
        }
        let source = (self.0.make)(config.clone());
        entries.push(Entry {
            config: config.clone(),
            source: source.clone(),
        });
        source
    }

    /// Drops the sources that nobody but the set holds, with their tokens, and says how many.
    pub fn drop_idle(&self) -> usize {
        let mut sources = self
            .0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count =
            |sources: &HashMap<_, Vec<Entry>>| sources.values().map(Vec::len).sum::<usize>();
        let before = count(&sources);
        sources.retain(|_, entries| {
            entries.retain(|entry| Arc::strong_count(&entry.source.0) > 1);
            !entries.is_empty()
        });
        before - count(&sources)
    }

    /// How many sources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let sources = self
            .0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sources.values().map(Vec::len).sum()
    }

    /// Whether there is no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for TokenSources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSources")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

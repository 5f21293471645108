//! The store in which processes share tokens, and what the program keeps there besides.
//!
//! A token comes from a source of the library over the store. The source decides which process asks
//! the server, which stored token is good enough, and which refusal counts for others. One kind of
//! entries is the program's own. Where an issuer names the token endpoint, what it said the last
//! time leads to the token (`link.rs`).
//!
//! The program works without the store. If something is wrong with it, that causes one warning, and
//! the token is requested as if there were no store.

mod asking;
mod examine;
mod forget;
mod gate;
#[cfg(unix)]
mod lasting;
mod link;
mod onlooker;
mod open;
mod supply;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::{Diagnosis, diagnose_store};
use cxone_auth_core::source::Event;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, Seal as _, StoreError, StoreErrorKind,
    StoreOptions, StoreOutcome, TokenStore,
};
use cxone_auth_core::{BlockingTokenSource, token_request};
use cxone_auth_store::StoreKeys;
use secrecy::{SecretSlice, SecretString};
use zeroize::Zeroizing;

use crate::target::{Credential, Target};

pub(crate) use examine::{Examined, Opened, Unopened, look, open};
pub(crate) use forget::{Dropped, Rejection, YOUNG, forget};
pub(crate) use supply::{Requirements, supply};

/// A store that can be used.
pub(crate) struct Shared {
    store: Arc<dyn BlockingTokenStore>,
    /// The same, for tasks.
    #[cfg(unix)]
    tasks: Arc<dyn TokenStore>,
    keys: StoreKeys,
    /// Whether a setting names the file of the keys that seal. Otherwise the folder has them.
    has_key_file: bool,
    /// The folder, which has keys for its files in any case.
    folder: Option<String>,
    /// What a warning calls it.
    label: &'static str,
    /// The first problem with it. One warning is enough.
    problem: Mutex<Option<Problem>>,
}

/// What is wrong with a store.
pub(crate) struct Problem {
    /// The text of the warning.
    pub(crate) text: String,
    pub(crate) kind: StoreErrorKind,
    pub(crate) diagnosis: Diagnosis,
    /// Whether the keys of a setting may have to do with it.
    pub(crate) concerns_key_file: bool,
}

/// How long a process has the right to write an entry of the program's own.
const SPAN: Duration = Duration::from_secs(5);

impl Shared {
    fn new<S>(store: S, keys: StoreKeys, label: &'static str) -> Self
    where
        S: BlockingTokenStore + TokenStore + 'static,
    {
        let store = Arc::new(store);
        let problem = Mutex::default();
        Self {
            #[cfg(unix)]
            tasks: Arc::clone(&store) as Arc<dyn TokenStore>,
            store,
            keys,
            has_key_file: true,
            folder: None,
            label,
            problem,
        }
    }

    /// Returns what a source needs of the store for this target.
    fn options(&self, target: &Target) -> StoreOptions {
        let options = StoreOptions::new(self.keys.clone());
        match identity(target) {
            Some(identity) => options.with_identity(identity),
            None => options,
        }
    }

    /// Returns the name of an entry of the program's own for this target.
    ///
    /// It comes from the request itself: its address and every byte that is sent, secrets included.
    /// An assertion differs from request to request: what signs it takes its place, or whom it is
    /// about. The issuer counts too, byte for byte as its metadata must repeat it.
    fn name(&self, purpose: &str, target: &Target) -> EntryName {
        let identity: Vec<String> = identities(target).collect();
        let request = token_request(&target.config);
        let address = request.uri().to_string();
        let mut parts = vec![purpose.as_bytes(), address.as_bytes(), request.body()];
        let mut headers: Vec<_> = request.headers().iter().collect();
        headers.sort_unstable_by_key(|(name, value)| (name.as_str(), value.as_bytes()));
        let headers = headers.iter().filter(|(name, _)| *name != "user-agent");
        parts
            .extend(headers.flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]));
        parts.extend(identity.iter().map(String::as_bytes));
        let issuer = target.discovery.as_ref().map(|own| own.issuer.as_str());
        parts.extend(issuer.map(str::as_bytes));
        EntryName::new(self.keys.name(&joined(&parts)))
    }

    /// Returns what is stored under this name, if it can be opened.
    fn read(&self, name: &EntryName) -> Option<SecretSlice<u8>> {
        let entry = self.noted(self.store.load(name))??;
        self.noted(self.keys.open(name, &entry.bytes))
    }

    /// Stores `entry` for as long as `keep`. If another process writes it at this moment, that one's
    /// entry counts.
    fn write(&self, name: &EntryName, entry: &[u8], keep: Duration) {
        let write = || -> Result<(), StoreError> {
            let sealed = self.keys.seal(name, entry)?;
            let id = LeaseId::new(self.keys.random()?);
            let lease = Lease { id, span: SPAN };
            if self.store.try_lease(name, &lease)? == StoreOutcome::Done {
                self.store.save(name, id, Bytes::from(sealed), keep)?;
                self.store.release(name, id)?;
            }
            Ok(())
        };
        self.noted(write());
    }

    /// Keeps what a source says about the store.
    fn hear(self: &Arc<Self>, source: &BlockingTokenSource) {
        let hearing = Arc::clone(self);
        let heard = source.events(move |event| {
            if let Event::StoreFailed { error } = event {
                hearing.note(error);
            }
        });
        heard.detach();
    }

    /// Returns the value, or keeps the error for the warning.
    fn noted<T>(&self, result: Result<T, StoreError>) -> Option<T> {
        result.inspect_err(|error| self.note(error)).ok()
    }

    /// Keeps a problem for the warning, unless there was one before.
    fn note(&self, error: &StoreError) {
        let mut problem = Problem::of(self.label, error);
        problem.concerns_key_file = self.has_key_file && !self.is_of_the_folder(error);
        self.problem_slot().get_or_insert(problem);
    }

    /// Reports whether a file in the folder is the problem, and not what was sealed into it.
    fn is_of_the_folder(&self, error: &StoreError) -> bool {
        let folder = self.folder.as_deref();
        folder.is_some_and(|folder| error.to_string().starts_with(folder))
    }

    /// Returns the first problem, once.
    fn problem(&self) -> Option<Problem> {
        self.problem_slot().take()
    }

    fn has_a_problem(&self) -> bool {
        self.problem_slot().is_some()
    }

    fn problem_slot(&self) -> MutexGuard<'_, Option<Problem>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Problem {
    fn of(label: &str, error: &StoreError) -> Self {
        Self {
            text: format!("{label}: {error}"),
            kind: error.kind(),
            diagnosis: diagnose_store(error),
            concerns_key_file: true,
        }
    }

    /// Returns the same problem, with the folder or with the keys that are in it.
    fn of_the_folder(self) -> Self {
        Self {
            concerns_key_file: false,
            ..self
        }
    }
}

/// Returns what tells the credential from another one, if the library cannot tell or if a command
/// would be run for that.
fn identity(target: &Target) -> Option<SecretString> {
    let mut credentials = target.credentials.iter();
    credentials.any(Credential::has_own_identity).then(|| {
        let parts: Vec<String> = identities(target).collect();
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        String::from_utf8_lossy(&joined(&parts)).into_owned().into()
    })
}

fn identities(target: &Target) -> impl Iterator<Item = String> {
    let credentials = target.credentials.iter();
    credentials.flat_map(|own| own.identity(&target.config))
}

/// Joins the parts. The length of each part comes before it. Two different lists of parts therefore
/// never give the same bytes. The buffer has its final size from the start: a buffer that grows
/// leaves copies of secrets behind.
fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let heads: Vec<String> = parts
        .iter()
        .map(|part| format!("{}:", part.len()))
        .collect();
    let size = heads
        .iter()
        .map(String::len)
        .chain(parts.iter().map(|part| part.len()));
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.sum()));
    for (head, part) in heads.iter().zip(parts) {
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

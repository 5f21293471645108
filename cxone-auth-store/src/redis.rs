//! Tokens that several machines share, on a Redis or Valkey server.

mod address;
mod allowance;
mod failure;
mod greeting;
mod operation;
mod options;
mod refusal;
mod setup;
#[cfg(unix)]
mod socket;
mod task;
mod thread;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOutcome,
    StoredEntry, TokenStore,
};
use redis::Value;

use operation::{Keys, Operation};
pub use options::RedisOptions;
use setup::Setup;
use task::Tasks;
use thread::Threads;

/// A store on a Redis server (6 or later) or a Valkey server (7.2 or later). It is cheap to clone.
///
/// ```
/// use cxone_auth_store::{RedisOptions, RedisStore};
///
/// let options = RedisOptions::new().with_username("tokens").with_password("the-s3cret");
/// let store = RedisStore::connect("rediss://cache.example.com:6380", options)?;
/// # Ok::<(), cxone_auth_core::store::StoreError>(())
/// ```
///
/// # Addresses
///
/// | URL | server |
/// |---|---|
/// | `rediss://HOST:PORT/DATABASE`, `valkeys://…` | over TLS, with this crate's choice of cryptography |
/// | `redis://HOST:PORT/DATABASE`, `valkey://…` | without TLS: a password goes to loopback only, or to [`RedisOptions::with_insecure_host`] |
/// | `unix:///PATH` | on the same machine, database 0. A password goes to a socket that this user or root owns, in a folder that nobody else can write to, if one of them listens there, or to [`RedisOptions::with_insecure_host`] |
///
/// Port and database have the defaults 6379 and 0. A URL may have a user and a password,
/// percent-encoded; no error and no `Debug` shows them.
///
/// It has to be one primary, or a proxy that leads to it. **Sentinel and cluster are not supported**:
/// behind Sentinel, use an address that follows the primary. A replica is refused, since it may be
/// behind.
///
/// # The server's user
///
/// The user of the server needs these commands and keys and no others, `SELECT` if the database is
/// not 0:
///
/// ```text
/// ACL SETUSER tokens on >PASSWORD resetkeys ~{cxone-auth:*
///   -@all +ping +eval +evalsha +get +set +del +pttl +pexpire
/// ```
///
/// Entries are sealed and expire. An eviction of keys costs a request for a token and nothing else.
/// For a server that is shared with other programs, that user's key pattern keeps them apart.
///
/// # Connections
///
/// The first operation connects. For tasks there is one connection per runtime of tokio (with
/// `enable_all`), over which operations run side by side; for threads there is one, and more while
/// several threads ask at once. If a connection from before turns out to be closed, the operation is
/// sent again on a new one, once. After any other error the next operation makes a new connection.
/// A response of more than 2 MiB is such an error.
/// A child of the process makes its own.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    setup: Arc<Setup>,
    keys: Keys,
    tasks: Tasks,
    threads: Threads,
}

impl RedisStore {
    /// Returns a store on this server. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] if the URL or an option is wrong, or if a file cannot be
    /// read. It says what to do, and repeats no secret.
    pub fn connect(url: &str, options: RedisOptions) -> Result<Self, StoreError> {
        let setup = Arc::new(Setup::new(url, &options)?);
        check("namespace", &options.namespace)?;
        check("key prefix", &options.key_prefix)?;
        Ok(Self(Arc::new(Inner {
            tasks: Tasks::new(Arc::clone(&setup)),
            threads: Threads::new(Arc::clone(&setup)),
            keys: Keys {
                prefix: options.key_prefix,
                namespace: options.namespace,
            },
            setup,
        })))
    }

    async fn ask(&self, operation: Operation) -> Result<Value, StoreError> {
        let response = self.0.tasks.ask(operation).await;
        response.map_err(|error| self.0.located(error))
    }

    async fn change(&self, operation: Operation) -> Result<StoreOutcome, StoreError> {
        let response = self.ask(operation).await?;
        operation::outcome(&response).map_err(|error| self.0.located(error))
    }

    fn ask_blocking(&self, operation: &Operation) -> Result<Value, StoreError> {
        let response = self.0.threads.ask(operation);
        response.map_err(|error| self.0.located(error))
    }

    fn change_blocking(&self, operation: &Operation) -> Result<StoreOutcome, StoreError> {
        let response = self.ask_blocking(operation)?;
        operation::outcome(&response).map_err(|error| self.0.located(error))
    }
}

impl Inner {
    fn located(&self, error: StoreError) -> StoreError {
        error.within(&self.setup.address)
    }
}

fn check(what: &str, text: &str) -> Result<(), StoreError> {
    let is_good = |c: char| c.is_ascii_graphic() && !matches!(c, '{' | '}');
    if text.chars().all(is_good) {
        return Ok(());
    }
    Err(StoreError::new(
        StoreErrorKind::Configuration,
        format!(
            "the {what} of a Redis store has ASCII characters only, and no braces and no spaces; \
             braces would put an entry and its lease on different nodes"
        ),
    ))
}

#[async_trait]
impl TokenStore for RedisStore {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let response = self.ask(self.0.keys.load(name)).await?;
        operation::entry(response).map_err(|error| self.0.located(error))
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.change(self.0.keys.try_lease(name, lease)).await
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        self.change(self.0.keys.save(name, lease, entry, keep))
            .await
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.change(self.0.keys.release(name, lease)).await
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.change(self.0.keys.remove_if(name, entry)).await
    }

    fn blocking(&self) -> Option<&dyn BlockingTokenStore> {
        Some(self)
    }
}

impl BlockingTokenStore for RedisStore {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        let response = self.ask_blocking(&self.0.keys.load(name))?;
        operation::entry(response).map_err(|error| self.0.located(error))
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.change_blocking(&self.0.keys.try_lease(name, lease))
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        self.change_blocking(&self.0.keys.save(name, lease, entry, keep))
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.change_blocking(&self.0.keys.release(name, lease))
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.change_blocking(&self.0.keys.remove_if(name, entry))
    }
}

/// Shows the address, without its login.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("address", &format_args!("{}", self.0.setup.address))
            .field("namespace", &self.0.keys.namespace)
            .field("key_prefix", &self.0.keys.prefix)
            .finish_non_exhaustive()
    }
}

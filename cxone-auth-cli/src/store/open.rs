//! Opens the store that is set, or that of the user.

use cxone_auth_core::store::StoreError;
#[cfg(not(feature = "redis"))]
use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_store::{FileStore, StoreKeys};
use secrecy::SecretString;

use super::{Problem, Shared};
use crate::directory;
use crate::failure::Failure;
#[cfg(feature = "redis")]
use crate::target::Password;
use crate::target::{KeyFile, Place, Server};

/// Why there is no store.
pub(crate) enum Trouble {
    /// The program goes on without it, and warns.
    Problem(Problem),
    /// A setting is wrong.
    Setting(&'static str, Problem),
    /// The password could not be read.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "a server has one"))]
    Failure(Failure),
}

impl Trouble {
    /// Returns the problem that is a warning, or the failure.
    pub(super) fn into_problem(self) -> Result<Problem, Failure> {
        match self {
            Self::Problem(problem) => Ok(problem),
            Self::Setting(name, problem) => Err(Failure::configuration(problem.text).about(name)),
            Self::Failure(failure) => Err(failure),
        }
    }
}

/// What a warning calls the folder of the user.
const CACHE: &str = "token cache";

/// What a warning calls a store that is set.
const STORE: &str = "token store";

impl Shared {
    /// Opens the store. Makes a folder that does not exist.
    pub(super) fn open(place: &Place) -> Result<Self, Trouble> {
        match place {
            Place::Server(server) => on_server(server, password(server)?),
            Place::OfUser => Ok(of_files(&opened(FileStore::of_user(), CACHE)?, None, CACHE)),
            Place::Folder { path, keys } => {
                // Keys that cannot be used leave no folder behind.
                let keys = keys.as_ref().map(read_keys).transpose()?;
                Ok(of_files(
                    &opened(FileStore::open(path), STORE)?,
                    keys,
                    STORE,
                ))
            }
        }
    }

    /// Opens the store if there is one.
    pub(super) fn find(place: &Place) -> Result<Option<Self>, Trouble> {
        match place {
            Place::Server(server) => on_server(server, password(server)?).map(Some),
            // Where the environment names no place, there is nothing.
            Place::OfUser if !directory::has_cache() => Ok(None),
            Place::OfUser => {
                let store = opened(FileStore::find_of_user(), CACHE)?;
                Ok(store.map(|store| of_files(&store, None, CACHE)))
            }
            Place::Folder { path, keys } => {
                let keys = keys.as_ref().map(read_keys).transpose()?;
                let store = opened(FileStore::find(path), STORE)?;
                Ok(store.map(|store| of_files(&store, keys, STORE)))
            }
        }
    }

    /// Looks at what can be seen without a connection and without a command, and creates nothing.
    /// Reports whether there is a folder, or a server that may be asked.
    pub(super) fn look(place: &Place) -> Result<bool, Trouble> {
        match place {
            Place::Server(server) => on_server(server, None).map(|_| true),
            Place::OfUser | Place::Folder { .. } => Self::find(place).map(|own| own.is_some()),
        }
    }
}

fn opened<T>(store: Result<T, StoreError>, label: &str) -> Result<T, Trouble> {
    store.map_err(|error| Trouble::Problem(Problem::of(label, &error).of_the_folder()))
}

fn of_files(store: &FileStore, keys: Option<StoreKeys>, label: &'static str) -> Shared {
    let has_key_file = keys.is_some();
    let keys = keys.unwrap_or_else(|| store.keys());
    let shared = Shared {
        folder: Some(store.path().display().to_string()),
        has_key_file,
        ..Shared::new(store.clone(), keys, label)
    };
    if let Some(error) = store.replaced_keys() {
        shared.note(error);
    }
    shared
}

#[cfg(not(feature = "redis"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "with a store on a server, this may fail"
)]
fn password(_: &Server) -> Result<Option<SecretString>, Trouble> {
    Ok(None)
}

#[cfg(feature = "redis")]
fn password(server: &Server) -> Result<Option<SecretString>, Trouble> {
    let password = server.password.as_ref().map(Password::read);
    password.transpose().map_err(Trouble::Failure)
}

#[cfg(not(feature = "redis"))]
fn on_server(server: &Server, _: Option<SecretString>) -> Result<Shared, Trouble> {
    let error = StoreError::new(
        StoreErrorKind::Configuration,
        "this program was built without the feature redis: give the path of a folder as --store",
    );
    let problem = Problem::of(&server.shown, &error);
    Err(Trouble::Setting("store", problem))
}

/// Connects when the store is first used.
#[cfg(feature = "redis")]
fn on_server(server: &Server, password: Option<SecretString>) -> Result<Shared, Trouble> {
    use cxone_auth_store::{RedisOptions, RedisStore};
    use secrecy::ExposeSecret as _;

    let keys = read_keys(&server.keys)?;
    let mut options = RedisOptions::new();
    if let Some(password) = password {
        options = options.with_password(password);
    }
    if let Some(host) = &server.insecure_host {
        options = options.with_insecure_host(host);
    }
    if let Some(path) = &server.ca_file {
        options = options.with_ca_file(path);
    }
    let store = RedisStore::connect(server.url.expose_secret(), options);
    // What was written is not shown: a part of a password may stand in it.
    let wrong = |error| Trouble::Setting("store", Problem::of(&server.named_by, &error));
    let store = store.map_err(wrong)?;
    Ok(Shared::new(store, keys, STORE))
}

/// Reads the keys that are set.
fn read_keys(keys: &KeyFile) -> Result<StoreKeys, Trouble> {
    let wrong = |error| Trouble::Setting("store-key-file", Problem::of(&keys.named_by, &error));
    StoreKeys::from_file(&keys.path).map_err(wrong)
}

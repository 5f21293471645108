//! What a case has: a sandbox, a store and its keys, and the processes that share it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, process};

use cxone_auth_store::{FileStore, StoreKeys};
use cxone_auth_tests::{CustomServer, RedisServer, Sandbox};

use super::crew::Crew;
use super::place::Place;

pub(super) struct Setup {
    pub(super) processes: usize,
    pub(super) server: Option<RedisServer>,
    sandbox: Sandbox,
    folder: PathBuf,
}

impl Setup {
    pub(super) fn new(place: &Place, processes: usize) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("fleet-{}-{number}", process::id()));
        fs::create_dir(&folder)?;
        let server = match place {
            Place::Files => None,
            Place::Server { program, .. } => Some(RedisServer::start(program, &[])),
        };
        let setup = Self {
            processes,
            server,
            sandbox: Sandbox::start(),
            folder,
        };
        setup.write_keys("keys")?;
        if setup.server.is_none() {
            // The processes would create it together.
            FileStore::open(setup.store()).map_err(io::Error::other)?;
        }
        Ok(setup)
    }

    /// Writes new keys for processes that share by a server.
    pub(super) fn write_keys(&self, name: &str) -> io::Result<()> {
        let keys = StoreKeys::generate().map_err(io::Error::other)?;
        keys.create_file(self.folder.join(name))
            .map_err(io::Error::other)
    }

    pub(super) fn token_server(&self) -> &CustomServer {
        self.sandbox.custom()
    }

    pub(super) fn requests(&self) -> usize {
        self.token_server().token_requests()
    }

    /// Starts the processes.
    pub(super) fn crew(&self, processes: usize) -> io::Result<Crew> {
        self.crew_with("keys", processes)
    }

    /// Starts processes with these keys.
    pub(super) fn crew_with(&self, keys: &str, processes: usize) -> io::Result<Crew> {
        let platform = self.token_server();
        let settings = [
            ("FLEET_TOKEN_URL", platform.token_url()),
            ("FLEET_CLIENT_ID", platform.client_id()),
            ("FLEET_CLIENT_SECRET", platform.client_secret()),
            ("FLEET_API", platform.api_base()),
            ("FLEET_RESOURCE", platform.resource_url()),
            ("FLEET_STORE", self.store().display().to_string()),
            ("FLEET_KEYS", self.folder.join(keys).display().to_string()),
        ];
        let mut settings = settings.to_vec();
        if let Some(server) = &self.server {
            settings.push(("FLEET_REDIS", server.url()));
        }
        Crew::start(processes, &settings)
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    pub(super) fn store(&self) -> PathBuf {
        let path: &Path = &self.folder;
        path.join("store")
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

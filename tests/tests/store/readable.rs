//! What can be read where real stores keep the tokens of real sources: in the files of a folder, in
//! the commands that a server gets, and on its disk.
//!
//! The same search is made where nothing is sealed. It then has to find the token.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Seal, StoreError, StoreOptions, TokenStore,
};
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, TokenSource};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_store::{FileStore, RedisOptions, RedisStore, StoreKeys};
use cxone_auth_tests::{Received, RedisServer, Reply, Server};
use secrecy::SecretSlice;
use serde_json::json;

use crate::shared::spelling::spellings;

/// Each has characters that every encoding writes in its own way.
const TOKEN: &str = "t0ken-that.is-looked_for/0123456789";
const SECRET: &str = "s3cret/that+is=looked for~";
const CLIENT: &str = "cl1ent/that+is=looked for~";

/// Keys that give names and do not seal.
#[derive(Clone)]
struct Unsealed(StoreKeys);

impl Seal for Unsealed {
    fn name(&self, input: &[u8]) -> [u8; 32] {
        self.0.name(input)
    }

    fn seal(&self, _: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(entry.to_vec())
    }

    fn open(&self, _: &EntryName, sealed: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        Ok(SecretSlice::from(sealed.to_vec()))
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        self.0.random()
    }
}

/// A token, or a refusal that repeats what it got.
fn respond(request: &Received) -> Reply {
    if request.path() == "/refuses" {
        let text = format!("no {SECRET} of {CLIENT}");
        return Reply::json(
            401,
            &json!({ "error": "invalid_client", "error_description": text }),
        );
    }
    let token = json!({ "access_token": TOKEN, "token_type": "bearer", "expires_in": 3600 });
    Reply::json(200, &token)
}

fn config(server: &Server, path: &str) -> Config {
    let endpoint = server.url(path).parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new(CLIENT, SECRET)).unwrap()
}

/// Has a task and a thread share, renew and reject a token, and be refused.
fn share<S>(store: &S, keys: &(impl Seal + Clone + 'static))
where
    S: TokenStore + BlockingTokenStore + Clone + 'static,
{
    let server = Server::http(respond);
    let options = || StoreOptions::new(keys.clone());
    let task = |path| {
        let source = TokenSource::new(config(&server, path), HyperTransport::new().unwrap());
        source.with_store(store.clone(), options())
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let first = task("/first");
        let token = first.token().await.unwrap();
        first.invalidate(&token);
        first.token().await.unwrap();
        task("/refuses").token().await.unwrap_err();
        assert!(first.status().store_error.is_none());
    });
    let thread = |path| {
        let transport = UreqTransport::new().unwrap();
        let source = BlockingTokenSource::new(config(&server, path), transport);
        source.with_store(store.clone(), options())
    };
    let token = thread("/second").token().unwrap();
    assert_eq!(token.expose_secret(), TOKEN);
    let again = thread("/second");
    again.token().unwrap();
    assert!(again.status().store_error.is_none());
    assert_eq!(
        server.request_count(),
        4,
        "two, a refusal, and one of a thread"
    );
}

/// Returns which of the secrets can be read in some spelling.
fn read(haystack: &[u8]) -> Vec<&'static str> {
    let contains = |text: &String| {
        let mut parts = haystack.windows(text.len());
        parts.any(|part| part == text.as_bytes())
    };
    let secrets = [TOKEN, SECRET, CLIENT].into_iter();
    secrets
        .filter(|secret| spellings(secret).iter().any(contains))
        .collect()
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(env::temp_dir().join(format!("readable-{}-{number}", process::id())))
    }

    /// The names and contents of all files.
    fn everything(&self) -> Vec<u8> {
        let files = fs::read_dir(&self.0)
            .unwrap()
            .map(|file| file.unwrap().path());
        let parts = files.flat_map(|path| {
            let name = path.file_name().unwrap().as_encoded_bytes().to_vec();
            [name, fs::read(&path).unwrap()]
        });
        parts.collect::<Vec<_>>().join(&b'\n')
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_shows_no_token_no_secret_and_no_client() {
    let sealed = Folder::new();
    let store = FileStore::open(&sealed.0).unwrap();
    share(&store, &store.keys());
    assert_eq!(read(&sealed.everything()), [] as [&str; 0]);

    let unsealed = Folder::new();
    let store = FileStore::open(&unsealed.0).unwrap();
    share(&store, &Unsealed(store.keys()));
    assert_eq!(read(&unsealed.everything()), [TOKEN], "the search finds");
}

/// What a server was sent, and what it has written to its disk.
fn of_server(program: &Path, keys: &(impl Seal + Clone + 'static)) -> [Vec<u8>; 2] {
    // Compressed, the disk would show nothing of what it holds.
    let server = RedisServer::start(program, &["--rdbcompression", "no"]);
    let record = server.monitor();
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).unwrap();
    share(&store, keys);
    server.admin(&["SAVE"]);
    let commands = record.commands().join("\n").into_bytes();
    [
        commands,
        fs::read(server.folder().join("dump.rdb")).unwrap(),
    ]
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs the tests wants to know")]
fn a_server_sees_and_writes_no_token_no_secret_and_no_client() {
    let programs = RedisServer::programs();
    if programs.is_empty() {
        println!("skipped: there is neither redis-server nor valkey-server on PATH");
    }
    for program in programs {
        let keys = StoreKeys::generate().unwrap();
        for place in of_server(&program, &keys) {
            assert_eq!(read(&place), [] as [&str; 0]);
        }
        for place in of_server(&program, &Unsealed(keys)) {
            assert_eq!(read(&place), [TOKEN], "the search finds");
        }
    }
}

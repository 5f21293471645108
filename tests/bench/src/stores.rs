//! What a store adds to what it reads from: a file, a server.
//!
//! The store is used as threads use it ([`BlockingTokenStore`]): there is no runtime in it, and none
//! in what it is compared with. Loading a token from a file checks who may write to the directory
//! and to the file, whether the file was changed, and how old it is by two clocks. Loading one from
//! Redis also makes sure that the server is no replica and says how long the entry lasts. Both sides
//! read as many bytes. Neither opens what is sealed.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, process};

use bytes::Bytes;
use cxone_auth_core::store::{BlockingTokenStore, EntryName, Lease, LeaseId, Seal};
use cxone_auth_store::{FileStore, RedisOptions, RedisStore, StoreKeys};
use cxone_auth_tests::RedisServer;
use redis::Connection;

use crate::{Contest, Contestant, Taken};

/// Loads in a round.
const LOADS: u64 = 500;

/// About as long as the record of a token.
const RECORD: [u8; 500] = [b'r'; 500];

/// The contests: files, and a server.
#[must_use]
pub fn contests(rounds: usize) -> Vec<Contest> {
    vec![files(rounds), server(rounds)]
}

fn files(rounds: usize) -> Contest {
    let folder = Folder::new();
    let store = FileStore::open(&folder.0).expect("the folder can be written to");
    let name = fill(&store, &store.keys());
    let file = folder.0.join(format!("{name}.entry"));
    let alone = move || drop(black_box(fs::read(&file).expect("there is a file")));
    let ours = move || {
        let _in_use = &folder;
        load(&store, &name);
    };
    Contest::new("load from a FileStore", rounds)
        .with(contestant("std::fs, the same file", alone))
        .with(contestant("cxone-auth, FileStore", ours))
}

fn server(rounds: usize) -> Contest {
    const NAMES: [&str; 2] = ["redis, GET", "cxone-auth, RedisStore"];
    let contest = Contest::new("load from a RedisStore", rounds);
    let programs = RedisServer::programs();
    let Some(program) = programs.first() else {
        let reason = "not run: there is no redis-server on PATH";
        let absent = NAMES.map(|name| Contestant::absent(name, reason));
        return absent.into_iter().fold(contest, Contest::with);
    };
    let [alone, ours] = loads(program);
    contest
        .with(contestant(NAMES[0], alone))
        .with(contestant(NAMES[1], ours))
}

/// The bare client's load from a server, and that of a store.
fn loads(program: &Path) -> [Box<dyn FnMut()>; 2] {
    let server = RedisServer::start(program, &[]);
    let store = RedisStore::connect(&server.url(), RedisOptions::new());
    let store = store.expect("the address is good");
    let keys = StoreKeys::generate().expect("the system gives random bytes");
    let name = fill(&store, &keys);
    let mut connection = connection(&server.url(), &sealed(&keys, &name));
    let alone = move || drop(black_box(get(&mut connection)));
    let ours = move || {
        let _in_use = &server;
        load(&store, &name);
    };
    [Box::new(alone), Box::new(ours)]
}

const KEY: &str = "a-token";

/// A connection to a server that has this entry.
fn connection(url: &str, entry: &[u8]) -> Connection {
    let client = redis::Client::open(url).expect("the address is good");
    let mut connection = client.get_connection().expect("the server responds");
    let set = redis::cmd("SET").arg(KEY).arg(entry).exec(&mut connection);
    set.expect("the server takes the entry");
    connection
}

fn get(connection: &mut Connection) -> Vec<u8> {
    let got = redis::cmd("GET").arg(KEY).query(connection);
    got.expect("the server has the entry")
}

/// Saves an entry, and returns its name.
fn fill(store: &impl BlockingTokenStore, keys: &StoreKeys) -> EntryName {
    let name = EntryName::new(keys.name(b"a request"));
    let lease = Lease {
        id: LeaseId::new([7; 16]),
        span: Duration::from_secs(30),
    };
    let entry = Bytes::from(sealed(keys, &name));
    let taken = store.try_lease(&name, &lease);
    taken.expect("the store works");
    let saved = store.save(&name, lease.id, entry, Duration::from_hours(24));
    saved.expect("the store works");
    name
}

fn sealed(keys: &StoreKeys, name: &EntryName) -> Vec<u8> {
    keys.seal(name, &RECORD).expect("the keys seal")
}

fn load(store: &impl BlockingTokenStore, name: &EntryName) {
    let entry = store.load(name).expect("the store works");
    black_box(entry.expect("there is an entry"));
}

fn contestant(name: &str, mut load: impl FnMut() + 'static) -> Contestant {
    Contestant::new(name, move || {
        let start = Instant::now();
        (0..LOADS).for_each(|_| load());
        Taken::per_operation(start.elapsed(), LOADS)
    })
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(env::temp_dir().join(format!("cxone-auth-bench-store-{}", process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

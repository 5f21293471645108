//! Another process: this test program once more, which does what it is told.
//!
//! It prints a line when it has done it, and ends when its standard input is closed.

use std::env;
use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{BlockingTokenStore as _, EntryName, Lease, Seal as _, StoreOutcome};
use cxone_auth_store::FileStore;

use super::{HOUR, lease};

/// What the other process does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Opens the store of the user.
    Open,
    /// Takes the lease for an hour.
    Lease,
    /// Takes the lease for an instant, and at each further line saves and releases.
    Linger,
    /// Gets an entry as a source does, and writes a line to a file for each request.
    Storm,
    /// Saves an entry again and again.
    Save,
}

const ACTIONS: [Action; 5] = [
    Action::Open,
    Action::Lease,
    Action::Linger,
    Action::Storm,
    Action::Save,
];

const ACTION: &str = "OTHER_PROCESS_ACTION";
pub(crate) const DIRECTORY: &str = "OTHER_PROCESS_DIRECTORY";
pub(crate) const REQUESTS: &str = "OTHER_PROCESS_REQUESTS";

/// A process that runs. It is killed when it is dropped.
pub(crate) struct Run {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Run {
    /// Starts it with these variables and no others.
    pub(crate) fn new(action: Action, variables: &[(&str, &Path)]) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "other_process::does_what_it_is_told",
                "--ignored",
                "--nocapture",
            ])
            .env_clear()
            // Without it, Windows does not find its own libraries.
            .envs(env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)))
            .env(ACTION, format!("{action:?}"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    /// Waits for the next line that the process itself prints.
    pub(crate) fn read_line(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "it has ended");
            // The test runner prints lines of its own, and may begin one before ours.
            if let Some((_, own)) = line.split_once(MARK) {
                return own.trim_end().to_owned();
            }
        }
    }

    /// Lets it do the next step.
    pub(crate) fn go_on(&mut self) {
        self.input.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Lets it end, and waits for that.
    pub(crate) fn end(mut self) {
        self.input.take();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const MARK: &str = "other process: ";

#[expect(
    clippy::print_stdout,
    reason = "the process that started it reads this"
)]
fn say(line: &str) {
    println!("{MARK}{line}");
    io::stdout().flush().unwrap();
}

fn variable(name: &str) -> std::ffi::OsString {
    env::var_os(name).unwrap()
}

#[test]
#[ignore = "other tests start it in a process of its own"]
fn does_what_it_is_told() {
    let named = variable(ACTION);
    let action = ACTIONS
        .iter()
        .find(|action| *named == *format!("{action:?}"));
    match action.unwrap() {
        Action::Open => say(&opened()),
        Action::Lease => {
            let (store, name) = store();
            let outcome = store.try_lease(&name, &lease(HOUR)).unwrap();
            say(&format!("{outcome:?}"));
            wait_for_the_end();
        }
        Action::Linger => linger(),
        Action::Storm => storm(),
        Action::Save => save_again_and_again(),
    }
}

fn opened() -> String {
    match FileStore::of_user() {
        Ok(store) => format!("opened {}", store.path().display()),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

fn store() -> (FileStore, EntryName) {
    let store = FileStore::open(variable(DIRECTORY)).unwrap();
    let name = EntryName::new(store.keys().name(b"one"));
    (store, name)
}

fn wait_for_the_end() {
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn linger() {
    let (store, name) = store();
    let short = Lease {
        span: Duration::from_millis(100),
        ..lease(HOUR)
    };
    say(&format!("{:?}", store.try_lease(&name, &short).unwrap()));
    io::stdin().read_line(&mut String::new()).unwrap();
    let late = Bytes::from_static(b"late");
    let saved = store.save(&name, short.id, late, HOUR).unwrap();
    let released = store.release(&name, short.id).unwrap();
    say(&format!("{saved:?} {released:?}"));
    wait_for_the_end();
}

fn storm() {
    let (store, name) = store();
    say("ready");
    io::stdin().read_line(&mut String::new()).unwrap();
    let lease = lease(HOUR);
    loop {
        if let Some(entry) = store.load(&name).unwrap() {
            return say(std::str::from_utf8(&entry.bytes).unwrap());
        }
        if store.try_lease(&name, &lease).unwrap() == StoreOutcome::Done {
            break;
        }
        std::thread::yield_now();
    }
    if store.load(&name).unwrap().is_none() {
        request();
        let entry = Bytes::from_static(b"the entry");
        store.save(&name, lease.id, entry, HOUR).unwrap();
    }
    store.release(&name, lease.id).unwrap();
    say("the entry");
}

fn request() {
    let mut options = OpenOptions::new();
    let requests = options.append(true).create(true).open(variable(REQUESTS));
    requests.unwrap().write_all(b"request\n").unwrap();
}

fn save_again_and_again() {
    let (store, name) = store();
    let lease = lease(HOUR);
    for number in 0_u64.. {
        assert_eq!(store.try_lease(&name, &lease).unwrap(), StoreOutcome::Done);
        let entry = Bytes::from(format!("{number} {}", "x".repeat(50_000)));
        assert_eq!(
            store.save(&name, lease.id, entry, HOUR).unwrap(),
            StoreOutcome::Done
        );
        say(&number.to_string());
    }
}

//! Tokens kept on disk, so that a script in a loop makes one request.
//!
//! One directory of the user's, mode 0700, with one file per target, mode 0600. A file is replaced
//! as a whole and never written in place, so that it is read without a lock. Who has to ask the
//! server holds a lock meanwhile, and those who wait for it are served from the file as soon as it
//! is there: many processes that start together make one request. What the server sends instead of
//! a token they are told in the same way, and so are those who come soon after: each further
//! request would count towards a lock-out.
//!
//! The cache is a convenience and never a condition: whatever is wrong with it is a
//! [`CacheProblem`] to warn of, and the token is asked for as if there were no cache. A file of the
//! program's that cannot be used is replaced, what the program did not write is left alone, and a
//! directory that others may enter is not used.

#[cfg_attr(not(unix), path = "cache/no_directory.rs")]
mod directory;
mod entry;
pub mod fuzzing;
mod installation;
mod problem;
mod reading;
mod record;
mod refusal;
mod requirements;
mod supply;
mod sweep;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{HeaderName, Request};
use cxone_auth_core::{Config, token_request};

pub(crate) use self::directory::Lock;
pub(crate) use self::entry::Entry;
pub(crate) use self::problem::CacheProblem;
pub(crate) use self::reading::Reading;
pub(crate) use self::requirements::{Rejection, Requirements};

use self::directory::Directory;
use self::installation::Installation;
use self::problem::Problem;

/// The cache of one user, on one machine.
pub(crate) struct Cache {
    directory: Directory,
    installation: Installation,
    /// What was wrong with the installation's key, which has been replaced.
    fixed: Option<CacheProblem>,
}

/// What a target's files are named by. It tells nothing about the target to anyone who lacks the
/// installation's random key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

/// How long a process waits for a lock beyond the time that anyone who has it may need for a
/// request.
pub(crate) const MARGIN: Duration = Duration::from_secs(2);

/// The pause between two looks at a lock, at first; it grows to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

impl Cache {
    /// Opens the cache where the environment says, and makes it if it is not there.
    pub(crate) fn of_user() -> Result<Self, CacheProblem> {
        let path = place()?.ok_or_else(|| CacheProblem::without_path(Problem::NoPlace))?;
        Self::open(&path)
    }

    /// Opens the cache where the environment says, if it is there. Where the environment says
    /// nothing there is none.
    pub(crate) fn find_of_user() -> Result<Option<Self>, CacheProblem> {
        match place()? {
            Some(path) => Self::find(&path),
            None => Ok(None),
        }
    }

    /// Opens the cache in this directory, which is made if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, CacheProblem> {
        Self::of(Directory::create(path)?)
    }

    /// Opens the cache in this directory if there is one.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, CacheProblem> {
        let Some(directory) = Directory::find(path)? else {
            return Ok(None);
        };
        Self::of(directory).map(Some)
    }

    fn of(directory: Directory) -> Result<Self, CacheProblem> {
        let (installation, fixed) = Installation::of(&directory)?;
        Ok(Self {
            directory,
            installation,
            fixed,
        })
    }

    /// The key of the token that `config` asks for.
    ///
    /// It is made of the request itself: where it goes and every byte that is sent, secrets
    /// included. Two configurations share a token exactly when the server could not tell them
    /// apart.
    pub(crate) fn key(&self, config: &Config) -> Key {
        let request = token_request(config);
        let address = request.uri().to_string();
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map_or(&[][..], |value| value.as_bytes());
        let mut parts = vec![address.as_bytes(), authorization, request.body()];
        parts.extend(distinguishing_headers(&request));
        Key(self.installation.hash("request", &parts))
    }

    /// What is kept under `key`, expired or not. Takes no lock.
    pub(crate) fn read(&self, key: &Key) -> Result<Option<Entry>, CacheProblem> {
        let name = key.token();
        let Some(bytes) = self.directory.read(&name, record::LONGEST)? else {
            return Ok(None);
        };
        match record::read(&self.installation, key, &bytes) {
            Some(entry) => Ok(Some(entry)),
            None => Err(self.directory.problem(&name, Problem::Corrupt)),
        }
    }

    /// Takes the lock of `key` if nobody has it. It is given up when it is dropped, and by the
    /// system when the process ends in whatever way.
    pub(crate) fn try_lock(&self, key: &Key) -> Result<Option<Lock>, CacheProblem> {
        self.directory.try_lock(&key.lock())
    }

    /// Takes the lock of `key`, waiting for it this long.
    pub(crate) fn lock(&self, key: &Key, max_wait: Duration) -> Result<Lock, CacheProblem> {
        lock(&self.directory, &key.lock(), max_wait)
    }

    /// Keeps `entry` under `key`, whose lock the caller holds, and drops what it makes out of date.
    ///
    /// A token without a lifetime is of use to the one who asked for it only.
    pub(crate) fn write(&self, lock: &Lock, key: &Key, entry: &Entry) -> Result<(), CacheProblem> {
        if entry.lifetime().is_zero() {
            return Ok(());
        }
        let bytes = record::write(&self.installation, key, entry);
        self.directory
            .replace(lock, &key.token(), &key.temporary(), &bytes)?;
        self.directory.remove(&key.refusal())?;
        self.sweep(key, entry.received());
        Ok(())
    }

    /// Drops what is kept under `key`, and says what there was. The next one to need a token asks
    /// the server, also where it has refused of late.
    pub(crate) fn remove(&self, key: &Key) -> Result<Removed, CacheProblem> {
        // The token first: whatever is in the way of the other, no token is left.
        Ok(Removed {
            token: self.directory.remove(&key.token())?,
            refusal: self.directory.remove(&key.refusal())?,
        })
    }

    /// Drops what is kept under `key` if it is the token that was rejected, and says what it
    /// dropped. A storm of callers that were all rejected thus drops one token, and not its successor.
    pub(crate) fn remove_rejected(
        &self,
        key: &Key,
        rejection: &Rejection,
        max_wait: Duration,
    ) -> Result<Removed, CacheProblem> {
        let _lock = self.lock(key, max_wait)?;
        match self.read(key)? {
            Some(entry) if rejection.means(&entry, &Reading::now()) => self.remove(key),
            _ => Ok(Removed::default()),
        }
    }
}

/// What was dropped.
#[derive(Default)]
pub(crate) struct Removed {
    pub(crate) token: bool,
    pub(crate) refusal: bool,
}

impl Key {
    fn token(&self) -> String {
        format!("{}.token", self.0)
    }

    fn lock(&self) -> String {
        format!("{}{}", self.0, Self::LOCK)
    }

    fn refusal(&self) -> String {
        format!("{}.refusal", self.0)
    }

    /// One name is enough: only who holds the lock writes.
    fn temporary(&self) -> String {
        format!("{}.new", self.0)
    }

    const LOCK: &str = ".lock";

    /// The key that a lock of this name belongs to.
    fn of_lock(name: &str) -> Option<Self> {
        let key = name.strip_suffix(Self::LOCK)?;
        (key.len() == 64).then(|| Self(key.to_owned()))
    }
}

/// The header fields that a server may tell clients apart by, each name before its value.
fn distinguishing_headers(request: &Request<Bytes>) -> impl Iterator<Item = &[u8]> {
    let is_of_all = |name: &HeaderName| OF_ALL.contains(&name.as_str());
    let mut own: Vec<_> = request
        .headers()
        .iter()
        .filter(|(name, _)| !is_of_all(name))
        .map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()])
        .collect();
    own.sort_unstable();
    own.into_iter().flatten()
}

/// The header fields of every request, or that name the program alone.
const OF_ALL: [&str; 5] = [
    "accept",
    "accept-encoding",
    "authorization",
    "content-type",
    "user-agent",
];

/// Where the environment says, if it says anything.
fn place() -> Result<Option<PathBuf>, CacheProblem> {
    match crate::directory::cache() {
        Some(path) if path.is_relative() => Err(CacheProblem::without_path(Problem::Relative)),
        path => Ok(path),
    }
}

/// Looks at a lock again and again. Waiting in the system call would need a thread or a signal to
/// end it in time.
fn lock(directory: &Directory, name: &str, max_wait: Duration) -> Result<Lock, CacheProblem> {
    let mut pauses = Pauses::new(max_wait);
    loop {
        if let Some(lock) = directory.try_lock(name)? {
            return Ok(lock);
        }
        if !pauses.pause() {
            return Err(directory.problem(name, Problem::HeldTooLong(max_wait)));
        }
    }
}

/// Growing pauses until the maximum wait ends.
struct Pauses {
    deadline: Option<Instant>,
    next: Duration,
}

impl Pauses {
    /// No deadline where the maximum wait is beyond what the clock can name.
    fn new(max_wait: Duration) -> Self {
        Self {
            deadline: Instant::now().checked_add(max_wait),
            next: FIRST_PAUSE,
        }
    }

    /// Pauses, unless the maximum wait has ended.
    fn pause(&mut self) -> bool {
        let left = self.deadline.map_or(LONGEST_PAUSE, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        if left.is_zero() {
            return false;
        }
        thread::sleep(self.next.min(left));
        self.next = (self.next * 2).min(LONGEST_PAUSE);
        true
    }
}

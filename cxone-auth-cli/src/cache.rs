//! Tokens kept on disk, so that a script in a loop makes one request.
//!
//! The user has one directory with mode 0700. It has one file with mode 0600 per target. A file is
//! replaced as a whole and never written in place, so readers need no lock. A process that sends a
//! request holds a lock meanwhile. Processes that wait for the lock get the token from the file as
//! soon as it is there. Many processes that start together therefore make one request. If the
//! server sends a refusal instead of a token, these processes get it in the same way. So do
//! processes that start soon after, because each further request would count towards a lock-out.
//!
//! The program works without the cache. If something is wrong with the cache, that is a
//! [`CacheProblem`] and causes a warning. The token is then requested as if there were no cache. A
//! file that the program wrote and cannot use is replaced. A file that the program did not write is
//! left alone. A directory that others may enter is not used.

#[cfg_attr(not(unix), path = "cache/no_directory.rs")]
mod directory;
mod entry;
pub mod fuzzing;
mod installation;
mod link;
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
use cxone_auth_core::token_request;

pub(crate) use self::directory::Lock;
pub(crate) use self::entry::Entry;
pub(crate) use self::problem::CacheProblem;
pub(crate) use self::reading::Reading;
pub(crate) use self::refusal::Sent;
pub(crate) use self::requirements::{Rejection, Requirements};

use self::directory::Directory;
use self::installation::Installation;
use self::problem::Problem;
use crate::target::Target;

/// The cache of one user, on one machine.
pub(crate) struct Cache {
    directory: Directory,
    installation: Installation,
    /// What was wrong with the installation's key. The key has been replaced.
    fixed: Option<CacheProblem>,
}

/// The name of a target's files. It says nothing about the target without the installation's random
/// key.
#[derive(Clone)]
pub(crate) struct Key {
    name: String,
}

/// How long a process waits for a lock, in addition to the time that the holder may need for a
/// request.
pub(crate) const MARGIN: Duration = Duration::from_secs(2);

/// The first pause between two attempts to take a lock. The pauses grow to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

impl Cache {
    /// Opens the cache in the directory that the environment names. Creates it if it does not
    /// exist.
    pub(crate) fn of_user() -> Result<Self, CacheProblem> {
        let path = place()?.ok_or_else(|| CacheProblem::without_path(Problem::NoPlace))?;
        Self::open(&path)
    }

    /// Opens the cache in the directory that the environment names, if it exists. If the
    /// environment names none, there is no cache.
    pub(crate) fn find_of_user() -> Result<Option<Self>, CacheProblem> {
        match place()? {
            Some(path) => Self::find(&path),
            None => Ok(None),
        }
    }

    /// Opens the cache in this directory. Creates the directory if it does not exist.
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

    /// Returns the key of the token that `config` asks for.
    ///
    /// The key comes from the request itself: its address and every byte that is sent, secrets
    /// included. Two configurations share a token exactly if the server could not tell them apart.
    /// An assertion differs from request to request: what signs it takes its place, or whom it is
    /// about. Before an issuer is asked, the issuer counts too, byte for byte as its metadata must
    /// repeat it.
    pub(crate) fn key(&self, target: &Target) -> Key {
        let (config, credentials) = (&target.config, target.credentials.iter());
        let identity: Vec<String> = credentials.flat_map(|own| own.identity(config)).collect();
        let request = token_request(config);
        let address = request.uri().to_string();
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map_or(&[][..], |value| value.as_bytes());
        let mut parts = vec![address.as_bytes(), authorization, request.body()];
        parts.extend(distinguishing_headers(&request));
        parts.extend(identity.iter().map(String::as_bytes));
        let unasked = target.discovery.as_ref();
        let unasked = unasked.filter(|_| target.is_to_be_discovered());
        parts.extend(unasked.map(|discovery| discovery.issuer.as_str().as_bytes()));
        Key::named(&self.installation.hash("request", &parts))
    }

    /// Returns what is kept under `key`. It may have expired. Takes no lock.
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

    /// Takes the lock of `key` if nobody has it. Dropping it releases it. When the process ends in
    /// any way, the system releases it.
    pub(crate) fn try_lock(&self, key: &Key) -> Result<Option<Lock>, CacheProblem> {
        self.directory.try_lock(&key.lock())
    }

    /// Takes the lock of `key`. Waits for it for at most `max_wait`.
    pub(crate) fn lock(&self, key: &Key, max_wait: Duration) -> Result<Lock, CacheProblem> {
        lock(&self.directory, &key.lock(), max_wait)
    }

    /// Keeps `entry` under `key` and drops what is out of date because of it. The caller holds the
    /// lock of `key`.
    ///
    /// A token without a lifetime is useful only to the process that requested it.
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

    /// Drops what is kept under `key`, and returns what there was. The next process that needs a
    /// token asks the server, even if the server has refused recently.
    pub(crate) fn remove(&self, key: &Key) -> Result<Removed, CacheProblem> {
        // The token first. If the other removal fails, no token is left.
        Ok(Removed {
            token: self.directory.remove(&key.token())?,
            refusal: self.directory.remove(&key.refusal())?,
        })
    }

    /// Drops what is kept under `key` if it is the rejected token, and returns what was dropped. If
    /// many callers are rejected at once, they drop one token, and not its successor.
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
    fn named(name: &str) -> Self {
        let name = name.to_owned();
        Self { name }
    }

    /// Reports whether both have the same files.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name == other.name
    }

    fn token(&self) -> String {
        format!("{}.token", self.name)
    }

    fn lock(&self) -> String {
        format!("{}{}", self.name, Self::LOCK)
    }

    fn refusal(&self) -> String {
        format!("{}.refusal", self.name)
    }

    fn link(&self) -> String {
        format!("{}.link", self.name)
    }

    /// One name is enough, because only the holder of the lock writes.
    fn temporary(&self) -> String {
        format!("{}.new", self.name)
    }

    const LOCK: &str = ".lock";

    /// Returns the key that a lock of this name belongs to.
    fn of_lock(name: &str) -> Option<Self> {
        let key = name.strip_suffix(Self::LOCK)?;
        (key.len() == 64).then(|| Self::named(key))
    }
}

/// Returns the header fields by which a server may distinguish clients. Each name comes before its
/// value.
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

/// Header fields that every request has, or that name only the program.
const OF_ALL: [&str; 5] = [
    "accept",
    "accept-encoding",
    "authorization",
    "content-type",
    "user-agent",
];

/// Returns the directory that the environment names, if it names one.
fn place() -> Result<Option<PathBuf>, CacheProblem> {
    match crate::directory::cache() {
        Some(path) if path.is_relative() => Err(CacheProblem::without_path(Problem::Relative)),
        path => Ok(path),
    }
}

/// Tries to take a lock again and again. A wait in the system call would need a thread or a signal
/// to end in time.
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
    /// Has no deadline if the maximum wait is longer than the clock can represent.
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

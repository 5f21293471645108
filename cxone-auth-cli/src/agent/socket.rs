//! The unix socket: where it is, who owns its place, and whose processes may connect.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _,
    PermissionsExt as _,
};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

use crate::failure::Failure;

/// How long the path of a socket can be: the system wants a zero behind it.
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// A socket that listens, and the lock that shows that its agent lives.
pub(super) struct Socket {
    pub(super) listener: UnixListener,
    pub(super) path: PathBuf,
    _lock: File,
}

/// Returns the path of the socket, if the command line names none. `otherwise` says what to name.
pub(crate) fn default_path(otherwise: &str) -> Result<PathBuf, Failure> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute());
    let folder = folder.ok_or_else(|| {
        Failure::configuration(format!(
            "XDG_RUNTIME_DIR does not say where sockets belong: {otherwise}"
        ))
    })?;
    Ok(folder.join("cxone-auth/agent.sock"))
}

impl Socket {
    /// Listens at this path. A socket there that nobody listens at is replaced.
    pub(super) fn bind(path: PathBuf, is_own_folder: bool, mode: u32) -> Result<Self, Failure> {
        let named = |error: io::Error| {
            Failure::configuration(format!("socket {}: {error}", path.display()))
        };
        check_length(&path).map_err(named)?;
        let folder = match path.parent() {
            // A bare name is in the current folder.
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            folder => folder.unwrap_or(Path::new("/")),
        };
        if is_own_folder {
            make_private(folder).map_err(named)?;
        }
        check_folder(folder, is_own_folder).map_err(named)?;
        let lock = lock(&path).map_err(named)?;
        remove_stale(&path).map_err(named)?;
        let listener = UnixListener::bind(&path).map_err(named)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(named)?;
        listener.set_nonblocking(true).map_err(named)?;
        Ok(Self {
            listener,
            path,
            _lock: lock,
        })
    }
}

/// Makes a folder that only its owner can use, and those above it that are missing.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Checks that the system takes a path of this length.
fn check_length(path: &Path) -> io::Result<()> {
    let length = path.as_os_str().len();
    if length <= LONGEST {
        return Ok(());
    }
    let what = format!("the path has {length} bytes, and a socket's at most {LONGEST} bytes");
    Err(io::Error::other(what))
}

/// Checks that nobody else can put another socket in the place of this one.
fn check_folder(folder: &Path, is_own_folder: bool) -> io::Result<()> {
    let metadata = fs::symlink_metadata(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let folder = folder.display();
            io::Error::other(format!("the folder {folder} does not exist: make it"))
        }
        _ => error,
    })?;
    let mode = metadata.mode();
    if !metadata.is_dir() {
        return Err(io::Error::other("its folder is a link, or no folder"));
    }
    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    if is_own_folder && (!is_own || mode & 0o077 != 0) {
        return Err(io::Error::other(
            "its folder belongs to another user, or others can enter it: chmod 700 it",
        ));
    }
    // In a sticky folder, too, another user can take the name first.
    if mode & 0o022 != 0 || !(is_own || metadata.uid() == 0) {
        return Err(io::Error::other(
            "others can write to its folder, and put a socket of theirs in its place: name a folder \
             in which nobody else can write",
        ));
    }
    Ok(())
}

/// Takes the lock beside the socket. It is held as long as the process lives.
fn lock(path: &Path) -> io::Result<File> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let named =
        |what: &str| io::Error::other(format!("its lock {}: {what}", Path::new(&beside).display()));
    // A pipe in its place would be waited for.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(i32::try_from(flags).expect("the flag fits the argument of open"))
        .open(&beside)
        .map_err(|error| named(&error.to_string()))?;
    let metadata = lock.metadata()?;
    if !metadata.is_file() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(named("it is another user's, or no file"));
    }
    match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(lock),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(io::Error::other(
            "another agent listens there: stop it first",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Removes a socket that its process has left behind. The lock is held.
fn remove_stale(path: &Path) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::other("there is something that is not a socket"));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(io::Error::other("another program listens there")),
    }
}

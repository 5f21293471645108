//! The places that the agent listens at: its own, or sockets that a service manager has opened.

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, UnixListener};

use super::activation::{self, Passed};
use super::listener::Listening;
use super::socket::{self, Socket};
use super::{check_loopback, url};
use crate::arguments::AgentArguments;
use crate::console::Console;
use crate::failure::{Failure, Kind};

/// Where clients are to connect, as it was checked.
pub(super) enum Wanted {
    Passed(Vec<Passed>),
    /// The path of the socket and whether its folder is the agent's, its mode, and the port.
    Own(Option<(PathBuf, bool)>, u32, Option<SocketAddr>),
}

/// The places, which are the agent's from here on.
pub(super) enum Places {
    Passed(Vec<Passed>),
    Own(Option<Socket>, Option<SocketAddr>),
}

impl Wanted {
    /// Reads the command line, and the variables of a service manager. It removes them, so it
    /// comes before the first thread.
    pub(super) fn of(arguments: &AgentArguments) -> Result<Self, Failure> {
        let passed = activation::passed()?;
        if passed.is_empty() {
            return Self::own(arguments);
        }
        let named = [
            ("--socket", arguments.socket.is_some()),
            ("--listen", arguments.listen.is_some()),
        ];
        if let Some((option, _)) = named.iter().find(|(_, is_given)| *is_given) {
            return Err(Failure::usage(format!(
                "the service manager has opened the sockets: remove {option}, or the socket unit"
            )));
        }
        let is_port = |passed: &Passed| matches!(passed, Passed::Port(..));
        if passed.iter().all(is_port) {
            check_users(arguments, "is passed by the service manager")?;
        }
        Ok(Self::Passed(passed))
    }

    fn own(arguments: &AgentArguments) -> Result<Self, Failure> {
        if let Some(address) = arguments.listen {
            check_loopback(address)?;
        }
        let socket = match (&arguments.socket, arguments.listen) {
            (Some(path), _) => Some((as_printed(path), false)),
            (None, Some(_)) => {
                check_users(arguments, "is listened on: add --socket PATH")?;
                None
            }
            (None, None) => {
                check_default_socket(arguments)?;
                let otherwise = "name the socket with --socket PATH, or listen on a port with \
                                 --listen 127.0.0.1:PORT";
                Some((socket::default_path(otherwise)?, true))
            }
        };
        // The peer's user is looked at. The permissions only save others the attempt.
        let is_own_only = arguments.allow_uid.is_empty();
        let mode = if is_own_only { 0o600 } else { 0o666 };
        Ok(Self::Own(socket, mode, arguments.listen))
    }

    /// Reports whether clients need the local secret.
    pub(super) fn has_port(&self) -> bool {
        match self {
            Self::Passed(passed) => passed.iter().any(|own| matches!(own, Passed::Port(..))),
            Self::Own(.., port) => port.is_some(),
        }
    }

    /// Takes the place of the socket.
    pub(super) fn take(self) -> Result<Places, Failure> {
        Ok(match self {
            Self::Passed(passed) => Places::Passed(passed),
            Self::Own(socket, mode, port) => {
                let bind = |(path, is_own_folder)| Socket::bind(path, is_own_folder, mode);
                Places::Own(socket.map(bind).transpose()?, port)
            }
        })
    }
}

/// Returns the path of a socket that may be written as the agent prints it.
fn as_printed(path: &Path) -> PathBuf {
    let bytes = path.as_os_str().as_bytes();
    let path = bytes.strip_prefix(b"unix:").unwrap_or(bytes);
    PathBuf::from(OsStr::from_bytes(path))
}

fn check_users(arguments: &AgentArguments, what: &str) -> Result<(), Failure> {
    if arguments.allow_uid.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--allow-uid is about the socket, and only a port {what}"
    )))
}

/// Refuses to let in users who cannot reach the socket. The system's own user can enter any folder.
fn check_default_socket(arguments: &AgentArguments) -> Result<(), Failure> {
    let own = rustix::process::geteuid().as_raw();
    let is_another = |user: &&u32| ![0, own].contains(user);
    match arguments.allow_uid.iter().find(is_another) {
        Some(user) => Err(Failure::usage(format!(
            "--allow-uid {user}: another user cannot enter the folder of the default socket: add \
             --socket PATH, in a folder that this user can enter and only you can write"
        ))),
        None => Ok(()),
    }
}

impl Places {
    /// Begins to listen everywhere.
    pub(super) async fn listen(&self) -> Result<Vec<Listening>, Failure> {
        let failed = |error: io::Error| Failure::new(Kind::Other, error.to_string());
        let mut listeners = Vec::new();
        match self {
            Self::Passed(passed) => {
                for own in passed {
                    listeners.push(again(own).map_err(failed)?);
                }
            }
            Self::Own(socket, port) => {
                if let Some(socket) = socket {
                    let listener = socket.listener.try_clone().map_err(failed)?;
                    let listener = UnixListener::from_std(listener).map_err(failed)?;
                    listeners.push(Listening::Socket(listener));
                }
                if let Some(address) = port {
                    listeners.push(Listening::on(*address).await?);
                }
            }
        }
        Ok(listeners)
    }

    /// Removes the agent's own socket. One that was passed belongs to who has opened it.
    pub(super) fn leave(&self) {
        if let Self::Own(Some(socket), _) = self {
            let _ = std::fs::remove_file(&socket.path);
        }
    }
}

fn again(passed: &Passed) -> io::Result<Listening> {
    Ok(match passed {
        Passed::Socket(listener) => {
            Listening::Socket(UnixListener::from_std(listener.try_clone()?)?)
        }
        Passed::Port(listener, address) => {
            Listening::Port(TcpListener::from_std(listener.try_clone()?)?, *address)
        }
    })
}

/// Prints where clients connect, when they can: first the sockets, then the ports.
pub(super) fn tell(console: Console, listeners: &[Listening]) -> Result<(), Failure> {
    let sockets = listeners.iter().filter_map(|listener| match listener {
        Listening::Socket(listener) => Some(format!("unix:{}", path_of(listener))),
        Listening::Port(..) => None,
    });
    let ports = listeners.iter().filter_map(|listener| match listener {
        Listening::Port(_, address) => Some(url(*address)),
        Listening::Socket(_) => None,
    });
    let lines = sockets.chain(ports);
    let lines: Vec<String> = lines
        .map(|place| format!("listening on {place}\n"))
        .collect();
    console.print(&lines.concat())
}

/// Returns the path of the socket, or how systemd writes the name of one that is not in a folder.
fn path_of(listener: &UnixListener) -> String {
    let Ok(address) = listener.local_addr() else {
        return String::new();
    };
    let path = address.as_pathname();
    path.map_or_else(|| "@".to_owned(), |path| path.display().to_string())
}

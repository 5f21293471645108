//! Sockets that a service manager has opened and passes on (`LISTEN_FDS` of systemd).

use std::env;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;

use listenfd::ListenFd;

use crate::failure::Failure;

/// A listener that somebody else has opened, and keeps when the agent ends.
#[derive(Debug)]
pub(super) enum Passed {
    Socket(UnixListener),
    Port(TcpListener, SocketAddr),
}

/// Takes the sockets that are for this process.
pub(super) fn passed() -> Result<Vec<Passed>, Failure> {
    // Without the id of a process, they may be meant for another one that had the variables first.
    if env::var_os("LISTEN_PID").is_none() {
        return Ok(Vec::new());
    }
    let mut all = ListenFd::from_env();
    (0..all.len())
        .map(|index| Passed::take(&mut all, index))
        .collect()
}

impl Passed {
    fn take(all: &mut ListenFd, index: usize) -> Result<Self, Failure> {
        let failed = |what: String| {
            let number = index + 1;
            Failure::configuration(format!("socket {number} of the service manager: {what}"))
        };
        let unusable = |error: io::Error| failed(error.to_string());
        // What is of another kind stays where it is.
        if let Ok(Some(listener)) = all.take_unix_listener(index) {
            check(&listener).map_err(unusable)?;
            listener.set_nonblocking(true).map_err(unusable)?;
            return Ok(Self::Socket(listener));
        }
        let Ok(Some(listener)) = all.take_tcp_listener(index) else {
            let what = "it is neither a unix socket nor a TCP port: use ListenStream= in its unit";
            return Err(failed(what.to_owned()));
        };
        check(&listener).map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        if !address.ip().is_loopback() {
            return Err(failed(format!(
                "it is bound to {address}: give an address of this machine, such as \
                 ListenStream=127.0.0.1:8787, since the agent has no TLS"
            )));
        }
        listener.set_nonblocking(true).map_err(unusable)?;
        Ok(Self::Port(listener, address))
    }
}

/// Checks that connections can be taken from it. One connection alone is passed with `Accept=yes`.
fn check(listener: impl AsFd) -> io::Result<()> {
    if is_listener(listener)? {
        return Ok(());
    }
    Err(io::Error::other(
        "it is a connection, and not a socket that listens: use Accept=no in its unit",
    ))
}

#[cfg(not(target_vendor = "apple"))]
fn is_listener(socket: impl AsFd) -> io::Result<bool> {
    Ok(rustix::net::sockopt::socket_acceptconn(socket)?)
}

/// The system does not tell. A connection is found out when nothing can be accepted from it.
#[cfg(target_vendor = "apple")]
fn is_listener(_: impl AsFd) -> io::Result<bool> {
    Ok(true)
}

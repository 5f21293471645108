//! Connects to a unix socket in a time that has an end, even if nobody accepts there.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect as connect_to, socket};

use crate::doctor::deadline::Deadline;

/// The standard library knows no limit: where the queue of a listener is full, it waits for ever.
pub(super) fn connect(path: &Path, deadline: Deadline) -> io::Result<UnixStream> {
    let address = SocketAddrUnix::new(path)?;
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    set_socket_timeout(&socket, Timeout::Send, Some(deadline.left()?))?;
    connect_to(&socket, &address)?;
    Ok(socket.into())
}

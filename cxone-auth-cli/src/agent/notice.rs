//! What the service manager is told of the agent: the protocol of `sd_notify(3)`, which is one
//! datagram for each message.

use std::env;
use std::io;
use std::os::unix::net::UnixDatagram;

use rustix::time::{ClockId, clock_gettime};

use crate::console::Console;

/// The agent can be used, with the profiles as they are now.
pub(super) fn ready(console: Console) {
    tell("READY=1", console);
}

/// The profiles are read again. [`ready`] follows. systemd compares the time with that of its order
/// (`Type=notify-reload`).
pub(super) fn reloading(console: Console) {
    let now = clock_gettime(ClockId::Monotonic);
    let micros = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
    tell(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"), console);
}

/// The agent is about to end.
pub(super) fn stopping(console: Console) {
    tell("STOPPING=1", console);
}

/// Sends the message, if anybody asked for it.
fn tell(message: &str, console: Console) {
    let Some(place) = env::var_os("NOTIFY_SOCKET").filter(|place| !place.is_empty()) else {
        return;
    };
    if let Err(error) = send(place.as_encoded_bytes(), message.as_bytes()) {
        console.warn(&format!("the service manager was not told: {error}"));
    }
}

fn send(place: &[u8], message: &[u8]) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    // A manager that does not read holds up nobody.
    socket.set_nonblocking(true)?;
    match place {
        [b'@', name @ ..] => send_to_name(&socket, name, message),
        path => {
            use std::os::unix::ffi::OsStrExt as _;
            let path = std::ffi::OsStr::from_bytes(path);
            socket.send_to(message, path).map(drop)
        }
    }
}

/// Sends to a socket that has a name and no path.
#[cfg(target_os = "linux")]
fn send_to_name(socket: &UnixDatagram, name: &[u8], message: &[u8]) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt as _;
    let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
    socket.send_to_addr(message, &address).map(drop)
}

#[cfg(not(target_os = "linux"))]
fn send_to_name(_: &UnixDatagram, _: &[u8], _: &[u8]) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

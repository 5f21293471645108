//! Ports that do not respond: one refuses connections, the other one lets them hang.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// A port of 127.0.0.1 where every connection is refused.
///
/// While the value lives, the system gives the port to nobody else. A [`Server`](crate::Server)
/// that gets this very port may listen there: a host that was down comes up.
pub struct ClosedPort {
    address: SocketAddr,
    _held: Socket,
}

/// A port of 127.0.0.1 whose queue is full and never emptied: connecting neither succeeds nor
/// fails. On Linux; other systems may refuse instead.
pub struct DeafPort {
    address: SocketAddr,
    _held: Socket,
    _queued: Vec<TcpStream>,
}

impl ClosedPort {
    /// Takes a free port and does not listen on it.
    ///
    /// # Errors
    ///
    /// If the system has no free port.
    pub fn new() -> io::Result<Self> {
        let (held, address) = bound(0)?;
        Ok(Self {
            address,
            _held: held,
        })
    }

    /// Returns the address that refuses.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl DeafPort {
    /// Takes a free port, listens with the shortest queue and fills it.
    ///
    /// # Errors
    ///
    /// If the system has no free port.
    pub fn new() -> io::Result<Self> {
        Self::at(0)
    }

    /// Does the same with this port, on which nobody else may listen. 0 takes a free one.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub fn at(port: u16) -> io::Result<Self> {
        const FULL: usize = 16;
        let (held, address) = bound(port)?;
        held.listen(0)?;
        let mut queued = Vec::new();
        // On loopback, a connection is made at once unless the full queue ignores it.
        while queued.len() < FULL {
            match TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
                Ok(stream) => queued.push(stream),
                Err(_) => break,
            }
        }
        Ok(Self {
            address,
            _held: held,
            _queued: queued,
        })
    }

    /// Returns the address that neither accepts nor refuses.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn bound(port: u16) -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Lets a server bind the same port. A search for a free port does not find it.
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    let address = socket
        .local_addr()?
        .as_socket()
        .ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

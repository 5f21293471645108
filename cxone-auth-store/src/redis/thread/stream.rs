//! A socket with one time limit for all that is read and written.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

use super::super::address::Place;
use super::super::failure::{self, Failure};
use super::super::greeting::Line;
use super::super::setup::{Setup, Tls};
#[cfg(unix)]
use super::super::socket;

pub(super) enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

/// A socket whose reads and writes end at a deadline.
pub(super) struct Timed {
    socket: Socket,
    deadline: Instant,
}

enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// Connects and logs in.
    pub(super) fn connect(setup: &Setup) -> Result<Self, Failure> {
        let deadline = Instant::now() + setup.connect_timeout;
        let socket = Socket::connect(setup, deadline)?;
        let socket = Timed { socket, deadline };
        let mut stream = match &setup.tls {
            None => Self::Plain(socket),
            Some(tls) => over_tls(socket, tls)?,
        };
        let of_io = |error| failure::of_io_error(&error);
        let greeting = setup.greeting();
        stream.send(&greeting.bytes).map_err(of_io)?;
        for _ in 0..greeting.lines {
            let mut line = Line::default();
            let mut byte = [0];
            let mut has_ended = false;
            while !has_ended {
                stream.read_exact(&mut byte).map_err(of_io)?;
                has_ended = line.take(byte[0]).map_err(Failure::Final)?;
            }
        }
        Ok(stream)
    }

    /// Sets how long everything until the next call of this takes in total.
    pub(super) fn set_limit(&mut self, limit: Duration) {
        let socket = match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &mut stream.sock,
        };
        socket.deadline = Instant::now() + limit;
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

fn over_tls(mut socket: Timed, tls: &Tls) -> Result<Stream, Failure> {
    let connection = ClientConnection::new(Arc::clone(&tls.config), tls.name.clone());
    let mut connection =
        connection.map_err(|error| Failure::Final(failure::of_tls_error(&error)))?;
    connection
        .complete_io(&mut socket)
        .map_err(|error| failure::of_io_error(&error))?;
    let stream = StreamOwned::new(connection, socket);
    Ok(Stream::Tls(Box::new(stream)))
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Timed {
    /// Returns the time that is left for a system call, which does not accept zero.
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left()?;
        match &mut self.socket {
            Socket::Tcp(socket) => {
                socket.set_read_timeout(left)?;
                socket.read(buffer)
            }
            #[cfg(unix)]
            Socket::Unix(socket) => {
                socket.set_read_timeout(left)?;
                socket.read(buffer)
            }
        }
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let left = self.left()?;
        match &mut self.socket {
            Socket::Tcp(socket) => {
                socket.set_write_timeout(left)?;
                socket.write(buffer)
            }
            #[cfg(unix)]
            Socket::Unix(socket) => {
                socket.set_write_timeout(left)?;
                socket.write(buffer)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Socket {
    fn connect(setup: &Setup, deadline: Instant) -> Result<Self, Failure> {
        match &setup.address.place {
            Place::Network { host, port, .. } => {
                tcp(host, *port, deadline).map_err(|error| failure::of_io_error(&error))
            }
            #[cfg(unix)]
            Place::Socket(path) => match UnixStream::connect(setup.socket(path)?) {
                Ok(socket) => {
                    setup.check_listener(path, || socket::listener(&socket))?;
                    Ok(Self::Unix(socket))
                }
                Err(error) => Err(failure::of_io_error(&error)),
            },
            #[cfg(not(unix))]
            Place::Socket(_) => Err(Failure::Final(failure::no_sockets())),
        }
    }
}

/// Tries each address of the host until one responds.
fn tcp(host: &str, port: u16, deadline: Instant) -> io::Result<Socket> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in (host, port).to_socket_addrs()? {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(socket) => {
                socket.set_nodelay(true)?;
                return Ok(Socket::Tcp(socket));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

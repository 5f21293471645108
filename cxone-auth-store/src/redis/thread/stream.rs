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
    /// What the socket was told last. It is told again only if that changes: a system call.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
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
        let socket = Timed::new(socket, deadline);
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
    fn new(socket: Socket, deadline: Instant) -> Self {
        Self {
            socket,
            deadline,
            read_limit: None,
            write_limit: None,
        }
    }

    /// Returns the time that is left for a system call, which does not accept zero. It is rounded up
    /// to a millisecond, so that a server that responds at once finds the same limit each time.
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let milliseconds = left.as_nanos().div_ceil(1_000_000);
        let milliseconds = u64::try_from(milliseconds).unwrap_or(u64::MAX);
        Ok(Duration::from_millis(milliseconds))
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = Some(self.left()?);
        if self.read_limit != left {
            self.socket.set_read_timeout(left)?;
            self.read_limit = left;
        }
        match &mut self.socket {
            Socket::Tcp(socket) => socket.read(buffer),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.read(buffer),
        }
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let left = Some(self.left()?);
        if self.write_limit != left {
            self.socket.set_write_timeout(left)?;
            self.write_limit = left;
        }
        match &mut self.socket {
            Socket::Tcp(socket) => socket.write(buffer),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.write(buffer),
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

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => socket.set_read_timeout(limit),
            #[cfg(unix)]
            Self::Unix(socket) => socket.set_read_timeout(limit),
        }
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => socket.set_write_timeout(limit),
            #[cfg(unix)]
            Self::Unix(socket) => socket.set_write_timeout(limit),
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_shorter_limit_counts_after_a_longer_one_and_a_longer_one_after_that() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let start = Instant::now();
        let mut timed = Timed::new(Socket::Tcp(socket), start + Duration::from_secs(60));
        let mut byte = [0];
        peer.write_all(b"ab").unwrap();
        timed.read_exact(&mut byte).unwrap();
        timed.write_all(b"c").unwrap();

        timed.deadline = Instant::now() + Duration::from_millis(40);
        timed.read_exact(&mut byte).unwrap();
        let error = timed.read(&mut byte).unwrap_err();
        let is_late = matches!(
            error.kind(),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
        );
        assert!(is_late, "{error}");
        assert!(start.elapsed() < Duration::from_secs(30));

        timed.deadline = Instant::now() + Duration::from_secs(60);
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(120));
            peer.write_all(b"d")
        });
        timed.read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"d");
        sender.join().unwrap().unwrap();
    }
}

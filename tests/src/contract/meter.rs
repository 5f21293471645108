//! Counts the bytes that a client takes from a server.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::fixture::MAX_WAIT;

/// Carries one connection to a server and back, in any protocol, and counts the bytes that the
/// client takes.
pub(super) struct Meter {
    address: SocketAddr,
    carried: Receiver<usize>,
}

impl Meter {
    /// Listens in front of the server at `address`.
    pub(super) fn before(server: SocketAddr) -> Self {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let (sender, carried) = mpsc::channel();
        thread::spawn(move || -> io::Result<()> {
            let (client, _) = listener.accept()?;
            let server = TcpStream::connect(server)?;
            // The case may have ended already, and with it the other end of the channel.
            let _ = sender.send(carry(client, server)?);
            Ok(())
        });
        Self { address, carried }
    }

    /// Returns the address for the client.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the client has left, and returns how many bytes it took.
    #[track_caller]
    pub(super) fn carried_until_the_client_left(&self) -> usize {
        let carried = self.carried.recv_timeout(MAX_WAIT);
        carried.expect("the client leaves the connection")
    }
}

/// Carries bytes both ways until the client takes no more.
fn carry(client: TcpStream, server: TcpStream) -> io::Result<usize> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        // When this direction ends, the closed connection tells the other one.
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let (mut from_server, mut to_client) = (server, client);
    let mut buffer = [0; 16 * 1024];
    let mut carried = 0;
    loop {
        let length = from_server.read(&mut buffer)?;
        if length == 0 || to_client.write_all(&buffer[..length]).is_err() {
            // Both halves, to stop the server as well.
            let _ = from_server.shutdown(Shutdown::Both);
            return Ok(carried);
        }
        carried += length;
    }
}

//! The steps of a server on a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
#[cfg(any(target_os = "linux", target_os = "android"))]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::Gate;

/// One step of a server on a connection.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Waits for a time.
    Pause(Duration),
    /// Waits until the test opens the gate.
    WaitAt(Gate),
    /// Holds back what is sent until the connection is closed, so that both are one TCP segment.
    HoldBack,
    /// Sends these bytes.
    Send(Bytes),
    /// Sends these bytes the given number of times, or until the peer leaves.
    Repeat(Bytes, usize),
    /// Does nothing forever. The connection stays open until the server is dropped.
    Stall,
    /// Carries bytes to and from another server until either side leaves.
    Tunnel(SocketAddr),
    /// Closes in order: a TLS close alert if there is TLS, then FIN.
    Close,
    /// Closes without a TLS close alert: FIN alone.
    HangUp,
    /// Closes with a TCP reset.
    Reset,
}

/// Whether another request may follow on the connection.
#[derive(PartialEq)]
pub(super) enum After {
    KeepAlive,
    Closed,
}

/// A connection, with or without TLS.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Wire for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Takes `steps` on `wire`. An error means that the peer has left.
pub(super) async fn take(wire: &mut impl Wire, steps: Vec<Step>) -> io::Result<After> {
    for step in steps {
        match step {
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::WaitAt(gate) => gate.passed().await,
            Step::HoldBack => hold_back(wire.tcp())?,
            Step::Send(bytes) => send(wire, &bytes).await?,
            Step::Repeat(bytes, times) => {
                for _ in 0..times {
                    send(wire, &bytes).await?;
                }
            }
            Step::Stall => std::future::pending().await,
            Step::Tunnel(to) => {
                let mut other = TcpStream::connect(to).await?;
                copy_bidirectional(wire, &mut other).await?;
            }
            Step::Close => {
                wire.shutdown().await?;
                return Ok(After::Closed);
            }
            Step::HangUp => return Ok(After::Closed),
            Step::Reset => {
                wire.tcp().set_zero_linger()?;
                return Ok(After::Closed);
            }
        }
    }
    Ok(After::KeepAlive)
}

/// Closing the connection sends what was held back. Elsewhere Nagle's algorithm holds it back, if the
/// peer has not acknowledged what came before.
fn hold_back(tcp: &TcpStream) -> io::Result<()> {
    tcp.set_nodelay(false)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    SockRef::from(tcp).set_tcp_cork(true)?;
    Ok(())
}

async fn send(wire: &mut impl Wire, bytes: &[u8]) -> io::Result<()> {
    wire.write_all(bytes).await?;
    wire.flush().await
}

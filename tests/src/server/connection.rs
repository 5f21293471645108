//! Accepts connections and serves each in its own task.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::record::Record;
use super::request::{self, Incoming};
use super::step::{self, After, Wire};
use super::{Behaviour, Received, Reply};

/// The protocol on the connections of a server.
#[derive(Clone)]
pub(super) enum Talk {
    Plain,
    Tls(TlsAcceptor),
    Bytes,
}

struct Connection {
    number: usize,
    tls: bool,
    client_certificate: Option<Bytes>,
    peer: IpAddr,
    behaviour: Behaviour,
    record: Arc<Record>,
}

/// Serves until the future is dropped.
pub(super) async fn accept_all(
    listener: TcpListener,
    talk: Talk,
    behaviour: Behaviour,
    record: Arc<Record>,
) {
    let listener = tokio::net::TcpListener::from_std(listener)
        .expect("the listener is non-blocking and this runs inside the runtime");
    loop {
        // Accepting fails for a connection that is already gone. The next one may be good.
        let Ok((stream, peer)) = listener.accept().await else {
            continue;
        };
        let connection = Connection {
            number: record.connected(),
            tls: matches!(talk, Talk::Tls(_)),
            client_certificate: None,
            peer: peer.ip(),
            behaviour: Arc::clone(&behaviour),
            record: Arc::clone(&record),
        };
        let (talk, record) = (talk.clone(), Arc::clone(&record));
        tokio::spawn(async move {
            // An error ends one connection: the peer left or refused the certificate.
            let _ = connection.serve(stream, talk).await;
            record.disconnected();
        });
    }
}

impl Connection {
    async fn serve(mut self, mut stream: TcpStream, talk: Talk) -> io::Result<()> {
        stream.set_nodelay(true)?;
        match talk {
            Talk::Plain => self.speak_http(stream).await,
            Talk::Tls(acceptor) => {
                let stream = acceptor.accept(stream).await?;
                let (_, session) = stream.get_ref();
                let shown = session.peer_certificates().and_then(<[_]>::first);
                self.client_certificate = shown.map(|leaf| Bytes::copy_from_slice(leaf));
                self.speak_http(stream).await
            }
            Talk::Bytes => {
                let mut buffer = BytesMut::new();
                request::fill(&mut stream, &mut buffer).await?;
                let reply = self.reply(&self.greeting(buffer));
                step::take(&mut stream, reply.steps()).await.map(drop)
            }
        }
    }

    async fn speak_http(&self, mut wire: impl Wire) -> io::Result<()> {
        let mut buffer = BytesMut::new();
        loop {
            let read = request::read(&mut wire, &mut buffer, &self.greeting(BytesMut::new())).await;
            let incoming = match read {
                Ok(Some(incoming)) => incoming,
                Ok(None) => return Ok(()),
                Err(error) => return self.refuse(wire, error).await,
            };
            let Incoming {
                request,
                keeps_alive,
            } = incoming;
            let mut reply = self.reply(&request);
            if !keeps_alive {
                reply = reply.closing();
            }
            if step::take(&mut wire, reply.steps()).await? == After::Closed {
                return Ok(());
            }
        }
    }

    /// Records the request before anything is sent, so a test finds it there.
    fn reply(&self, request: &Received) -> Reply {
        self.record.add(request.clone());
        (self.behaviour)(request)
    }

    /// Responds to input that is not HTTP, such as a TLS greeting, like a plain web server.
    async fn refuse(&self, mut wire: impl Wire, error: io::Error) -> io::Result<()> {
        if error.kind() != io::ErrorKind::InvalidData {
            return Err(error);
        }
        let reply = Reply::text(400, "this is not an HTTP/1.1 request").close();
        step::take(&mut wire, reply.steps()).await.map(drop)
    }

    /// What is known of a request before it is read, with these bytes as its body.
    fn greeting(&self, bytes: BytesMut) -> Received {
        Received {
            method: String::new(),
            target: String::new(),
            headers: Vec::new(),
            body: bytes.freeze(),
            connection: self.number,
            tls: self.tls,
            client_certificate: self.client_certificate.clone(),
            peer: self.peer,
        }
    }
}

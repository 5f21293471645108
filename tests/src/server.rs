//! An HTTP/1.1 server on loopback that a test scripts and inspects.

mod connection;
mod gate;
mod port;
mod received;
mod record;
mod reply;
mod request;
mod response;
mod script;
mod step;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;

use crate::authority::{Authority, Certificate};
use connection::Talk;
use record::Record;

pub use gate::Gate;
pub use port::{ClosedPort, DeafPort};
pub use received::{Placement, Received};
pub use reply::{Reply, Stage};
pub use script::Script;

/// Decides what is sent in response to a request.
type Behaviour = Arc<dyn Fn(&Received) -> Reply + Send + Sync>;

/// A server on 127.0.0.1 that responds as a function says and records every request.
///
/// The function runs on the server's only thread, so it must not block: to wait, use the [`Reply`].
/// The server keeps connections alive, sets `TCP_NODELAY`, offers only `http/1.1` under TLS, and
/// stops when dropped.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    record: Arc<Record>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Port and certificate of a new server.
#[derive(Default)]
pub struct ServerBuilder {
    port: u16,
    certificate: Option<Certificate>,
    is_tls_1_2: bool,
    clients: Option<Arc<dyn ClientCertVerifier>>,
}

impl Server {
    /// Starts a plain HTTP server on a free port.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn http(behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::builder()
            .start(behaviour)
            .expect("loopback has a free port")
    }

    /// Starts an HTTPS server on a free port, with a valid certificate of `authority`.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn https(
        authority: &Authority,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::builder()
            .with_certificate(authority.certificate())
            .start(behaviour)
            .expect("loopback has a free port")
    }

    /// Starts a server below HTTP. The first bytes of a peer (for example a TLS greeting) are
    /// recorded as the body of a request without method, and the reply of `behaviour` is sent.
    ///
    /// `Server::tcp(|_| Reply::raw("").stall(Stage::BeforeHead))` accepts and sends nothing;
    /// `Server::tcp(|_| Reply::drop_connection())` hangs up.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn tcp(behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::builder()
            .start_tcp(behaviour)
            .expect("loopback has a free port")
    }

    /// Returns a builder for a server with a chosen port or certificate.
    #[must_use]
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Returns the address of the listener.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of `path` (which begins with `/`), by address: `http://127.0.0.1:port/path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// Returns every request so far, in order of arrival.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.record.received()
    }

    /// Returns how many requests have arrived complete.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.record.request_count()
    }

    /// Returns how many connections were accepted, with or without a request.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.record.connections()
    }

    /// Blocks until `count` requests have arrived in total.
    ///
    /// # Panics
    ///
    /// If fewer have arrived after `max_wait`.
    pub fn wait_for_requests(&self, count: usize, max_wait: Duration) {
        self.record.wait_for(count, max_wait);
    }

    /// Waits until `count` requests have arrived in total, without blocking the thread.
    pub async fn requests_arrived(&self, count: usize) {
        self.record.arrival(count).await;
    }

    /// Waits until `count` connections are over in total, without blocking the thread. A server
    /// that sends or receives notices that the peer has left; a server that stalls does not.
    pub async fn connections_over(&self, count: usize) {
        self.record.departure(count).await;
    }
}

impl ServerBuilder {
    /// Listens on `port`. The default, 0, takes a free one.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Uses TLS and shows `certificate`.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Speaks no TLS version above 1.2.
    #[must_use]
    pub fn with_tls_1_2(mut self) -> Self {
        self.is_tls_1_2 = true;
        self
    }

    /// Asks each client for a certificate of `authority`, and ends the handshake without one.
    #[must_use]
    pub fn with_client_authority(mut self, authority: &Authority) -> Self {
        self.clients = Some(authority.client_verifier());
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// If the port is taken, or the system cannot create a thread.
    pub fn start(
        self,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let talk = match &self.certificate {
            None => Talk::Plain,
            Some(certificate) => Talk::Tls(TlsAcceptor::from(
                certificate.server_config(self.is_tls_1_2, self.clients.clone()),
            )),
        };
        self.run(talk, Arc::new(behaviour))
    }

    /// Starts a server below HTTP: see [`Server::tcp`].
    ///
    /// # Errors
    ///
    /// If the port is taken, or the system cannot create a thread.
    pub fn start_tcp(
        self,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Server> {
        self.run(Talk::Bytes, Arc::new(behaviour))
    }

    fn run(self, talk: Talk, behaviour: Behaviour) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let scheme = if matches!(talk, Talk::Tls(_)) {
            "https"
        } else {
            "http"
        };
        let record = Arc::new(Record::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let serving = connection::accept_all(listener, talk, behaviour, Arc::clone(&record));
        let thread = thread::Builder::new()
            .name("loopback server".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = serving => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Server {
            address,
            scheme,
            record,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was already printed.
            let _ = thread.join();
        }
    }
}

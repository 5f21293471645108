//! An HTTP/1.1 server on loopback that a test scripts and questions.

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
/// The function runs on the server's only thread, so it must not block: anyone who waits does so in
/// the [`Reply`]. The server keeps connections alive, sets `TCP_NODELAY`, offers `http/1.1` only
/// under TLS, and stops when dropped.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    record: Arc<Record>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Port and certificate of a server to be started.
#[derive(Default)]
pub struct ServerBuilder {
    port: u16,
    certificate: Option<Certificate>,
}

impl Server {
    /// Starts a plain HTTP server on a free port.
    ///
    /// # Panics
    ///
    /// When the system gives no port or no thread.
    #[must_use]
    pub fn http(behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::builder()
            .start(behaviour)
            .expect("loopback has a free port")
    }

    /// Starts an HTTPS server on a free port, with a good certificate of `authority`.
    ///
    /// # Panics
    ///
    /// When the system gives no port or no thread.
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

    /// Starts a server below HTTP: whatever first bytes a peer sends (a TLS greeting, say) are
    /// recorded as the body of a request without method, and `behaviour`'s reply is played.
    ///
    /// `Server::tcp(|_| Reply::raw("").stall(Stage::BeforeHead))` accepts and says
    /// nothing; `Server::tcp(|_| Reply::drop_connection())` hangs up.
    ///
    /// # Panics
    ///
    /// When the system gives no port or no thread.
    #[must_use]
    pub fn tcp(behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::builder()
            .start_tcp(behaviour)
            .expect("loopback has a free port")
    }

    /// Begins a server with a chosen port or certificate.
    #[must_use]
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` (which begins with `/`), by address: `http://127.0.0.1:port/path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.record.received()
    }

    /// How many requests have arrived complete.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.record.request_count()
    }

    /// How many connections were accepted, whether or not a request came over them.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.record.connections()
    }

    /// Blocks until `count` requests have arrived in all.
    ///
    /// # Panics
    ///
    /// When fewer have arrived after `max_wait`.
    pub fn wait_for_requests(&self, count: usize, max_wait: Duration) {
        self.record.wait_for(count, max_wait);
    }

    /// Waits until `count` requests have arrived in all, without blocking the thread.
    pub async fn requests_arrived(&self, count: usize) {
        self.record.arrival(count).await;
    }

    /// Waits until `count` connections are over in all, without blocking the thread. A server that
    /// sends or receives notices that the peer has left, one that stalls does not.
    pub async fn connections_over(&self, count: usize) {
        self.record.departure(count).await;
    }
}

impl ServerBuilder {
    /// Listens on `port`; 0, the default, takes a free one.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks TLS and shows `certificate`.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the system gives no thread.
    pub fn start(
        self,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let talk = match &self.certificate {
            None => Talk::Plain,
            Some(certificate) => Talk::Tls(TlsAcceptor::from(certificate.server_config())),
        };
        self.run(talk, Arc::new(behaviour))
    }

    /// Starts a server below HTTP: see [`Server::tcp`].
    ///
    /// # Errors
    ///
    /// When the port is taken, or the system gives no thread.
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
            // A panic in the thread was printed where it happened.
            let _ = thread.join();
        }
    }
}

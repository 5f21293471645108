//! Where clients connect, and which of them are let in.

mod place;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cxone_auth_core::http::header::{CONNECTION, HOST};
use cxone_auth_core::http::{Extensions, HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::io::Errno;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Notify, OwnedSemaphorePermit, watch};
use tokio::time::timeout;

use self::place::Places;
pub(super) use self::place::connections;
use super::framing::{Ambiguity, Watched};
use super::problem::Body;
use super::router;
use super::{Agent, is_due};
use crate::failure::Failure;

/// How long a client may take for a head, and how long a connection is kept without a request.
const HEAD: Duration = Duration::from_secs(60);

/// How long a client of the port may take to show that it may use the agent.
const STRANGER: Duration = Duration::from_secs(10);

/// The largest head, and the most that is read at a time.
const BUFFER: usize = 32 * 1024;

/// How long a client that has just connected may take for its request while the agent stops.
const FIRST: Duration = Duration::from_secs(1);

/// How long accepting pauses if there are no descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// Where a client has connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listener {
    /// The peer's user is known and allowed.
    Socket,
    /// Anybody on this machine may have connected.
    Port(SocketAddr),
}

/// Shows that a client has proved on this connection that it may use the agent.
#[derive(Clone)]
pub(super) struct Admission(Arc<Standing>);

/// How a client stands with the agent.
#[derive(Default)]
struct Standing {
    is_admitted: AtomicBool,
    /// Another client needs the place of this one.
    must_go: Notify,
}

/// A listener that connections are taken from.
pub(super) enum Listening {
    Socket(UnixListener),
    Port(TcpListener, SocketAddr),
}

impl Listener {
    /// Reports whether the request is meant for this listener. A browser that was led here by a
    /// name of somebody else's has that name in its request.
    pub(super) fn is_named_by(self, headers: &HeaderMap) -> bool {
        let Self::Port(address) = self else {
            return true;
        };
        let port = address.port();
        let host = headers.get(HOST).map(HeaderValue::as_bytes);
        let own = [address.to_string(), format!("localhost:{port}")];
        let without_port = [address.ip().to_string(), "localhost".to_owned()];
        let is = |names: &[String; 2]| {
            let mut names = names.iter();
            names.any(|name| host.is_some_and(|host| host.eq_ignore_ascii_case(name.as_bytes())))
        };
        is(&own) || port == 80 && is(&without_port)
    }
}

impl Admission {
    fn by(listener: Listener) -> Self {
        let is_admitted = AtomicBool::new(listener == Listener::Socket);
        let must_go = Notify::new();
        Self(Arc::new(Standing {
            is_admitted,
            must_go,
        }))
    }

    /// Admits the client whose request has these extensions.
    pub(super) fn give(extensions: &Extensions) {
        if let Some(Self(standing)) = extensions.get() {
            standing.is_admitted.store(true, Ordering::Relaxed);
        }
    }

    fn is_given(&self) -> bool {
        self.0.is_admitted()
    }

    /// Returns when this time for it is over, or when somebody else needs the place. If it was given,
    /// it never returns.
    async fn missed(&self, span: Duration) {
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = self.0.must_go.notified() => {}
        }
        if self.is_given() {
            std::future::pending::<()>().await;
        }
    }

    /// Responds to a request. The response to a stranger is the last one of its connection: whoever
    /// knows no secret takes no place for long.
    async fn respond(
        self,
        agent: Arc<Agent>,
        listener: Listener,
        ambiguity: Ambiguity,
        mut request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        request.extensions_mut().insert(self.clone());
        let mut response = router::respond(agent, listener, ambiguity, request).await?;
        if !self.is_given() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        Ok(response)
    }
}

impl Standing {
    fn is_admitted(&self) -> bool {
        self.is_admitted.load(Ordering::Relaxed)
    }
}

impl Listening {
    /// Listens on a port of this machine.
    pub(super) async fn on(address: SocketAddr) -> Result<Self, Failure> {
        let named = |error: io::Error| {
            let advice = match error.kind() {
                io::ErrorKind::AddrInUse => {
                    ": another program listens there: stop it, or choose another port with --listen"
                }
                io::ErrorKind::PermissionDenied => {
                    ": choose a port from 1024 on with --listen, or let the system open this one"
                }
                _ => "",
            };
            Failure::configuration(format!("{address}: {error}{advice}"))
        };
        let listener = TcpListener::bind(address).await.map_err(named)?;
        let address = listener.local_addr().map_err(named)?;
        Ok(Self::Port(listener, address))
    }

    /// Takes connections for ever. `closing` ends them, after their requests.
    pub(super) async fn run(
        self,
        agent: Arc<Agent>,
        connections: usize,
        closing: watch::Receiver<()>,
    ) {
        let mut places = Places::new(connections);
        let (mut warned, mut warned_of_error) = (None, None);
        loop {
            let served = self.serve_next(&agent, &mut places, &mut warned, &closing);
            if let Err(error) = served.await {
                // Other descriptors than those of clients may have taken what was left.
                if is_without_descriptors(&error) {
                    places.send_away();
                }
                if is_due(&mut warned_of_error) {
                    let what = format!("a connection was not accepted: {error}");
                    agent.console.warn(&what);
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Takes the next connection, and serves it when it has a place.
    async fn serve_next(
        &self,
        agent: &Arc<Agent>,
        places: &mut Places,
        warned: &mut Option<Instant>,
        closing: &watch::Receiver<()>,
    ) -> io::Result<()> {
        match self {
            Self::Socket(listener) => {
                let (connection, _) = listener.accept().await?;
                let peer = connection.peer_cred().map(|peer| peer.uid());
                if agent.lets_in(peer, warned) {
                    let client = Client::new(agent, Listener::Socket, places).await;
                    client.spawn(connection, closing.clone());
                }
            }
            Self::Port(listener, address) => {
                let (connection, _) = listener.accept().await?;
                // Without it, small responses wait for the client's acknowledgement.
                let _ = connection.set_nodelay(true);
                let client = Client::new(agent, Listener::Port(*address), places).await;
                client.spawn(connection, closing.clone());
            }
        }
        Ok(())
    }
}

/// Reports whether this process, or the system, can open no more files.
fn is_without_descriptors(error: &io::Error) -> bool {
    let full = [Errno::MFILE, Errno::NFILE].map(|own| Some(own.raw_os_error()));
    full.contains(&error.raw_os_error())
}

/// What a connection needs.
struct Client {
    agent: Arc<Agent>,
    listener: Listener,
    admission: Admission,
    permit: OwnedSemaphorePermit,
}

impl Client {
    /// Waits for a place.
    async fn new(agent: &Arc<Agent>, listener: Listener, places: &mut Places) -> Self {
        let admission = Admission::by(listener);
        let permit = places.take(&admission).await;
        Self {
            agent: Arc::clone(agent),
            listener,
            admission,
            permit,
        }
    }

    /// Serves the requests of a connection in a task of its own.
    fn spawn<C>(self, connection: C, mut closing: watch::Receiver<()>)
    where
        C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            agent,
            listener,
            admission,
            permit,
        } = self;
        let (connection, ambiguity) = Watched::new(connection);
        let own = admission.clone();
        let asked = Arc::new(Notify::new());
        let asking = Arc::clone(&asked);
        let service = service_fn(move |request| {
            asking.notify_one();
            let (agent, ambiguity) = (Arc::clone(&agent), ambiguity.clone());
            let admission = own.clone();
            admission.respond(agent, listener, ambiguity, request)
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(connection), service);
        tokio::spawn(async move {
            let mut served = pin!(served);
            // A client that goes away, or sends what is no HTTP, has got its response or needs none.
            tokio::select! {
                _ = served.as_mut() => {}
                () = admission.missed(STRANGER) => {}
                _ = closing.changed() => {
                    // A connection that was accepted a moment ago is as good as a request: its
                    // client cannot know that the agent stops. With a socket of the service
                    // manager, the next agent would have served it.
                    tokio::select! {
                        () = end(served, &asked) => {}
                        () = admission.missed(FIRST) => {}
                    }
                }
            }
            drop(permit);
        });
    }
}

/// Ends a connection after its request, or when its first one is not there in time: a part of a head
/// is none.
async fn end<C, S>(mut served: Pin<&mut http1::Connection<C, S>>, asked: &Notify)
where
    C: Read + Write + Unpin + 'static,
    S: HttpService<Incoming, ResBody = Body>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let is_asked = tokio::select! {
        _ = served.as_mut() => false,
        asked = timeout(FIRST, asked.notified()) => asked.is_ok(),
    };
    if is_asked {
        served.as_mut().graceful_shutdown();
        let _ = served.await;
    }
}

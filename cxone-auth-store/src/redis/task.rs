//! The connection that tasks share.
//!
//! There is one for each runtime of tokio, since a connection gets no further once its runtime is not
//! driven. It is made by a task of its own, so that the next caller gets it if the first one gives
//! up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, RedisConnectionInfo, ServerErrorKind, Value};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Handle, Id};
use tokio::task::{AbortHandle, JoinError, JoinHandle};
use tokio::time::timeout;

use super::address::Place;
use super::allowance::{Allowance, Bounded};
use super::failure::{self, Failure};
use super::greeting::Line;
use super::operation::Operation;
use super::refusal;
use super::setup::Setup;

/// Asks the server from tasks.
pub(super) struct Tasks {
    setup: Arc<Setup>,
    slots: Mutex<HashMap<Id, Slot>>,
}

/// Where the connection of a runtime is kept. Who makes one has the lock.
type Slot = Arc<tokio::sync::Mutex<Option<Arc<Live>>>>;

/// A connection, and the task that reads and writes for it.
struct Live {
    connection: MultiplexedConnection,
    driver: AbortHandle,
    allowance: Allowance,
    /// It brought an error, so that the next operation makes another one.
    is_spent: AtomicBool,
}

impl Tasks {
    pub(super) fn new(setup: Arc<Setup>) -> Self {
        Self {
            setup,
            slots: Mutex::default(),
        }
    }

    /// Returns the response to an operation.
    ///
    /// If a connection from before has ended, the operation is sent once more on another one: the
    /// server or something on the way may have closed it long ago.
    pub(super) async fn ask(&self, operation: Operation) -> Result<Value, StoreError> {
        let slot = self.slot()?;
        let operation = Arc::new(operation);
        let (live, is_new) = self.connected(&slot).await?;
        match self.ask_on(live, &operation).await {
            Err(Failure::Lost(_)) if !is_new => {
                let (live, _) = self.connected(&slot).await?;
                self.ask_on(live, &operation).await
            }
            outcome => outcome,
        }
        .map_err(Failure::into_error)
    }

    /// Returns the slot of this runtime, and forgets those of runtimes that have ended.
    fn slot(&self) -> Result<Slot, StoreError> {
        let runtime = Handle::try_current().map_err(|_| {
            StoreError::new(
                StoreErrorKind::Configuration,
                "tasks reach a Redis server in a runtime of tokio only; use the blocking source",
            )
        })?;
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|id, slot| *id == runtime.id() || is_in_use(slot));
        Ok(Arc::clone(slots.entry(runtime.id()).or_default()))
    }

    /// Returns the connection of the slot, and whether it was made for this call.
    async fn connected(&self, slot: &Slot) -> Result<(Arc<Live>, bool), StoreError> {
        let limit = self.setup.connect_timeout;
        let late = move |_| failure::no_connection_within(limit);
        let mut place = timeout(limit, Arc::clone(slot).lock_owned())
            .await
            .map_err(late)?;
        if let Some(live) = place.as_ref().filter(|live| live.is_usable()) {
            return Ok((Arc::clone(live), false));
        }
        let setup = Arc::clone(&self.setup);
        let making = tokio::spawn(async move {
            *place = None;
            let live = timeout(limit, connect(&setup)).await.map_err(late)??;
            Ok((Arc::clone(place.insert(Arc::new(live))), true))
        });
        joined(making).await?
    }

    /// Asks in a task of its own: who gives up waiting does not keep it from noticing that the
    /// connection is dead.
    async fn ask_on(&self, live: Arc<Live>, operation: &Arc<Operation>) -> Result<Value, Failure> {
        let limit = self.setup.operation_timeout;
        let operation = Arc::clone(operation);
        let asking = tokio::spawn(async move {
            live.allowance.begin();
            let response = timeout(limit, live.response(&operation)).await;
            let response = response
                .unwrap_or_else(|_| Err(Failure::Final(failure::no_response_within(limit))));
            live.end(response.is_err());
            response
        });
        joined(asking).await.map_err(Failure::Final)?
    }
}

/// Reports whether somebody makes a connection for the slot, or has one whose runtime exists.
fn is_in_use(slot: &Slot) -> bool {
    match slot.try_lock() {
        Ok(place) => place.as_ref().is_some_and(|live| live.is_usable()),
        Err(_) => true,
    }
}

impl Live {
    /// Ends an operation. A connection that nobody uses again must not read on: its server may
    /// send without end.
    fn end(&self, has_failed: bool) {
        self.is_spent.fetch_or(has_failed, Ordering::SeqCst);
        let is_idle = self.allowance.end();
        if is_idle && self.is_spent.load(Ordering::SeqCst) {
            self.driver.abort();
        }
    }

    fn is_usable(&self) -> bool {
        !self.driver.is_finished() && !self.is_spent.load(Ordering::SeqCst)
    }

    async fn response(&self, operation: &Operation) -> Result<Value, Failure> {
        match self.sent(&operation.by_hash()).await? {
            Value::ServerError(error) if error.kind() == Some(ServerErrorKind::NoScript) => {
                accepted(self.sent(&operation.by_code()).await?)
            }
            response => accepted(response),
        }
    }

    async fn sent(&self, command: &Cmd) -> Result<Value, Failure> {
        let mut connection = self.connection.clone();
        let response = connection.send_packed_command(command).await;
        response.map_err(|error| failure::of_client(&error))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Returns the response, if it is not a refusal.
pub(super) fn accepted(response: Value) -> Result<Value, Failure> {
    match response {
        Value::ServerError(error) => Err(Failure::Final(refusal::refused_with(&error))),
        response => Ok(response),
    }
}

async fn joined<T>(task: JoinHandle<T>) -> Result<T, StoreError> {
    task.await.map_err(|_: JoinError| {
        StoreError::new(
            StoreErrorKind::Unavailable,
            "the runtime ended before the server responded",
        )
    })
}

async fn connect(setup: &Setup) -> Result<Live, StoreError> {
    match (&setup.address.place, &setup.tls) {
        (Place::Network { host, port, .. }, None) => {
            greet(tcp(host, *port, setup).await?, setup).await
        }
        (Place::Network { host, port, .. }, Some(tls)) => {
            let stream = tcp(host, *port, setup).await?;
            let connector = tokio_rustls::TlsConnector::from(Arc::clone(&tls.config));
            let stream = connector.connect(tls.name.clone(), stream).await;
            greet(stream.map_err(|error| unconnected(&error, setup))?, setup).await
        }
        #[cfg(unix)]
        (Place::Socket(path), _) => {
            let socket = setup
                .socket(path)
                .map_err(|failure| failure::not_connected(failure, false))?;
            let stream = tokio::net::UnixStream::connect(socket).await;
            let stream = stream.map_err(|error| unconnected(&error, setup))?;
            setup
                .check_listener(path, || Ok(stream.peer_cred()?.uid()))
                .map_err(|failure| failure::not_connected(failure, false))?;
            greet(stream, setup).await
        }
        #[cfg(not(unix))]
        (Place::Socket(_), _) => Err(failure::no_sockets()),
    }
}

async fn tcp(host: &str, port: u16, setup: &Setup) -> Result<TcpStream, StoreError> {
    let stream = TcpStream::connect((host, port)).await;
    let stream = stream.map_err(|error| unconnected(&error, setup))?;
    stream
        .set_nodelay(true)
        .map_err(|error| unconnected(&error, setup))?;
    Ok(stream)
}

/// Logs in, and starts the task of the connection.
async fn greet<S>(mut stream: S, setup: &Setup) -> Result<Live, StoreError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let greeting = setup.greeting();
    stream
        .write_all(&greeting.bytes)
        .await
        .map_err(|error| unconnected(&error, setup))?;
    stream
        .flush()
        .await
        .map_err(|error| unconnected(&error, setup))?;
    for _ in 0..greeting.lines {
        let mut line = Line::default();
        while !line.take(
            stream
                .read_u8()
                .await
                .map_err(|error| unconnected(&error, setup))?,
        )? {}
    }
    let allowance = Allowance::default();
    let stream = Bounded::new(stream, allowance.clone());
    let info = RedisConnectionInfo::default().set_skip_set_lib_name();
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None);
    let (connection, driver) = MultiplexedConnection::new_with_config(&info, stream, config)
        .await
        .map_err(|error| failure::not_connected(failure::of_client(&error), setup.tls.is_some()))?;
    Ok(Live {
        connection,
        driver: tokio::spawn(driver).abort_handle(),
        allowance,
        is_spent: AtomicBool::new(false),
    })
}

fn unconnected(error: &std::io::Error, setup: &Setup) -> StoreError {
    failure::not_connected(failure::of_io_error(error), setup.tls.is_some())
}

//! What went wrong between a store and its server, and what to do about it. What a server refuses is
//! in `refusal.rs`.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::store::StoreError;
use cxone_auth_core::store::StoreErrorKind::{Configuration, Unavailable};
use redis::RedisError;

/// What ended an operation.
pub(super) enum Failure {
    /// The connection has ended without a response. It may have been idle for too long.
    Lost(StoreError),
    Final(StoreError),
}

impl Failure {
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Self::Lost(error) | Self::Final(error) => error,
        }
    }
}

/// Returns what an error of the client library means. Its text may contain what the server sent.
pub(super) fn of_client(error: &RedisError) -> Failure {
    match io_error(error) {
        Some(source) => of_io_error(source),
        None => Failure::Final(StoreError::new(
            Unavailable,
            "the response is cut off, or is not in the protocol of Redis",
        )),
    }
}

fn io_error(error: &RedisError) -> Option<&io::Error> {
    let source = error.source()?;
    // The library hands out its reference count in the place of what is counted.
    match source.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        Some(shared) => shared.downcast_ref(),
        None => source.downcast_ref(),
    }
}

pub(super) fn of_io_error(error: &io::Error) -> Failure {
    use io::ErrorKind::{TimedOut, WouldBlock};

    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    match (of_tls, error.kind()) {
        (Some(error), _) => Failure::Final(of_tls_error(error)),
        (None, TimedOut | WouldBlock) => Failure::Final(late()),
        (None, _) if is_end(error.kind()) => Failure::Lost(closed()),
        (None, _) => Failure::Final(StoreError::new(Unavailable, error.to_string())),
    }
}

fn is_end(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
    };

    matches!(
        kind,
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof
    )
}

pub(super) fn of_tls_error(error: &rustls::Error) -> StoreError {
    match error {
        rustls::Error::InvalidCertificate(_) => StoreError::new(
            Configuration,
            "the server's certificate is not trusted; name the file of its CA, and the server as its \
             certificate does",
        )
        .with_source(error.clone()),
        rustls::Error::InvalidMessage(_) => StoreError::new(
            Configuration,
            "the server does not speak TLS at this port; use its port for TLS, or redis://",
        ),
        rustls::Error::AlertReceived(_) => StoreError::new(
            Configuration,
            "the server refuses the TLS handshake; if it asks for a certificate of the client, \
             set one",
        )
        .with_source(error.clone()),
        _ => StoreError::new(Unavailable, "TLS fails").with_source(error.clone()),
    }
}

/// The error for a connection that could not be made. What was late says nothing of TLS.
pub(super) fn not_connected(failure: Failure, is_over_tls: bool) -> StoreError {
    match failure {
        Failure::Lost(_) => StoreError::new(
            Unavailable,
            if is_over_tls {
                "the server closed the connection before the login; if its port is not for TLS, use \
                 redis://"
            } else {
                "the server closed the connection before the login; if its port is for TLS, use \
                 rediss://"
            },
        ),
        Failure::Final(error) => error,
    }
}

pub(super) fn no_connection_within(limit: Duration) -> StoreError {
    StoreError::new(Unavailable, format!("no connection within {limit:?}"))
}

pub(super) fn no_response_within(limit: Duration) -> StoreError {
    StoreError::new(Unavailable, format!("no response within {limit:?}"))
}

/// The error of a stream from which more comes than a response can have.
pub(super) fn too_long() -> io::Error {
    io::Error::other("the response is longer than any that this store asks for")
}

pub(super) fn no_protocol() -> StoreError {
    StoreError::new(
        Configuration,
        "the server does not speak the protocol of Redis; check its port, and use rediss:// if it is \
         for TLS",
    )
}

#[cfg(not(unix))]
pub(super) fn no_sockets() -> StoreError {
    StoreError::new(
        Configuration,
        "this system has no such sockets; use redis:// or rediss://",
    )
}

fn closed() -> StoreError {
    StoreError::new(Unavailable, "the server closed the connection")
}

fn late() -> StoreError {
    StoreError::new(Unavailable, "the server did not respond in time")
}

#[cfg(test)]
mod tests;

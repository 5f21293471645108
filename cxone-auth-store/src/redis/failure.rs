//! What went wrong between a store and its server, and what to do about it.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind::{Configuration, Damaged, Unavailable};
use cxone_auth_core::store::{StoreError, StoreErrorKind};
use redis::{RedisError, ServerError};

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

/// A word that a server begins a refusal with, or that is in it: a script that fails on Redis 6
/// begins with `ERR` and has the reason within.
type Row = (&'static str, StoreErrorKind, &'static str);

const CODES: &[Row] = &[
    (
        "WRONGPASS",
        Configuration,
        "the server refuses the user or the password; correct them",
    ),
    (
        "NOAUTH",
        Configuration,
        "the server asks for a password; set one with `RedisOptions::with_password`",
    ),
    (
        "NOPERM",
        Configuration,
        "the server's user may not do this; allow it the commands and keys in the documentation of \
         `RedisStore`",
    ),
    (
        "DENIED",
        Configuration,
        "the server is in protected mode; set a password there, or connect from its own machine",
    ),
    (
        "MOVED",
        Configuration,
        "the server is a node of a cluster, which this store does not support; use a server that is \
         none, or a proxy",
    ),
    (
        "CLUSTERDOWN",
        Configuration,
        "the server is a node of a cluster, which this store does not support; use a server that is \
         none, or a proxy",
    ),
    (
        "READONLY",
        Unavailable,
        "the server is a replica; use the address of the primary, or wait until the failover is \
         over",
    ),
    (
        "MASTERDOWN",
        Unavailable,
        "the server is a replica; use the address of the primary, or wait until the failover is \
         over",
    ),
    (
        "LOADING",
        Unavailable,
        "the server reads its data and is ready later",
    ),
    (
        "OOM",
        Unavailable,
        "the server's memory is full; increase its `maxmemory`, or let it evict keys",
    ),
    (
        "MISCONF",
        Unavailable,
        "the server cannot write to its disk and accepts no changes; see its log",
    ),
    (
        "NOREPLICAS",
        Unavailable,
        "the server has too few replicas and accepts no changes; see its `min-replicas-to-write`",
    ),
    (
        "BUSY",
        Unavailable,
        "the server is busy with another program's script",
    ),
    (
        "WRONGTYPE",
        Damaged,
        "another program has a key of this name; use another namespace",
    ),
];

/// Phrases of refusals that have no word of their own.
const PHRASES: &[Row] = &[
    (
        "without any password configured",
        Configuration,
        "the server has no password; leave the password out, or set one there",
    ),
    (
        "wrong number of arguments for 'auth'",
        Configuration,
        "the server knows no users; this store needs Redis 6 or Valkey 7",
    ),
    (
        "can't run this command",
        Configuration,
        "the server's user may not do this; allow it the commands and keys in the documentation of \
         `RedisStore`",
    ),
    (
        "DB index is out of range",
        Configuration,
        "the server has no database of this number; change the path in its address",
    ),
    (
        "SELECT is not allowed",
        Configuration,
        "the server is a node of a cluster, which this store does not support; use a server that is \
         none, or a proxy",
    ),
    (
        "unknown command",
        Configuration,
        "the server does not know EVAL, which this store needs; allow it there",
    ),
    (
        "max number of clients",
        Unavailable,
        "the server has too many clients; increase its `maxclients`",
    ),
];

/// Returns the error for a refusal. Its text is not repeated: it may contain what was sent.
pub(super) fn refused(text: &str) -> StoreError {
    let is_word = |code: &str| {
        text.split_ascii_whitespace()
            .any(|word| word.trim_start_matches('-') == code)
    };
    let by_code = CODES.iter().find(|(code, ..)| is_word(code));
    let row = by_code.or_else(|| PHRASES.iter().find(|(phrase, ..)| text.contains(phrase)));
    match row {
        Some((_, kind, problem)) => StoreError::new(*kind, *problem),
        None => StoreError::new(
            Unavailable,
            format!("the server refuses with {}; see its log", code(text)),
        ),
    }
}

/// Returns the word that a refusal begins with, if it looks like one of a server.
fn code(text: &str) -> &str {
    let word = text.split(' ').next().unwrap_or_default();
    let is_code = word.len() <= 20 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code && !word.is_empty() {
        word
    } else {
        "an unknown error"
    }
}

pub(super) fn refused_with(error: &ServerError) -> StoreError {
    refused(&format!(
        "{} {}",
        error.code(),
        error.details().unwrap_or_default()
    ))
}

/// Returns what an error of the client library means. Its text may contain what the server sent.
pub(super) fn of_client(error: &RedisError) -> Failure {
    let of_io = error.source().and_then(|source| source.downcast_ref());
    match of_io {
        Some(source) => of_io_error(source),
        // The connection's task has ended.
        None if error.is_connection_dropped() => Failure::Lost(closed()),
        None => Failure::Final(no_protocol()),
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
            "the server's certificate is not trusted; name its CA with \
             `RedisOptions::with_ca_file`, and the server as its certificate does",
        )
        .with_source(error.clone()),
        rustls::Error::InvalidMessage(_) => StoreError::new(
            Configuration,
            "the server does not speak TLS at this port; use its port for TLS, or redis://",
        ),
        rustls::Error::AlertReceived(_) => StoreError::new(
            Configuration,
            "the server refuses the TLS handshake; if it asks for a certificate, set one with \
             `RedisOptions::with_client_certificate`",
        )
        .with_source(error.clone()),
        _ => StoreError::new(Unavailable, "TLS fails").with_source(error.clone()),
    }
}

/// The error for a connection that could not be made.
pub(super) fn not_connected(failure: Failure) -> StoreError {
    match failure {
        Failure::Lost(_) => StoreError::new(
            Unavailable,
            "the server closed the connection before the login; if its port is for TLS, use \
             rediss://",
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

pub(super) fn no_protocol() -> StoreError {
    StoreError::new(
        Configuration,
        "the server does not speak the protocol of Redis; if its port is for TLS, use rediss://",
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

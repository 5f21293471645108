//! What a server refuses, and what to do about it.

use cxone_auth_core::store::StoreErrorKind::{Configuration, Damaged, Unavailable};
use cxone_auth_core::store::{StoreError, StoreErrorKind};
use redis::ServerError;

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
        "the server asks for a password; set one",
    ),
    (
        "NOPERM",
        Configuration,
        "the server's user may not do this; allow it the commands and keys that the documentation of \
         the store lists",
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
        "the server's user may not do this; allow it the commands and keys that the documentation of \
         the store lists",
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

/// Further words that servers begin a refusal with. Any other word may be a part of what was sent.
const OTHER_CODES: &[&str] = &[
    "ASK",
    "CROSSSLOT",
    "ERR",
    "EXECABORT",
    "NOPROTO",
    "NOSCRIPT",
    "TRYAGAIN",
    "UNKILLABLE",
];

/// Returns the word that a refusal begins with, if it is one of a server.
fn code(text: &str) -> &'static str {
    let word = text.split(' ').next().unwrap_or_default();
    let known = OTHER_CODES.iter().find(|code| **code == word);
    known.copied().unwrap_or("an unknown error")
}

/// Returns the error for a refusal that the client library has read.
pub(super) fn refused_with(error: &ServerError) -> StoreError {
    refused(&format!(
        "{} {}",
        error.code(),
        error.details().unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests;

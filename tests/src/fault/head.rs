//! Heads that are too large, endless, or contain forbidden bytes.

use super::outcome::INVALID;
use super::{Fault, GOOD, Outcome, good};
use crate::Reply;

pub(super) fn faults() -> Vec<Fault> {
    [sizes(), bytes()].concat()
}

fn sizes() -> Vec<Fault> {
    vec![
        Fault::reply("many-headers", "sends 10,000 header fields", || {
            (0..10_000).fold(good(), |reply, number| {
                reply.header(&format!("x-{number}"), "1")
            })
        })
        .ends(&[INVALID]),
        Fault::reply("huge-header", "sends a header field of 1 MB", || {
            good().header("x-huge", &"x".repeat(1_000_000))
        })
        .ends(&[INVALID]),
        Fault::reply(
            "endless-header",
            "sends a header field that never ends",
            || Reply::raw("HTTP/1.1 200 OK\r\nx-huge: ").repeat("x".repeat(16 * 1024), usize::MAX),
        )
        .ends(&[INVALID]),
        Fault::reply("endless-headers", "sends header fields for ever", || {
            Reply::raw("HTTP/1.1 200 OK\r\n").repeat("x-more: 1\r\n".repeat(1_000), usize::MAX)
        })
        .ends(&[INVALID]),
        Fault::reply(
            "endless-reason",
            "sends a status line that never ends",
            || Reply::raw("HTTP/1.1 200 ").repeat("x".repeat(16 * 1024), usize::MAX),
        )
        .ends(&[INVALID]),
    ]
}

fn bytes() -> Vec<Fault> {
    vec![
        Fault::reply("nul-in-header", "sends a NUL in a header field", || {
            with_field(b"x-nul: a\0b")
        })
        .ends(&[INVALID]),
        Fault::reply(
            "invalid-utf8-in-header",
            "sends bytes in a header field that are not UTF-8",
            || with_field(b"x-bytes: \xFF\xFE"),
        )
        .ends(&[Outcome::Token]),
        Fault::reply("blank-name", "sends a header field without a name", || {
            with_field(b": nameless")
        })
        .ends(&[INVALID]),
        Fault::reply("folded", "folds a header field over two lines", || {
            with_field(b"x-folded: one\r\n two")
        })
        .ends(&[INVALID, Outcome::Token]),
        Fault::reply("bare-line-feeds", "ends its lines with LF alone", || {
            Reply::raw(format!(
                "HTTP/1.1 200 OK\ncontent-length: {}\n\n{GOOD}",
                GOOD.len()
            ))
        })
        .ends(&[INVALID, Outcome::Token]),
    ]
}

fn with_field(field: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", GOOD.len());
    Reply::raw([head.as_bytes(), field, b"\r\n\r\n", GOOD.as_bytes()].concat())
}

//! Bodies that are longer, shorter or framed differently than the head says.

use super::outcome::{INTERRUPTED, INVALID, TIMEOUT, TOO_LARGE, UNUSABLE};
use super::{Fault, GOOD, Outcome, SHORT, bomb, good};
use crate::{Reply, Stage};

/// The content of a large body: blanks, which JSON may begin with.
const BLOCK: usize = 10_000;
/// This many blocks are 100 MB.
const BLOCKS: usize = 10_000;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

pub(super) fn faults() -> Vec<Fault> {
    [wrong(), contradictory(), large(), endless()].concat()
}

fn wrong() -> Vec<Fault> {
    let announces = |name, deed, reply: fn() -> Reply| Fault::reply(name, deed, reply);
    vec![
        announces(
            "length-too-long",
            "announces a byte more than it gives",
            || with_length(&(GOOD.len() + 1).to_string()).cut_after(usize::MAX),
        )
        .ends(&[INTERRUPTED]),
        announces(
            "length-too-short",
            "announces a byte less than it gives",
            || with_length(&(GOOD.len() - 1).to_string()),
        )
        .ends(&[UNUSABLE]),
        announces("length-negative", "announces a negative length", || {
            with_length("-1").cut_after(usize::MAX)
        })
        .ends(&[INVALID]),
        announces("length-in-words", "announces a length in words", || {
            with_length("many").cut_after(usize::MAX)
        })
        .ends(&[INVALID]),
        announces(
            "length-beyond-u64",
            "announces more bytes than u64 counts",
            || with_length("18446744073709551617").cut_after(usize::MAX),
        )
        .ends(&[INVALID, Outcome::Token]),
        announces(
            "length-of-u64",
            "announces as many bytes as u64 counts",
            || with_length("18446744073709551615").cut_after(usize::MAX),
        )
        .ends(&[TOO_LARGE, INVALID]),
    ]
}

fn contradictory() -> Vec<Fault> {
    vec![
        Fault::reply("two-lengths", "announces two different lengths", || {
            with_length("2")
                .header("content-length", &GOOD.len().to_string())
                .cut_after(usize::MAX)
        })
        .ends(&[INVALID]),
        Fault::reply(
            "length-and-chunks",
            "announces a length and sends chunks",
            || good().chunked().header("content-length", "2"),
        )
        .ends(&[UNUSABLE, INVALID]),
        Fault::reply(
            "unknown-coding",
            "announces a transfer coding that nobody knows",
            || {
                good()
                    .header("transfer-encoding", "rot13")
                    .cut_after(usize::MAX)
            },
        )
        .ends(&[INVALID, Outcome::Token]),
        Fault::reply("chunk-of-nonsense", "gives a chunk size in words", || {
            chunked("many\r\n{}\r\n0\r\n\r\n")
        })
        .ends(&[INVALID, INTERRUPTED]),
        Fault::reply(
            "chunk-beyond-u64",
            "gives a chunk size beyond what u64 counts",
            || chunked("10000000000000002\r\n{}\r\n0\r\n\r\n"),
        )
        .ends(&[INVALID, INTERRUPTED]),
        Fault::reply(
            "chunk-without-end",
            "gives a chunk that is longer than its size",
            || chunked("2\r\n{}{}{}\r\n0\r\n\r\n"),
        )
        .ends(&[INVALID, INTERRUPTED]),
    ]
}

fn large() -> Vec<Fault> {
    let gives =
        |name, deed, reply: fn() -> Reply| Fault::reply(name, deed, reply).ends(&[TOO_LARGE]);
    vec![
        gives(
            "large-by-length",
            "gives a body of 100 MB and says so",
            || {
                let length = BLOCK * BLOCKS;
                Reply::raw(format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n"
                ))
                .repeat(blanks(), BLOCKS)
            },
        ),
        gives(
            "large-in-chunks",
            "gives a body of 100 MB in chunks",
            || {
                let chunk = format!("{BLOCK:x}\r\n{}\r\n", blanks());
                Reply::raw(CHUNKED).repeat(chunk, BLOCKS)
            },
        ),
        gives(
            "large-in-a-chunk",
            "gives a body of 100 MB in one chunk",
            || {
                let length = BLOCK * BLOCKS;
                Reply::raw(format!("{CHUNKED}{length:x}\r\n")).repeat(blanks(), BLOCKS)
            },
        ),
        gives(
            "large-until-close",
            "gives a body of 100 MB that ends with the connection",
            || Reply::raw("HTTP/1.1 200 OK\r\n\r\n").repeat(blanks(), BLOCKS),
        ),
        Fault::reply(
            "compressed-bomb",
            "gives 250 kB that would become 40 MB, compressed without being asked",
            || Reply::response(200, bomb::gzip()).header("content-encoding", "gzip"),
        )
        .ends(&[UNUSABLE]),
    ]
}

fn endless() -> Vec<Fault> {
    vec![
        Fault::reply("endless-body", "gives chunks for ever", Reply::endless).ends(&[TOO_LARGE]),
        Fault::reply(
            "endless-tiny-chunks",
            "gives chunks of one byte for ever",
            || Reply::raw(CHUNKED).repeat("1\r\n \r\n".repeat(2_000), usize::MAX),
        )
        .ends(&[TOO_LARGE]),
        Fault::reply(
            "endless-until-close",
            "gives a body that ends with the connection, which never ends",
            || Reply::raw("HTTP/1.1 200 OK\r\n\r\n").repeat(blanks(), usize::MAX),
        )
        .ends(&[TOO_LARGE]),
        Fault::reply(
            "endless-chunk-size",
            "gives a chunk size of endless digits",
            || Reply::raw(CHUNKED).repeat("0".repeat(BLOCK), usize::MAX),
        )
        .within(SHORT)
        .ends(&[TIMEOUT, INVALID, INTERRUPTED]),
        Fault::reply(
            "endless-chunk-extension",
            "gives a chunk extension that never ends",
            || Reply::raw(format!("{CHUNKED}2;x=")).repeat("x".repeat(BLOCK), usize::MAX),
        )
        .within(SHORT)
        .ends(&[INVALID, TIMEOUT]),
        Fault::reply(
            "endless-trailers",
            "gives a good body and trailers for ever",
            || {
                let body = format!("{CHUNKED}{:x}\r\n{GOOD}\r\n0\r\n", GOOD.len());
                Reply::raw(body).repeat("x-trailer: 1\r\n".repeat(1_000), usize::MAX)
            },
        )
        .within(SHORT)
        .ends(&[INVALID, TIMEOUT]),
        Fault::reply(
            "endless-after-the-body",
            "gives a whole body and then more, and never closes",
            || good().repeat(blanks(), usize::MAX),
        )
        .ends(&[Outcome::Token]),
        Fault::reply("stalled-length", "announces 100 MB and stops", || {
            with_length("100000000").stall(Stage::AfterAll)
        })
        .ends(&[TOO_LARGE]),
    ]
}

fn with_length(length: &str) -> Reply {
    good().header("content-length", length)
}

fn chunked(body: &str) -> Reply {
    Reply::raw(format!("{CHUNKED}{body}"))
}

fn blanks() -> String {
    " ".repeat(BLOCK)
}

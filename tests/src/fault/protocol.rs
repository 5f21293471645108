//! Responses that are not quite HTTP/1.1, or not HTTP at all.

use super::outcome::{INTERRUPTED, INVALID};
use super::{Fault, GOOD, Outcome};
use crate::Reply;

pub(super) fn faults() -> Vec<Fault> {
    vec![
        Fault::reply(
            "http-0.9",
            "gives the body without a head, as HTTP/0.9 does",
            || Reply::raw(GOOD),
        )
        .ends(&[INVALID]),
        Fault::reply("http-1.0", "speaks HTTP/1.0", || {
            Reply::raw(format!("HTTP/1.0 200 OK\r\n\r\n{GOOD}"))
        })
        .ends(&[Outcome::Token]),
        Fault::reply("http-2", "speaks HTTP/2 without being asked", || {
            // An empty SETTINGS frame (RFC 9113 §6.5), the first that a server sends.
            Reply::raw(&b"\0\0\0\x04\0\0\0\0\0"[..])
        })
        .ends(&[INVALID]),
        Fault::reply("http-9.9", "claims a version that does not exist", || {
            Reply::raw(format!("HTTP/9.9 200 OK\r\n\r\n{GOOD}"))
        })
        .ends(&[INVALID]),
        Fault::reply("ssh", "greets as an SSH server", || {
            Reply::raw("SSH-2.0-OpenSSH_9.6\r\n")
        })
        .ends(&[INVALID]),
        Fault::reply("random", "sends bytes that mean nothing", || {
            Reply::raw(vec![0xA5; 4096])
        })
        .ends(&[INVALID]),
        Fault::reply("random-endless", "sends such bytes for ever", || {
            Reply::raw("").repeat(vec![0xA5; 16 * 1024], usize::MAX)
        })
        .ends(&[INVALID]),
        Fault::reply(
            "nothing-but-line-ends",
            "sends empty lines for ever",
            || Reply::raw("").repeat("\r\n".repeat(8 * 1024), usize::MAX),
        )
        .ends(&[INVALID]),
        Fault::reply(
            "no-line-end",
            "ends the connection within the status line",
            || Reply::raw("HTTP/1.1 200 OK"),
        )
        .ends(&[INTERRUPTED]),
    ]
}

//! Statuses that announce, switch protocols, or lack a required body.

use super::outcome::{INTERRUPTED, INVALID, MISDIRECTED, TIMEOUT, UNUSABLE};
use super::{Fault, GOOD, Outcome, SHORT};
use crate::{Reply, Stage};

const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";

pub(super) fn faults() -> Vec<Fault> {
    [interim(), bodiless()].concat()
}

fn interim() -> Vec<Fault> {
    vec![
        Fault::reply(
            "interim-responses",
            "says 100 Continue 50 times and then responds",
            || {
                let length = GOOD.len();
                let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{GOOD}");
                Reply::raw(CONTINUE.repeat(50) + &response)
            },
        )
        .ends(&[Outcome::Token]),
        Fault::reply("interim-flood", "says 100 Continue for ever", || {
            Reply::raw("").repeat(CONTINUE.repeat(500), usize::MAX)
        })
        .within(SHORT)
        .ends(&[TIMEOUT, INVALID, INTERRUPTED]),
        Fault::reply(
            "early-hints-flood",
            "sends 103 Early Hints with a header field for ever",
            || {
                let hint = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";
                Reply::raw("").repeat(hint.repeat(200), usize::MAX)
            },
        )
        .within(SHORT)
        .ends(&[TIMEOUT, INVALID]),
        Fault::reply(
            "switching-protocols",
            "switches to a protocol that nobody asked for",
            || {
                Reply::raw(
                    "HTTP/1.1 101 Switching Protocols\r\n\
                     connection: upgrade\r\nupgrade: websocket\r\n\r\n",
                )
                .stall(Stage::AfterAll)
            },
        )
        .within(SHORT)
        .ends(&[UNUSABLE, INVALID, TIMEOUT]),
    ]
}

fn bodiless() -> Vec<Fault> {
    vec![
        Fault::reply("no-content", "responds with 204", || Reply::empty(204)).ends(&[UNUSABLE]),
        Fault::reply(
            "no-content-with-a-body",
            "responds with 204 with a length and a token behind the head",
            || good_with_status(204),
        )
        .ends(&[UNUSABLE]),
        Fault::reply("reset-content", "responds with 205", || Reply::empty(205)).ends(&[UNUSABLE]),
        Fault::reply("not-modified", "responds with 304", || Reply::empty(304))
            .ends(&[MISDIRECTED]),
        Fault::reply(
            "not-modified-with-a-body",
            "responds with 304 with a length and a token behind the head",
            || good_with_status(304),
        )
        .ends(&[MISDIRECTED]),
        Fault::reply("empty", "responds with 200 with an empty body", || {
            Reply::empty(200)
        })
        .ends(&[UNUSABLE]),
        Fault::reply("status-999", "responds with 999 with a token", || {
            good_with_status(999)
        })
        .ends(&[UNUSABLE, INVALID]),
        Fault::reply("status-000", "responds with 000 with a token", || {
            Reply::raw("HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n")
        })
        .ends(&[INVALID]),
    ]
}

fn good_with_status(status: u16) -> Reply {
    let length = GOOD.len();
    Reply::raw(format!(
        "HTTP/1.1 {status} Odd\r\ncontent-length: {length}\r\n\r\n{GOOD}"
    ))
}

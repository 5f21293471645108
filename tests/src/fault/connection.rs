//! Connections that are not made, break, or were closed without the client noticing.

use super::outcome::{CONNECT, INTERRUPTED, UNCLEAN, UNUSABLE};
use super::play::Occupant;
use super::{Fault, GOOD, Outcome, good};
use crate::{DeafPort, Reply};

/// Within the head of a good response.
const PART_OF_HEAD: usize = 30;

pub(super) fn faults() -> Vec<Fault> {
    [making(), resets(), closes(), reuse()].concat()
}

fn making() -> Vec<Fault> {
    vec![
        Fault::instead("refused", "refuses the connection", |_| Occupant::Nobody).ends(&[CONNECT]),
        Fault::instead(
            "not-accepted",
            "neither accepts nor refuses the connection",
            |site| Occupant::Deaf {
                _held: DeafPort::at(site.port()).expect("the port is held for it"),
            },
        )
        .never_ends(),
    ]
}

fn resets() -> Vec<Fault> {
    vec![
        Fault::reply(
            "reset-before-head",
            "resets the connection when it has the request",
            || good().reset_after(0),
        )
        .ends(&[INTERRUPTED]),
        Fault::reply("reset-within-head", "resets within the head", || {
            good().reset_after(PART_OF_HEAD)
        })
        .ends(&[INTERRUPTED]),
        Fault::reply("reset-after-head", "resets after the head", || {
            good().reset_after(head_length())
        })
        .ends(&[INTERRUPTED]),
        Fault::reply("reset-within-body", "resets within the body", || {
            good().reset_after(head_length() + GOOD.len() / 2)
        })
        .ends(&[INTERRUPTED]),
        Fault::reply(
            "reset-after-response",
            "gives the whole response and resets",
            || good().reset_after(usize::MAX),
        )
        .ends(&[Outcome::Token])
        .ends_over_tls(&[Outcome::Token, INTERRUPTED])
        // The reset may overtake the response on its way through TLS.
        .left_to_chance(),
    ]
}

fn closes() -> Vec<Fault> {
    vec![
        Fault::reply(
            "closed-before-head",
            "closes the connection when it has the request",
            Reply::drop_connection,
        )
        .ends(&[INTERRUPTED]),
        Fault::reply("closed-within-head", "closes within the head", || {
            good().cut_after(PART_OF_HEAD)
        })
        .ends(&[INTERRUPTED]),
        Fault::reply("closed-after-head", "closes after the head", || {
            good().cut_after(head_length())
        })
        .ends(&[INTERRUPTED]),
        Fault::reply(
            "half-a-body",
            "announces a body, gives half of it and closes",
            || good().cut_after(head_length() + GOOD.len() / 2),
        )
        .ends(&[INTERRUPTED]),
        Fault::reply(
            "half-a-body-unannounced",
            "gives half of a body that ends with the connection, and closes in order",
            || Reply::raw(until_close(&GOOD[..GOOD.len() / 2])),
        )
        .ends(&[UNUSABLE]),
        Fault::reply(
            "half-a-body-cut",
            "gives half of a body that ends with the connection, and closes without TLS's farewell",
            || Reply::raw(until_close(&GOOD[..GOOD.len() / 2])).hang_up(),
        )
        .ends(&[UNUSABLE])
        .ends_over_tls(&[UNCLEAN]),
    ]
}

fn reuse() -> Vec<Fault> {
    vec![
        Fault::reply(
            "closed-behind",
            "promises to keep the connection and closes it after the response",
            || {
                good()
                    .header("connection", "keep-alive")
                    .cut_after(usize::MAX)
            },
        )
        .ends(&[Outcome::Token]),
        Fault::reply(
            "two-responses",
            "gives two responses to one request and keeps the connection",
            || {
                let response = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{GOOD}",
                    GOOD.len()
                );
                Reply::raw(response.clone() + &response).stall(crate::Stage::AfterAll)
            },
        )
        .ends(&[Outcome::Token]),
    ]
}

fn until_close(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{body}")
}

/// The bytes of a good response before its body.
fn head_length() -> usize {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \r\n\r\n";
    head.len() + GOOD.len().to_string().len()
}

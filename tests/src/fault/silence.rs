//! Servers that stop sending, or send too slowly.

use std::time::Duration;

use super::play::Occupant;
use super::{Fault, good, hello};
use crate::contract::Scheme;
use crate::{Reply, Stage};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn faults() -> Vec<Fault> {
    [stalls(), drips()].concat()
}

fn stalls() -> Vec<Fault> {
    vec![
        Fault::instead(
            "stall-before-handshake",
            "accepts and does not respond to the TLS greeting",
            |site| Occupant::Server(site.serve_bytes(Reply::raw("").stall(Stage::BeforeHead))),
        )
        .only_over(&[Scheme::Https])
        .never_ends(),
        Fault::instead(
            "stall-within-handshake",
            "responds to the TLS greeting with its own and stops",
            |site| Occupant::Server(site.serve_bytes(hello::acceptable())),
        )
        .only_over(&[Scheme::Https])
        .never_ends(),
        Fault::reply("stall-before-head", "takes the request and stops", || {
            good().stall(Stage::BeforeHead)
        })
        .never_ends(),
        Fault::reply("stall-after-interim", "says 100 Continue and stops", || {
            Reply::raw("HTTP/1.1 100 Continue\r\n\r\n").stall(Stage::AfterAll)
        })
        .never_ends(),
        Fault::reply("stall-within-head", "stops within the head", || {
            good().stall(Stage::WithinHead)
        })
        .never_ends(),
        Fault::reply("stall-within-body", "stops within the body", || {
            good().stall(Stage::WithinBody)
        })
        .never_ends(),
        Fault::reply("stall-within-chunk", "stops within a chunk", || {
            good().chunked().stall(Stage::WithinBody)
        })
        .never_ends(),
        Fault::reply(
            "stall-before-last-chunk",
            "gives the whole body and never the last chunk",
            || {
                Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n")
                    .stall(Stage::AfterAll)
            },
        )
        .never_ends(),
        Fault::reply(
            "stall-before-close",
            "gives a body that ends with the connection, and keeps that open",
            || {
                good()
                    .without_header("content-length")
                    .stall(Stage::AfterAll)
            },
        )
        .never_ends(),
    ]
}

fn drips() -> Vec<Fault> {
    vec![
        Fault::instead(
            "drip-handshake",
            "gives its TLS greeting one byte a second",
            |site| Occupant::Server(site.serve_bytes(drip(hello::acceptable()))),
        )
        .only_over(&[Scheme::Https])
        .never_ends(),
        Fault::reply("drip-head", "gives the response one byte a second", || {
            drip(good())
        })
        .never_ends(),
        Fault::reply(
            "drip-body",
            "gives the head at once and the body one byte a second",
            || good().drip_body(1, SECOND),
        )
        .never_ends(),
    ]
}

fn drip(reply: Reply) -> Reply {
    reply.drip(1, SECOND)
}

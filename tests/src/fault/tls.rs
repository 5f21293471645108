//! TLS that cannot be trusted, is too old, or is not there.

use super::hello;
use super::outcome::{CONNECT, INTERRUPTED, INVALID, TLS};
use super::play::Occupant;
use super::site::Site;
use super::{Fault, good};
use crate::contract::Scheme;
use crate::{Authority, Certificate, Reply};

const OVER_TLS: &[Scheme] = &[Scheme::Https];

pub(super) fn faults() -> Vec<Fault> {
    [certificates(), versions(), nonsense(), wrong_port()].concat()
}

fn certificates() -> Vec<Fault> {
    let shows = |name, deed, occupy: fn(&Site) -> Occupant| {
        Fault::instead(name, deed, occupy)
            .only_over(OVER_TLS)
            .ends(&[TLS])
    };
    vec![
        shows("expired", "shows a certificate that has expired", |site| {
            Occupant::Server(site.serve_with(site.authority.expired_certificate()))
        }),
        shows(
            "not-yet-valid",
            "shows a certificate that begins in 2100",
            |site| Occupant::Server(site.serve_with(site.authority.future_certificate())),
        ),
        shows("self-signed", "shows a self-signed certificate", |site| {
            Occupant::Server(site.serve_with(Certificate::self_signed()))
        }),
        shows(
            "wrong-name",
            "shows a certificate for another host",
            |site| Occupant::Server(site.serve_with(site.authority.wrong_name_certificate())),
        ),
        shows(
            "unknown-authority",
            "shows a certificate of an authority that nobody knows",
            |site| Occupant::Server(site.serve_with(Authority::new().certificate())),
        ),
    ]
}

fn versions() -> Vec<Fault> {
    let greets = |name, deed, occupy: fn(&Site) -> Occupant| {
        Fault::instead(name, deed, occupy)
            .only_over(OVER_TLS)
            .ends(&[TLS])
    };
    vec![
        greets("ssl-3.0", "chooses SSL 3.0", |site| {
            Occupant::Server(site.serve_bytes(hello::choosing(0x0300, 0x002F)))
        }),
        greets("tls-1.0", "chooses TLS 1.0", |site| {
            Occupant::Server(site.serve_bytes(hello::choosing(0x0301, 0x002F)))
        }),
        greets("tls-1.1", "chooses TLS 1.1", |site| {
            Occupant::Server(site.serve_bytes(hello::choosing(0x0302, 0x002F)))
        }),
        greets("rc4", "chooses RC4, which no client offers", |site| {
            Occupant::Server(site.serve_bytes(hello::choosing(0x0303, 0x0005)))
        }),
        greets("null-cipher", "chooses no encryption at all", |site| {
            Occupant::Server(site.serve_bytes(hello::choosing(0x0303, 0x0001)))
        }),
        greets(
            "downgraded",
            "chooses TLS 1.2 and admits that somebody on the way wanted that",
            |site| Occupant::Server(site.serve_bytes(hello::downgraded())),
        ),
        greets(
            "versions-refused",
            "refuses every version that the client offers, as a server of TLS 1.1 does",
            |site| Occupant::Server(site.serve_bytes(hello::alert(70))),
        ),
        greets(
            "ciphers-refused",
            "refuses every cipher that the client offers",
            |site| Occupant::Server(site.serve_bytes(hello::alert(40))),
        ),
    ]
}

fn nonsense() -> Vec<Fault> {
    let breaks = |name, deed, occupy: fn(&Site) -> Occupant| {
        // The connection ends during the handshake, so each of these kinds is correct.
        Fault::instead(name, deed, occupy)
            .only_over(OVER_TLS)
            .ends(&[TLS, CONNECT, INTERRUPTED])
    };
    vec![
        breaks(
            "handshake-reset",
            "resets the connection when it has the TLS greeting",
            |site| Occupant::Server(site.serve_bytes(Reply::raw("").reset_after(0))),
        ),
        breaks(
            "handshake-closed",
            "closes the connection when it has the TLS greeting",
            |site| Occupant::Server(site.serve_bytes(Reply::drop_connection())),
        ),
        breaks("handshake-cut", "closes within its own greeting", |site| {
            Occupant::Server(site.serve_bytes(hello::acceptable().cut_after(20)))
        }),
        breaks(
            "handshake-random",
            "responds to the TLS greeting with bytes that mean nothing",
            |site| Occupant::Server(site.serve_bytes(Reply::raw(vec![0xA5; 4096]))),
        )
        .ends(&[TLS]),
        breaks(
            "handshake-huge",
            "sends handshake records for ever that belong to one endless message",
            |site| Occupant::Server(site.serve_bytes(endless_handshake())),
        )
        .ends(&[TLS]),
    ]
}

/// Returns a certificate message of 16 MiB less a byte, in records of the largest size.
fn endless_handshake() -> Reply {
    let record = [&[0x16, 3, 3, 0x40, 0][..], &[0; 0x4000]].concat();
    let begin = [0x16, 3, 3, 0, 4, 11, 0xFF, 0xFF, 0xFF];
    let reply = hello::acceptable();
    reply.repeat([&begin[..], &record].concat(), usize::MAX)
}

fn wrong_port() -> Vec<Fault> {
    vec![
        Fault::instead(
            "plain-on-tls-port",
            "speaks plain HTTP on the port of https",
            |site| {
                let server = site.builder().start(|_| good());
                Occupant::Server(server.expect("the port is held for it"))
            },
        )
        .only_over(OVER_TLS)
        .ends(&[TLS]),
        Fault::instead(
            "tls-on-plain-port",
            "speaks TLS on the port of http",
            |site| Occupant::Server(site.serve_with(site.authority.certificate())),
        )
        .only_over(&[Scheme::Http])
        .ends(&[INVALID, INTERRUPTED]),
    ]
}

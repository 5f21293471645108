//! TLS connections that end without close_notify, and bodies that only the connection ends.
//!
//! A response that is complete by its own framing counts, however the connection ends. A body that
//! ends with the connection is complete only if the connection ends in order (RFC 9112 §9.8).

use super::outcome::UNCLEAN;
use super::{Fault, Outcome, good};
use crate::Reply;
use crate::contract::Scheme;

pub(super) fn faults() -> Vec<Fault> {
    let faults = [complete(), until_close()].concat();
    // A secret is sent once, also by a source that repeats requests.
    let faults = faults.into_iter().map(|fault| fault.with_attempts(3));
    faults.collect()
}

fn complete() -> Vec<Fault> {
    let ends = |name, deed, reply: fn() -> Reply| {
        Fault::reply(name, deed, reply)
            .ends(&[Outcome::Token])
            .may_lose_what_is_read()
    };
    let both = |name, name_1_2, deed, deed_1_2, reply: fn() -> Reply| {
        [
            ends(name, deed, reply),
            ends(name_1_2, deed_1_2, reply)
                .with_tls_1_2()
                .only_over(&[Scheme::Https]),
        ]
    };
    [
        both(
            "no-close-notify-length",
            "no-close-notify-length-tls-1.2",
            "gives a good response with its length and closes without close_notify",
            "does the same over TLS 1.2",
            || good().hang_up(),
        ),
        both(
            "no-close-notify-chunks",
            "no-close-notify-chunks-tls-1.2",
            "gives a good response in chunks and closes without close_notify",
            "does the same over TLS 1.2",
            || good().chunked().hang_up(),
        ),
        both(
            "no-close-notify-one-segment",
            "no-close-notify-one-segment-tls-1.2",
            "sends a good response with its length and the end of TCP in one segment",
            "does the same over TLS 1.2",
            || good().hang_up().in_one_segment(),
        ),
        both(
            "no-close-notify-chunks-one-segment",
            "no-close-notify-chunks-one-segment-tls-1.2",
            "sends a good response in chunks and the end of TCP in one segment",
            "does the same over TLS 1.2",
            || good().chunked().hang_up().in_one_segment(),
        ),
    ]
    .concat()
}

fn until_close() -> Vec<Fault> {
    vec![
        Fault::reply(
            "until-close",
            "gives a good body that ends with the connection, and closes in order",
            || without_length().close(),
        )
        .ends(&[Outcome::Token]),
        Fault::reply(
            "until-close-cut",
            "gives a good body that ends with the connection, and closes without close_notify",
            || without_length().hang_up(),
        )
        .ends(&[Outcome::Token])
        .ends_over_tls(&[UNCLEAN]),
        Fault::reply(
            "until-close-cut-tls-1.2",
            "does the same over TLS 1.2",
            || without_length().hang_up(),
        )
        .with_tls_1_2()
        .only_over(&[Scheme::Https])
        .ends(&[UNCLEAN]),
        Fault::reply(
            "until-close-cut-one-segment",
            "gives such a body and the end of TCP in one segment",
            || without_length().hang_up().in_one_segment(),
        )
        .ends(&[Outcome::Token])
        .ends_over_tls(&[UNCLEAN]),
        Fault::reply(
            "until-close-reset",
            "gives a good body that ends with the connection, and resets",
            || without_length().reset_after(usize::MAX),
        )
        .ends(&[UNCLEAN]),
    ]
}

fn without_length() -> Reply {
    good().without_header("content-length")
}

//! Interruptions: a connection that ends too early is reported, and the request is not repeated.

use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::{Fixture, LONG};
use crate::Reply;

pub(super) const ADVICE: &str = "If the connection ends before the response is complete, \
    return `Interrupted`. Turn the client's retries off.";

/// The bytes of a head that is cut within a field.
const PART_OF_HEAD: usize = 30;

/// How many connections end before a request. Whether the client has begun to send when it sees the
/// end is chance, and it may have an error of its own for either.
const CONNECTIONS: usize = 100;

pub(super) fn before_the_request_is_told(fixture: &Fixture<'_>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    let address = listener.local_addr().expect("the listener is bound");
    let closing = thread::spawn(move || {
        let accepted = listener.incoming().take(CONNECTIONS);
        accepted.flatten().count()
    });
    let client = fixture.client_with(&fixture.options().with_timeout(LONG));
    // hyper 1.12 hardly ever loses a request that it queues while the connection ends, and leaves
    // it to the timeout.
    let kinds = [TransportErrorKind::Interrupted, TransportErrorKind::Timeout];
    let failures = (0..CONNECTIONS).map(|_| client.fails_as_one_of(&fixture.url(address), &kinds));
    let lost = failures.filter(|error| error.kind() == TransportErrorKind::Timeout);
    assert!(lost.count() <= 2, "an end is not noticed");
    let count = closing.join().expect("the listener does not panic");
    assert_eq!(count, CONNECTIONS, "not one connection for each request");
}

pub(super) fn before_the_response_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, &Reply::drop_connection());
}

pub(super) fn within_the_head_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, &Reply::of_size(100).cut_after(PART_OF_HEAD));
}

pub(super) fn within_a_body_with_a_length_is_told(fixture: &Fixture<'_>) {
    // More is declared than the connection brings before it ends.
    is_told(
        fixture,
        &Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"access_token\""),
    );
    is_told(
        fixture,
        &Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"),
    );
}

pub(super) fn within_a_chunk_is_told(fixture: &Fixture<'_>) {
    is_told(
        fixture,
        &Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc"),
    );
}

pub(super) fn before_the_last_chunk_is_told(fixture: &Fixture<'_>) {
    is_told(
        fixture,
        &Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    );
}

pub(super) fn by_a_reset_before_the_response_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, &Reply::of_size(100).reset_after(0));
}

pub(super) fn by_a_reset_within_the_head_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, &Reply::of_size(100).reset_after(PART_OF_HEAD));
}

pub(super) fn by_a_reset_within_the_body_is_told(fixture: &Fixture<'_>) {
    // The head of the reply is shorter than this, head and body are longer.
    is_told(fixture, &Reply::of_size(10_000).reset_after(5_000));
}

fn is_told(fixture: &Fixture<'_>, reply: &Reply) {
    let server = fixture.responding(reply);
    fixture
        .client()
        .fails(&server.url("/"), TransportErrorKind::Interrupted);
    assert_eq!(server.request_count(), 1, "the request was sent again");
    assert_eq!(server.connections(), 1, "another connection was made");
}

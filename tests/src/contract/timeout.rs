//! Timeouts: the total timeout ends a request at any point, the other one ends only connecting.

use std::time::Duration;

use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::{Fixture, SHORT};
use crate::{Reply, Server, Stage};

pub(super) const ADVICE: &str = "Let `TransportOptions::timeout` end the whole request, up \
    to the last byte of the body, and `connect_timeout` the connection with its TLS handshake. \
    Return `Timeout`.";

pub(super) fn ends_a_wait_for_the_head(fixture: &Fixture<'_>) {
    ends(fixture, &Reply::of_size(100).stall(Stage::BeforeHead));
}

pub(super) fn ends_a_wait_within_the_head(fixture: &Fixture<'_>) {
    ends(fixture, &Reply::of_size(100).stall(Stage::WithinHead));
}

pub(super) fn ends_a_wait_within_the_body(fixture: &Fixture<'_>) {
    ends(fixture, &Reply::of_size(100).stall(Stage::WithinBody));
    ends(
        fixture,
        &Reply::of_size(100).chunked().stall(Stage::WithinBody),
    );
}

pub(super) fn ends_a_wait_for_the_end_of_the_connection(fixture: &Fixture<'_>) {
    let reply = Reply::of_size(100).without_header("content-length");
    ends(fixture, &reply.stall(Stage::AfterAll));
}

pub(super) fn ends_a_dripping_head(fixture: &Fixture<'_>) {
    let reply = Reply::empty(200).header("x-long", &"x".repeat(5_000));
    ends(fixture, &drip(reply));
}

pub(super) fn ends_a_dripping_body(fixture: &Fixture<'_>) {
    // The head arrives at once, the body would take minutes.
    let body = Reply::of_size(100_000);
    ends(fixture, &drip(body.clone()));
    ends(fixture, &drip(body.chunked()));
}

/// Sends twenty bytes every twenty milliseconds: never silent for long, but slower than any
/// timeout.
fn drip(reply: Reply) -> Reply {
    reply.drip(20, Duration::from_millis(20))
}

pub(super) fn of_zero_ends_a_wait(fixture: &Fixture<'_>) {
    // The rest of a deadline may be zero, which some clients take for "no timeout".
    let reply = Reply::of_size(100).stall(Stage::BeforeHead);
    for timeout in [Duration::ZERO, Duration::from_micros(500)] {
        ends_after(fixture, timeout, &reply);
    }
}

pub(super) fn of_any_length_is_taken(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::text(200, "in time"));
    let options = fixture.options().with_timeout(Duration::MAX);
    let client = fixture.client_with(&options.with_connect_timeout(Duration::MAX));
    assert_eq!(client.post(&server.url("/")).body(), "in time");
}

fn ends(fixture: &Fixture<'_>, reply: &Reply) {
    ends_after(fixture, SHORT, reply);
}

fn ends_after(fixture: &Fixture<'_>, timeout: Duration, reply: &Reply) {
    let server = fixture.responding(reply);
    let client = fixture.client_with(&fixture.options().with_timeout(timeout));
    client.fails(&server.url("/"), TransportErrorKind::Timeout);
    assert!(server.request_count() <= 1, "the request was sent again");
}

pub(super) fn ends_a_tls_handshake_that_gets_no_response(fixture: &Fixture<'_>) {
    let server = silent();
    let client = fixture.client_with(&fixture.options().with_timeout(SHORT));
    client.fails(&fixture.url(server.address()), TransportErrorKind::Timeout);
}

pub(super) fn of_connecting_ends_a_tls_handshake_that_gets_no_response(fixture: &Fixture<'_>) {
    let server = silent();
    let client = fixture.client_with(&fixture.options().with_connect_timeout(SHORT));
    client.fails(&fixture.url(server.address()), TransportErrorKind::Timeout);
}

pub(super) fn of_connecting_may_be_zero(fixture: &Fixture<'_>) {
    let server = silent();
    let client = fixture.client_with(&fixture.options().with_connect_timeout(Duration::ZERO));
    client.fails(&fixture.url(server.address()), TransportErrorKind::Timeout);
}

/// Starts a server that accepts connections and sends nothing.
fn silent() -> Server {
    Server::tcp(|_| Reply::raw("").stall(Stage::BeforeHead))
}

pub(super) fn of_connecting_does_not_end_a_response(fixture: &Fixture<'_>) {
    // The response takes three times as long as the connect timeout.
    let server = fixture.responding(&Reply::text(200, "late").delay(3 * SHORT));
    let client = fixture.client_with(&fixture.options().with_connect_timeout(SHORT));
    assert_eq!(client.post(&server.url("/")).body(), "late");
}

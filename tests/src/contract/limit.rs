//! Limits of one request: `send_within` ends it before the transport's timeout.

use std::time::Duration;

use super::fixture::{Fixture, MAX_WAIT, SHORT, post};
use crate::{DeafPort, Reply, Server, Stage};

pub(super) const ADVICE: &str = "Implement `BlockingTransport::send_within`: end the whole request \
    after the shorter one of the limit and the timeout, from resolving the name to the last byte of \
    the body, drop its connection, and return `Timeout`. A limit of zero ends it at once.";

pub(super) fn ends_a_wait_for_the_head(fixture: &Fixture<'_>) {
    let _ = ends(
        fixture,
        SHORT,
        &Reply::of_size(100).stall(Stage::BeforeHead),
    );
}

pub(super) fn ends_a_slow_body(fixture: &Fixture<'_>) {
    // The head arrives at once, the body would take minutes.
    let body = Reply::of_size(100_000);
    let pause = Duration::from_millis(20);
    for reply in [body.clone(), body.chunked()] {
        let server = ends(fixture, SHORT, &reply.drip_body(20, pause));
        // A server that sends notices that the client has left.
        assert!(is_left(&server), "the connection is kept");
    }
}

fn is_left(server: &Server) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("the system gives a runtime");
    runtime.block_on(async {
        tokio::time::timeout(MAX_WAIT, server.connections_over(1))
            .await
            .is_ok()
    })
}

pub(super) fn ends_a_wait_for_a_connection(fixture: &Fixture<'_>) {
    // The limit is shorter than the timeout of connecting.
    let port = DeafPort::new().expect("loopback has a free port");
    let client = fixture.client();
    client.times_out_within(&fixture.url(port.address()), SHORT);
    let server = fixture.responding(&Reply::text(200, "next"));
    assert_eq!(client.post(&server.url("/")).body(), "next");
}

pub(super) fn of_zero_ends_a_wait(fixture: &Fixture<'_>) {
    for limit in [Duration::ZERO, Duration::from_micros(500)] {
        let _ = ends(
            fixture,
            limit,
            &Reply::of_size(100).stall(Stage::BeforeHead),
        );
    }
}

pub(super) fn above_the_timeout_changes_nothing(fixture: &Fixture<'_>) {
    let silent = Reply::of_size(100).stall(Stage::BeforeHead);
    let server = fixture.responding(&silent);
    let client = fixture.client_with(&fixture.options().with_timeout(SHORT));
    for limit in [2 * SHORT, Duration::MAX] {
        client.times_out_within(&server.url("/"), limit);
    }
}

pub(super) fn does_not_end_a_response_in_time(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::text(200, "in time"));
    let client = fixture.client();
    for limit in [Duration::from_mins(1), Duration::MAX] {
        let response = client.send_within(post(&server.url("/")), limit);
        assert_eq!(response.expect("the server responds").body(), "in time");
    }
    assert_eq!(server.request_count(), 2);
}

/// The limit ends a request that the server does not end, the request is sent once, and the next
/// one on the same transport, without a limit, gets its response.
fn ends(fixture: &Fixture<'_>, limit: Duration, reply: &Reply) -> Server {
    let server = fixture.responding(reply);
    let client = fixture.client();
    client.times_out_within(&server.url("/"), limit);
    assert!(server.request_count() <= 1, "the request was sent again");
    let next = fixture.responding(&Reply::text(200, "next"));
    assert_eq!(client.post(&next.url("/")).body(), "next");
    assert_eq!(next.request_count(), 1);
    server
}

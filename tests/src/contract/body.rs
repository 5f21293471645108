//! Bodies: whole, as sent, and no longer than the limit.

use std::time::Duration;

use cxone_auth_core::transport::{MAX_RESPONSE_BODY, TransportError, TransportErrorKind};

use super::fixture::Fixture;
use super::meter::Meter;
use crate::{Reply, Stage};

pub(super) const ADVICE: &str = "Read the body with `ResponseBody`. Return it as it was \
    sent, and turn the client's decompression off. If it is longer than `MAX_RESPONSE_BODY`, return \
    `TransportError::body_too_large` and read no further.";

/// Far more than the limit plus the buffers of the system and of a client, and far less than what a
/// client reads if it does not stop.
const PROMPTLY: usize = 32 * 1024 * 1024;

const TEXT: &str = r#"{"access_token":"abc","token_type":"bearer"}"#;

pub(super) fn arrives_whole_by_length(fixture: &Fixture<'_>) {
    arrives_whole(fixture, &Reply::response(200, TEXT));
}

pub(super) fn arrives_whole_in_chunks(fixture: &Fixture<'_>) {
    arrives_whole(fixture, &Reply::response(200, TEXT).chunked());
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (first, second) = TEXT.split_at(7);
    let length = second.len();
    let chunks =
        format!("{head}007;x=y\r\n{first}\r\n{length:X}\r\n{second}\r\n0\r\nx-t: 1\r\n\r\n");
    arrives_whole(fixture, &Reply::raw(chunks));
}

pub(super) fn arrives_whole_until_the_end_of_the_connection(fixture: &Fixture<'_>) {
    arrives_whole(
        fixture,
        &Reply::response(200, TEXT).without_header("content-length"),
    );
}

pub(super) fn arrives_byte_by_byte(fixture: &Fixture<'_>) {
    let reply = Reply::response(200, TEXT).chunked();
    arrives_whole(fixture, &reply.drip(1, Duration::from_millis(1)));
}

fn arrives_whole(fixture: &Fixture<'_>, reply: &Reply) {
    let server = fixture.responding(reply);
    let response = fixture.client().post(&server.url("/"));
    assert_eq!(response.body(), TEXT);
}

pub(super) fn is_not_decompressed(fixture: &Fixture<'_>) {
    // "hello", compressed.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";
    for (coding, body) in [
        ("gzip", &gzip[..]),
        ("gzip", b"not compressed"),
        ("deflate", b"not compressed"),
        ("br", b"not compressed"),
        ("zstd", b"not compressed"),
    ] {
        let reply = Reply::response(200, body.to_vec()).header("content-encoding", coding);
        let server = fixture.responding(&reply);
        let response = fixture.client().post(&server.url("/"));
        assert_eq!(response.body(), body);
        assert_eq!(response.headers()["content-encoding"], coding);
        assert_eq!(response.headers()["content-length"], body.len().to_string());
    }
}

pub(super) fn may_be_as_long_as_the_limit(fixture: &Fixture<'_>) {
    for reply in every_framing(MAX_RESPONSE_BODY) {
        let server = fixture.responding(&reply);
        let response = fixture.client().post(&server.url("/"));
        assert!(
            *response.body() == vec![b'x'; MAX_RESPONSE_BODY],
            "the body differs"
        );
    }
}

pub(super) fn is_refused_one_byte_beyond_the_limit(fixture: &Fixture<'_>) {
    for reply in every_framing(MAX_RESPONSE_BODY + 1) {
        let server = fixture.responding(&reply);
        is_refused(fixture, &server.url("/"));
        assert_eq!(server.request_count(), 1);
    }
}

pub(super) fn is_refused_with_status_and_content_type(fixture: &Fixture<'_>) {
    let page = Reply::response(502, vec![b'x'; MAX_RESPONSE_BODY + 1]);
    for reply in framed_in_every_way(page.header("content-type", "text/html")) {
        let server = fixture.responding(&reply);
        let error = is_refused(fixture, &server.url("/"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
        assert_eq!(error.content_type(), Some("text/html"));
    }
}

fn is_refused(fixture: &Fixture<'_>, url: &str) -> TransportError {
    fixture
        .client()
        .fails(url, TransportErrorKind::BodyTooLarge)
}

fn every_framing(length: usize) -> [Reply; 3] {
    framed_in_every_way(Reply::of_size(length))
}

fn framed_in_every_way(reply: Reply) -> [Reply; 3] {
    [
        reply.clone(),
        reply.clone().chunked(),
        reply.without_header("content-length"),
    ]
}

pub(super) fn is_refused_while_it_goes_on_for_ever(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::endless());
    let meter = Meter::before(server.address());
    let client = fixture.client();
    let url = fixture.url(meter.address());
    client.fails(&url, TransportErrorKind::BodyTooLarge);
    // The connection is closed, but the client still exists.
    let carried = meter.carried_until_the_client_left();
    assert!(carried < PROMPTLY, "{carried} bytes were read");
    assert_eq!(server.request_count(), 1);
}

pub(super) fn is_refused_unread_when_it_announces_itself_too_long(fixture: &Fixture<'_>) {
    // The announced bytes never come: a client that waits for them waits forever.
    for length in [MAX_RESPONSE_BODY as u64 + 1, 100_000_000, u64::MAX / 2] {
        let reply =
            Reply::response(200, vec![b'x'; 1000]).header("content-length", &length.to_string());
        let server = fixture.responding(&reply.stall(Stage::AfterAll));
        let error = is_refused(fixture, &server.url("/"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert_eq!(server.request_count(), 1);
    }
}

//! Bodies: whole, as sent, and no longer than the limit.

use std::time::Duration;

use cxone_auth_core::transport::{MAX_RESPONSE_BODY, TransportError, TransportErrorKind};

use super::meter::Meter;
use super::scene::Scene;
use crate::{Reply, Stage};

/// Far more than the limit and whatever the buffers of the system and of a client may hold, and
/// far less than a client reads that reads on.
const PROMPTLY: usize = 32 * 1024 * 1024;

const TEXT: &str = r#"{"access_token":"abc","token_type":"bearer"}"#;

pub(super) fn arrives_whole_by_length(scene: &Scene<'_>) {
    arrives_whole(scene, &Reply::answer(200, TEXT));
}

pub(super) fn arrives_whole_in_chunks(scene: &Scene<'_>) {
    arrives_whole(scene, &Reply::answer(200, TEXT).chunked());
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (first, second) = TEXT.split_at(7);
    let length = second.len();
    let chunks =
        format!("{head}007;x=y\r\n{first}\r\n{length:X}\r\n{second}\r\n0\r\nx-t: 1\r\n\r\n");
    arrives_whole(scene, &Reply::raw(chunks));
}

pub(super) fn arrives_whole_until_the_end_of_the_connection(scene: &Scene<'_>) {
    arrives_whole(
        scene,
        &Reply::answer(200, TEXT).without_header("content-length"),
    );
}

pub(super) fn arrives_byte_by_byte(scene: &Scene<'_>) {
    let reply = Reply::answer(200, TEXT).chunked();
    arrives_whole(scene, &reply.drip(1, Duration::from_millis(1)));
}

fn arrives_whole(scene: &Scene<'_>, reply: &Reply) {
    let server = scene.answering(reply);
    let response = scene.client().post(&server.url("/"));
    assert_eq!(response.body(), TEXT);
}

pub(super) fn is_not_decompressed(scene: &Scene<'_>) {
    // "hello", compressed.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";
    for (coding, body) in [
        ("gzip", &gzip[..]),
        ("gzip", b"not compressed"),
        ("deflate", b"not compressed"),
        ("br", b"not compressed"),
        ("zstd", b"not compressed"),
    ] {
        let reply = Reply::answer(200, body.to_vec()).header("content-encoding", coding);
        let server = scene.answering(&reply);
        let response = scene.client().post(&server.url("/"));
        assert_eq!(response.body(), body);
        assert_eq!(response.headers()["content-encoding"], coding);
        assert_eq!(response.headers()["content-length"], body.len().to_string());
    }
}

pub(super) fn may_be_as_long_as_the_limit(scene: &Scene<'_>) {
    for reply in every_framing(MAX_RESPONSE_BODY) {
        let server = scene.answering(&reply);
        let response = scene.client().post(&server.url("/"));
        assert!(
            *response.body() == vec![b'x'; MAX_RESPONSE_BODY],
            "the body differs"
        );
    }
}

pub(super) fn is_refused_one_byte_beyond_the_limit(scene: &Scene<'_>) {
    for reply in every_framing(MAX_RESPONSE_BODY + 1) {
        let server = scene.answering(&reply);
        is_refused(scene, &server.url("/"));
        assert_eq!(server.request_count(), 1);
    }
}

pub(super) fn is_refused_with_status_and_content_type(scene: &Scene<'_>) {
    let page = Reply::answer(502, vec![b'x'; MAX_RESPONSE_BODY + 1]);
    for reply in framed_in_every_way(page.header("content-type", "text/html")) {
        let server = scene.answering(&reply);
        let error = is_refused(scene, &server.url("/"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
        assert_eq!(error.content_type(), Some("text/html"));
    }
}

fn is_refused(scene: &Scene<'_>, url: &str) -> TransportError {
    scene.client().fails(url, TransportErrorKind::BodyTooLarge)
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

pub(super) fn is_refused_while_it_goes_on_for_ever(scene: &Scene<'_>) {
    let server = scene.answering(&Reply::endless());
    let meter = Meter::before(server.address());
    let client = scene.client();
    let url = scene.url(meter.address());
    client.fails(&url, TransportErrorKind::BodyTooLarge);
    // The client is still there: it is the connection that it has left.
    let carried = meter.carried_until_the_client_left();
    assert!(carried < PROMPTLY, "{carried} bytes were read");
    assert_eq!(server.request_count(), 1);
}

pub(super) fn is_refused_unread_when_it_announces_itself_too_long(scene: &Scene<'_>) {
    // The announced bytes never come: whoever waits for them waits for ever.
    for length in [MAX_RESPONSE_BODY as u64 + 1, 100_000_000, u64::MAX / 2] {
        let reply =
            Reply::answer(200, vec![b'x'; 1000]).header("content-length", &length.to_string());
        let server = scene.answering(&reply.stall(Stage::AfterAll));
        let error = is_refused(scene, &server.url("/"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert_eq!(server.request_count(), 1);
    }
}

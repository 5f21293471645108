//! Nonsense: what is not an HTTP answer is told as such.

use bytes::Bytes;
use cxone_auth_core::transport::TransportErrorKind;

use super::scene::Scene;
use crate::Reply;

pub(super) fn of_another_protocol_is_told(scene: &Scene<'_>) {
    is_told(scene, "SSH-2.0-OpenSSH_9.6\r\n\r\n");
    is_told(scene, "220 mail.example.com ESMTP\r\n\r\n");
    is_told(scene, &b"\x15\x03\x03\0\x02\x02\x46\r\n\r\n"[..]);
    is_told(scene, "{\"access_token\":\"abc\"}\r\n\r\n");
}

pub(super) fn in_the_status_line_is_told(scene: &Scene<'_>) {
    is_told(scene, "HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n");
    is_told(scene, "HTTP/1.1 20x OK\r\ncontent-length: 0\r\n\r\n");
}

pub(super) fn in_a_header_field_is_told(scene: &Scene<'_>) {
    is_told(
        scene,
        "HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 0\r\n\r\n",
    );
    is_told(
        scene,
        "HTTP/1.1 200 OK\r\n: nameless\r\ncontent-length: 0\r\n\r\n",
    );
    is_told(scene, "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n");
}

pub(super) fn in_a_chunk_size_is_told(scene: &Scene<'_>) {
    // To curl this is an error of receiving like any other.
    let kinds = [
        TransportErrorKind::InvalidAnswer,
        TransportErrorKind::Interrupted,
    ];
    let bytes = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n";
    is_told_as_one_of(scene, bytes, &kinds);
}

pub(super) fn of_a_huge_head_is_told(scene: &Scene<'_>) {
    let value = "x".repeat(1024 * 1024);
    is_told(
        scene,
        format!("HTTP/1.1 200 OK\r\nx-huge: {value}\r\ncontent-length: 0\r\n\r\n"),
    );
}

#[track_caller]
fn is_told(scene: &Scene<'_>, bytes: impl Into<Bytes>) {
    is_told_as_one_of(scene, bytes, &[TransportErrorKind::InvalidAnswer]);
}

#[track_caller]
fn is_told_as_one_of(scene: &Scene<'_>, bytes: impl Into<Bytes>, kinds: &[TransportErrorKind]) {
    let server = scene.answering(&Reply::raw(bytes));
    scene.client().fails_as_one_of(&server.url("/"), kinds);
    assert_eq!(server.request_count(), 1, "the request was sent again");
}

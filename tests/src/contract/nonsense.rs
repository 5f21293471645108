//! Nonsense: a response that is not HTTP is reported as such.

use bytes::Bytes;
use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::Fixture;
use crate::Reply;

pub(super) const ADVICE: &str = "If what comes back is not an HTTP response, return \
    `InvalidResponse`. Turn the client's retries off.";

pub(super) fn of_another_protocol_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, "SSH-2.0-OpenSSH_9.6\r\n\r\n");
    is_told(fixture, "220 mail.example.com ESMTP\r\n\r\n");
    is_told(fixture, &b"\x15\x03\x03\0\x02\x02\x46\r\n\r\n"[..]);
    is_told(fixture, "{\"access_token\":\"abc\"}\r\n\r\n");
}

pub(super) fn in_the_status_line_is_told(fixture: &Fixture<'_>) {
    is_told(fixture, "HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n");
    is_told(fixture, "HTTP/1.1 20x OK\r\ncontent-length: 0\r\n\r\n");
}

pub(super) fn in_a_header_field_is_told(fixture: &Fixture<'_>) {
    is_told(
        fixture,
        "HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 0\r\n\r\n",
    );
    is_told(
        fixture,
        "HTTP/1.1 200 OK\r\n: nameless\r\ncontent-length: 0\r\n\r\n",
    );
    is_told(fixture, "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n");
}

pub(super) fn in_a_chunk_size_is_told(fixture: &Fixture<'_>) {
    // For curl this is an ordinary receive error.
    let kinds = [
        TransportErrorKind::InvalidResponse,
        TransportErrorKind::Interrupted,
    ];
    let bytes = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n";
    is_told_as_one_of(fixture, bytes, &kinds);
}

pub(super) fn of_a_huge_head_is_told(fixture: &Fixture<'_>) {
    let value = "x".repeat(1024 * 1024);
    is_told(
        fixture,
        format!("HTTP/1.1 200 OK\r\nx-huge: {value}\r\ncontent-length: 0\r\n\r\n"),
    );
}

#[track_caller]
fn is_told(fixture: &Fixture<'_>, bytes: impl Into<Bytes>) {
    is_told_as_one_of(fixture, bytes, &[TransportErrorKind::InvalidResponse]);
}

#[track_caller]
fn is_told_as_one_of(fixture: &Fixture<'_>, bytes: impl Into<Bytes>, kinds: &[TransportErrorKind]) {
    let server = fixture.responding(&Reply::raw(bytes));
    fixture.client().fails_as_one_of(&server.url("/"), kinds);
    assert_eq!(server.request_count(), 1, "the request was sent again");
}

//! A TLS server's greeting, byte by byte.
//!
//! The server's TLS library supports none of the old versions and tells none of the lies below. A
//! client must refuse them when it reads the greeting. The greeting is enough: a client that
//! continues waits for the rest, which never comes.

use crate::{Reply, Stage};

/// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`, which every client offers.
const GOOD_CIPHER: u16 = 0xC02F;

/// The end of the random bytes of a TLS 1.3 server that was made to use TLS 1.2 (RFC 8446 §4.1.3).
const DOWNGRADED: [u8; 8] = *b"DOWNGRD\x01";

/// Returns a greeting that a client accepts.
pub(super) fn acceptable() -> Reply {
    choosing(0x0303, GOOD_CIPHER)
}

/// Returns a greeting that chooses a version, such as `0x0302` for TLS 1.1, and a cipher.
pub(super) fn choosing(version: u16, cipher: u16) -> Reply {
    Reply::raw(greeting(version, cipher, [0x5A; 8])).stall(Stage::AfterAll)
}

/// Returns a greeting that chooses TLS 1.2 and shows that somebody on the way forced that.
pub(super) fn downgraded() -> Reply {
    Reply::raw(greeting(0x0303, GOOD_CIPHER, DOWNGRADED)).stall(Stage::AfterAll)
}

/// Returns the alert that refuses the greeting: 40 for the ciphers, 70 for the versions.
pub(super) fn alert(description: u8) -> Reply {
    Reply::raw(vec![0x15, 3, 3, 0, 2, 2, description])
}

fn greeting(version: u16, cipher: u16, random_end: [u8; 8]) -> Vec<u8> {
    let [version, cipher] = [version, cipher].map(u16::to_be_bytes);
    // No session to resume, no compression, no extensions.
    let body = [&version[..], &[0x5A; 24], &random_end, &[0], &cipher, &[0]].concat();
    let length = u8::try_from(body.len()).expect("the parts above are 38 bytes");
    // A handshake record that holds a server greeting.
    [&[0x16, 3, 3, 0, length + 4, 2, 0, 0, length], &body[..]].concat()
}

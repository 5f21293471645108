//! Random identifiers, secrets and tokens in the shapes that the platforms use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::provider::provider;

/// Returns base64url text from `length` random bytes: 32 give 43 characters, 64 give 86.
pub(super) fn base64url(length: usize) -> String {
    URL_SAFE_NO_PAD.encode(bytes(length))
}

/// Returns a random UUID (version 4).
pub(super) fn uuid() -> String {
    let bytes = bytes(16).try_into().expect("that many were asked for");
    let mut hex = format!("{:032x}", u128::from_be_bytes(bytes));
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "a");
    for dash in [8, 13, 18, 23] {
        hex.insert(dash, '-');
    }
    hex
}

/// Returns a part of an access key of CXone: 52 random characters of base32 and `====`.
pub(super) fn access_key_part() -> String {
    const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = bytes(52).into_iter();
    let letters = letters.map(|byte| char::from(BASE32[usize::from(byte % 32)]));
    letters.chain("====".chars()).collect()
}

fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    provider()
        .secure_random
        .fill(&mut bytes)
        .expect("the system has randomness");
    bytes
}

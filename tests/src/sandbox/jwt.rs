//! Tokens that look like signed JWTs but have no real signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::random;

/// An RS256 signature has the length of the key: 2048 bits.
const SIGNATURE_BYTES: usize = 256;

/// Returns a token with these claims and random bytes instead of an RS256 signature.
pub(super) fn unsigned(claims: &Value) -> String {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "sandbox" });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = random::base64url(SIGNATURE_BYTES);
    format!("{}.{}.{signature}", part(&header), part(claims))
}

//! What a token endpoint replies.

use cxone_auth_tests::Reply;
use serde_json::json;

/// A token that is good for so many seconds.
pub(crate) fn token(value: &str, lifetime: u64) -> Reply {
    let body = json!({ "access_token": value, "token_type": "bearer", "expires_in": lifetime });
    Reply::json(200, &body)
}

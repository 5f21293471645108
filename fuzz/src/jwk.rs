//! A private key as a JWK: it is read as the key that a second look at the JSON finds, or the error
//! says what to do and nothing of the text.
//!
//! An input is the text of a file.

use cxone_auth_credentials::{PrivateKey, jwks};
use serde_json::Value;

use super::key::{check_error, check_key};

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let key = match PrivateKey::from_jwk(&text) {
        Ok(key) => key,
        Err(error) => return check_error(&error, &text),
    };
    // The name of a key is shown, and it may be anything.
    check_key(&key.clone().with_key_id("a"), "");
    let given: Value = serde_json::from_str(&text).expect("a key is JSON");
    let Some(given) = private(&given) else {
        panic!("there is no such key: {given}");
    };
    let set: Value = serde_json::from_str(&jwks([&key])).expect("a set is JSON");
    let registered = &set["keys"][0];
    for member in ["kty", "crv", "x", "y"] {
        let given = given.get(member).and_then(Value::as_str);
        let given = given.map(|text| text.trim_end_matches('='));
        let is_of_the_kind = registered.get(member).is_some();
        assert!(!is_of_the_kind || registered[member].as_str() == given);
    }
    assert_eq!(given.get("kid").and_then(Value::as_str), key.key_id());
}

/// The key itself, or the private one of a set.
fn private(given: &Value) -> Option<&Value> {
    if given.get("kty").is_some() {
        return Some(given);
    }
    let keys = given.get("keys")?.as_array()?;
    keys.iter()
        .find(|key| key.get("d").is_some_and(Value::is_string))
}

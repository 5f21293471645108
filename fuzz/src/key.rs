//! What holds of each private key, and of each error about one.

use cxone_auth_core::config::Sign as _;
use cxone_auth_credentials::{KeyError, PrivateKey, jwks};

/// A key signs, and nothing private is shown of it.
pub(crate) fn check_key(key: &PrivateKey, text: &str) {
    let signature = key.sign(b"the input").expect("a key signs");
    assert!(signature.len() >= 64);
    let set = jwks([key]);
    let set: serde_json::Value = serde_json::from_str(&set).expect("a set is JSON");
    let registered = set["keys"][0].as_object().expect("it has the key");
    for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert!(!registered.contains_key(private), "{set}");
    }
    assert_eq!(key.thumbprint().len(), 43);
    assert_says_nothing_of(&format!("{key:?}"), text);
}

pub(crate) fn check_error(error: &KeyError, text: &str) {
    let said = error.to_string();
    assert!(!said.is_empty() && !said.contains('\n') && !said.ends_with('.'));
    assert_says_nothing_of(&format!("{said} {error:?}"), text);
}

/// Long words are parts of a key; short ones are in every sentence.
fn assert_says_nothing_of(said: &str, text: &str) {
    let separates = |c: char| !c.is_ascii_alphanumeric();
    for word in text.split(separates).filter(|word| word.len() >= 20) {
        assert!(!said.contains(word), "{said}");
    }
}

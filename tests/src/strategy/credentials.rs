//! Credentials that are hard to transmit.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::{AccessKey, ClientAuthentication, ClientCredentials};

/// Generates a client id: a UUID as Genesys Cloud issues it, or hostile text, colons included.
pub fn client_id() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        1 => "[A-Za-z0-9 ]{1,12}@[A-Za-z0-9]{1,12}".prop_filter("an issued id is not blank", not_blank),
        2 => hostile_text(),
    ]
}

/// Generates a client secret: in a vendor's form, or hostile text.
pub fn client_secret() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "[A-Za-z0-9_-]{43}",
        1 => "[A-Za-z0-9+/]{52}={0,4}",
        2 => hostile_text(),
    ]
}

/// Generates client credentials from [`client_id`] and [`client_secret`].
pub fn client_credentials() -> impl Strategy<Value = ClientCredentials> {
    (client_id(), client_secret()).prop_map(|(id, secret)| ClientCredentials::new(id, secret))
}

/// Generates an access key, mostly with a secret that ends in `====`.
pub fn access_key() -> impl Strategy<Value = AccessKey> {
    (client_id(), client_secret()).prop_map(|(id, secret)| AccessKey::new(id, secret))
}

/// Generates each way in which a client authenticates.
pub fn client_authentication() -> impl Strategy<Value = ClientAuthentication> {
    select(vec![
        ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
        ClientAuthentication::Basic(BasicEncoding::Raw),
        ClientAuthentication::Body,
    ])
}

/// Generates text that is a valid credential but that encoders get wrong: delimiters, text like an
/// escape, blanks at either end, letters outside ASCII and outside the first plane.
fn hostile_text() -> impl Strategy<Value = String> {
    let fragments = select(vec![
        ":", "%", "%41", "%zz", "%00", "+", " ", "&", "=", "====", "/", "\"", "'", "\\", "~", "?",
        "#", "@", ",", ";", "$", "<", ">", "*", "{", "}", "|", "^", "`", "!", "ä", "é", "ß", "ж",
        "密", "😀", "a", "Z", "0", "id", "secret",
    ]);
    prop_oneof![
        "[A-Za-z0-9._~-]{1,64}",
        "[ -~]{1,64}",
        vec(fragments, 1..=16).prop_map(|parts| parts.concat()),
    ]
    .prop_filter("a credential is not blank", not_blank)
}

#[expect(
    clippy::ptr_arg,
    reason = "a filter of strings is handed a reference to the string"
)]
fn not_blank(text: &String) -> bool {
    !text.trim().is_empty()
}

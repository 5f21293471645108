//! The token request, its response and the token, as RFC 6749 and the vendors define them.
//!
//! | to | see |
//! |---|---|
//! | build the request | [`token_request`] |
//! | read the response | [`read_token_response`] |
//! | use the token | [`AccessToken`], [`Lifetime`], [`GrantedScope`] |
//!
//! Everything here is a pure function of its arguments.

mod challenge;
mod evidence;
mod granted;
pub(crate) mod redaction;
mod response;
mod token;

pub use crate::config::token_request;
pub use granted::GrantedScope;
pub use response::read_token_response;
pub use token::{AccessToken, Lifetime};

pub(crate) use challenge::Challenges;
pub(crate) use evidence::{Failed, Responded};
pub(crate) use response::{
    Text, Words, asks_for_credentials, codes_of, encoding, is_code, is_web_page, kind_by_status,
    object, overwrite, read_too_large, read_unusable, retry_after, spelled, stated_reason, text,
};
pub(crate) use token::{StoredToken, TokenIdentity};

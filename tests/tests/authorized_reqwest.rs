//! Calls to an API with reqwest and the token of a source: what is sent where, and how often.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    #[expect(dead_code, reason = "these tests need a part of it")]
    pub(crate) mod sandbox;
    pub(crate) mod wait;
}

mod authorized_reqwest {
    mod address;
    mod fixture;
    mod redirect;
    mod request;
    mod response;
}

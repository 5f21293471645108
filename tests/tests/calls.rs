//! Calls to an API with the token, through every client of the workspace: what is sent where, how
//! often, and what the caller gets.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    pub(crate) mod issuer;
    pub(crate) mod reply;
    #[expect(dead_code, reason = "these tests need a part of it")]
    pub(crate) mod sandbox;
    pub(crate) mod wait;
}

mod calls {
    mod address;
    mod caller;
    mod fixture;
    mod hasty;
    mod hyper;
    mod method;
    mod pool;
    mod rejection;
    mod replacement;
    mod reqwest;
    mod throttle;
}

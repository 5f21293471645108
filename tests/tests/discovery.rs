//! Where CXone's API is: what sources find out, how often they ask, and what they make of responses
//! that are not true.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod clock;
    pub(crate) mod direct;
    pub(crate) mod fake;
    pub(crate) mod future;
    #[expect(dead_code, reason = "these tests need a part of it")]
    pub(crate) mod sandbox;
    pub(crate) mod stack;
    pub(crate) mod storm;
    pub(crate) mod suite;
}

mod discovery {
    mod age;
    mod base;
    mod failure;
    mod forgetting;
    mod lie;
    mod metadata;
    mod replacement;
    mod simulation;
    mod storm;
    mod tenant;
    mod user_hub;
}

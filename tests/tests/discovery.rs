//! Where CXone's API is: what sources find out, how often they ask, and what they make of responses
//! that are not true.

#![cfg(test)]

#[path = "shared/stack.rs"]
mod stack;

mod discovery {
    mod age;
    mod base;
    mod failure;
    mod forgetting;
    mod lie;
    mod replacement;
    mod simulation;
    mod storm;
    mod tenant;
}

//! Calls to an API with the token, through every client of the workspace: what is sent where, how
//! often, and what the caller gets.

#![cfg(test)]

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

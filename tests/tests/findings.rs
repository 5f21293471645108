//! Holds the findings against the causes that they name: each is found where it is, and only there.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod fake;
}

mod findings {
    mod agreement;
    mod api;
    mod beside;
    mod certificate;
    #[path = "../vectors/config.rs"]
    mod config;
    mod domain;
    mod first;
    mod fixture;
    mod near_miss;
    mod order;
    mod precision;
    mod proof;
    mod realistic;
    mod secrecy;
    mod session;
    mod settings;
}

//! `Debug` and `Display` of every public type: none shows a secret.
//!
//! What is public is read from the libraries' own `pub use` lists. A type that is in none of the
//! tables here fails the first test.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod fake;
    pub(crate) mod future;
    pub(crate) mod secret;
    pub(crate) mod spelling;
}

mod exhibits {
    mod adapter;
    mod core;
    mod credentials;
    mod fixture;
    mod public;
    mod store;
}

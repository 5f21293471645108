//! Credentials that are read for each request: what is sent, how often it is read, and what follows
//! when they change.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod clock;
    pub(crate) mod future;
}

mod credentials {
    mod assertion;
    mod by_hand;
    mod file;
    mod fixture;
    mod folder;
    mod hours;
    mod quoted;
    mod reading;
    mod replacement;
    mod rotation;
}

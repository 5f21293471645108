//! Secrets in logs: none, however fine the log, in whatever spelling.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    pub(crate) mod reply;
    pub(crate) mod sandbox;
    pub(crate) mod spelling;
    pub(crate) mod stack;
    pub(crate) mod suite;
    pub(crate) mod visit;
}

mod logs {
    mod call;
    mod capture;
    mod fetch;
    mod level;
    mod proof;
    mod proxy;
    mod source;
}

//! The rules of sharing, on a fleet of sources over one store in memory, with simulated time. Each
//! test counts the requests that reach the server. `ARCHITECTURE.md` names the tests by rule.

#![cfg(test)]
#[path = "shared"]
mod shared {
    pub(crate) mod clock;
}

mod sharing {
    mod cold;
    mod denial;
    mod early;
    mod entry;
    mod failure;
    mod fleet;
    mod fresh;
    mod lease;
    mod min_ttl;
    mod name;
    mod process;
    mod refusal;
    mod rejection;
    mod server;
    mod thread;
    mod throttle;
    mod unusable;
    mod validity;
    mod world;
}

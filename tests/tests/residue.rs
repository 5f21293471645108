//! What the core leaves behind in freed memory: no secret and no token, in whatever spelling.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod fake;
    pub(crate) mod future;
    pub(crate) mod secret;
    pub(crate) mod spelling;
}

mod residue {
    mod call;
    mod config;
    mod control;
    mod credentials;
    mod discovery;
    mod fixture;
    mod reading;
    mod response;
    mod source;
}

use cxone_auth_watch::WatchingAllocator;

#[global_allocator]
static ALLOCATOR: WatchingAllocator = WatchingAllocator;

//! Calls to an API through `BearerLayer`: what is sent where and how often, and what comes back.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod direct;
    #[expect(dead_code, reason = "no future here is ready at once")]
    pub(crate) mod future;
    pub(crate) mod issuer;
    pub(crate) mod reply;
    pub(crate) mod wait;
}

mod bearer_hyper {
    mod address;
    mod fixture;
    mod greeter;
    mod grpc;
    mod how_to;
    mod readiness;
    mod redirect;
    mod refusal;
    mod replay;
    mod turnstile;
    mod unauthenticated;
}

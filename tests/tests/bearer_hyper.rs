//! Calls to an API through `BearerLayer`: what is sent where and how often, and what comes back.

#![cfg(test)]

mod bearer_hyper {
    mod address;
    mod fixture;
    mod greeter;
    mod grpc;
    mod readiness;
    mod redirect;
    mod refusal;
    mod replay;
    mod turnstile;
    mod unauthenticated;
}

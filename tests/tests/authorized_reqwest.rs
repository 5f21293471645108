//! Calls to an API with reqwest and the token of a source: what is sent where, and how often.

#![cfg(test)]

mod authorized_reqwest {
    mod address;
    mod fixture;
    mod redirect;
    mod request;
    mod response;
}

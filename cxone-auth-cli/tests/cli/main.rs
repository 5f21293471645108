//! The program `cxone-auth`, run as a shell runs it, against the sandbox.

#![cfg(test)]
#![cfg(unix)]

mod advice;
mod cache;
mod completion;
mod corpora;
mod credential;
mod default_profile;
mod discover;
mod doctor;
mod exit_code;
mod fixture;
mod folder;
mod git;
mod insecure_host;
mod layers;
#[path = "../../../cxone-auth-store/tests/shared/obstacle.rs"]
mod obstacle;
mod quoted;
mod readme;
mod request;
mod response;
mod secrecy;
mod server_text;
mod shell;
mod shells;
mod slip;
mod store;
mod store_key;
mod store_seen;
mod store_setting;
mod target;
mod terminal;
mod token;
mod transcript;
mod user_hub;
mod variables;

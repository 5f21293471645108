//! The agent of the program `cxone-auth`, over real sockets, against the sandbox.

#![cfg(test)]
#![cfg(unix)]

mod activation;
mod admission;
mod attack;
mod client;
mod corpora;
mod doctor;
mod environment;
mod exec;
mod fixture;
#[path = "../cli/folder.rs"]
mod folder;
mod framing;
mod gateway;
mod interop;
mod listener;
mod memory;
mod metrics;
mod notice;
mod operation;
mod readme;
mod resend;
mod smuggling;
mod store;
mod stranger;
mod token;

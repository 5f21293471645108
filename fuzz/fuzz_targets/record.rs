#![no_main]

// The program knows the core by the name of its library.
extern crate cxone_auth_core as cxone_auth_blocking;

#[path = "../src/record.rs"]
mod record;

libfuzzer_sys::fuzz_target!(|data: &[u8]| record::check(data));

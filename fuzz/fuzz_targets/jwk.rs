#![no_main]

#[path = "../src/jwk.rs"]
mod jwk;
#[path = "../src/key.rs"]
mod key;

libfuzzer_sys::fuzz_target!(|data: &[u8]| jwk::check(data));

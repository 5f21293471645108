#![no_main]

#[path = "../src/jwk.rs"]
mod jwk;
#[path = "../src/pem.rs"]
mod pem;

libfuzzer_sys::fuzz_target!(|data: &[u8]| jwk::check(data));

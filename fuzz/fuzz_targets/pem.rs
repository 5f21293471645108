#![no_main]

#[path = "../src/key.rs"]
mod key;
#[path = "../src/pem.rs"]
mod pem;

libfuzzer_sys::fuzz_target!(|data: &[u8]| pem::check(data));

#![no_main]

#[path = "../src/patience.rs"]
mod patience;

libfuzzer_sys::fuzz_target!(|data: &[u8]| patience::check(data));

#![no_main]

#[path = "../src/spoken.rs"]
mod spoken;
#[path = "../src/variables.rs"]
mod variables;

libfuzzer_sys::fuzz_target!(|data: &[u8]| variables::check(data));

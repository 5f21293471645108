#![no_main]

#[path = "../src/name.rs"]
mod name;
#[path = "../src/spoken.rs"]
mod spoken;

libfuzzer_sys::fuzz_target!(|text: &str| name::check(text));

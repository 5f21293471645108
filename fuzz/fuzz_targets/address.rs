#![no_main]

#[path = "../src/address.rs"]
mod address;
#[path = "../src/second_parser.rs"]
mod second_parser;
#[path = "../src/spoken.rs"]
mod spoken;

libfuzzer_sys::fuzz_target!(|text: &str| address::check(text));

#![no_main]

#[path = "../src/metadata.rs"]
mod metadata;
#[path = "../src/response.rs"]
mod response;
#[path = "../src/second_parser.rs"]
mod second_parser;
#[path = "../src/spoken.rs"]
mod spoken;

libfuzzer_sys::fuzz_target!(|data: &[u8]| metadata::check(data));

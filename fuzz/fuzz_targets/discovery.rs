#![no_main]

#[path = "../src/discovery.rs"]
mod discovery;
#[path = "../src/response.rs"]
mod response;
#[path = "../src/second_parser.rs"]
mod second_parser;
#[path = "../src/spoken.rs"]
mod spoken;

libfuzzer_sys::fuzz_target!(|data: &[u8]| discovery::check(data));

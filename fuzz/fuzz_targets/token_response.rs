#![no_main]

#[path = "../src/response.rs"]
mod response;
#[path = "../src/spoken.rs"]
mod spoken;
#[path = "../src/token_response.rs"]
mod token_response;

libfuzzer_sys::fuzz_target!(|data: &[u8]| token_response::check(data));

#![no_main]

#[path = "../src/answer.rs"]
mod answer;
#[path = "../src/response.rs"]
mod response;
#[path = "../src/spoken.rs"]
mod spoken;

libfuzzer_sys::fuzz_target!(|data: &[u8]| answer::check(data));

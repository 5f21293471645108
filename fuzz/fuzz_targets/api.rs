#![no_main]

#[path = "../src/api.rs"]
mod api;
#[path = "../src/response.rs"]
mod response;

libfuzzer_sys::fuzz_target!(|data: &[u8]| api::check(data));

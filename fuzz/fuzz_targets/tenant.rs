#![no_main]

#[path = "../src/spoken.rs"]
mod spoken;
#[path = "../src/tenant.rs"]
mod tenant;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tenant::check(data));

#![no_main]

#[path = "../src/profile.rs"]
mod profile;
#[path = "../../cxone-auth-cli/src/target/row.rs"]
#[expect(dead_code, reason = "flags and variables are not read")]
mod row;

libfuzzer_sys::fuzz_target!(|text: &str| profile::check(text));

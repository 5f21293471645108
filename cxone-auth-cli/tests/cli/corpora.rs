//! The inputs of the fuzzer for what the program reads of files, run once more.

#[path = "../../../fuzz/src/profile.rs"]
mod profile;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn profiles_that_the_fuzzer_starts_from_are_taken_as_written_or_refused() {
    replay("profile", |data| {
        profile::check(&String::from_utf8_lossy(data));
    });
}

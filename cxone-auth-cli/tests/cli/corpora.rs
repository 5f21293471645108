//! The inputs of the fuzzer for what the program reads of files, run once more.

#[path = "../../../fuzz/src/profile.rs"]
mod profile;
#[path = "../../../fuzz/src/record.rs"]
mod record;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn profiles_that_the_fuzzer_starts_from_are_taken_as_written_or_refused() {
    replay("profile", |data| {
        profile::check(&String::from_utf8_lossy(data));
    });
}

#[test]
fn files_of_the_cache_that_the_fuzzer_starts_from_are_read_as_written_or_not_at_all() {
    replay("record", record::check);
}

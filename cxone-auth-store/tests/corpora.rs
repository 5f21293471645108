//! The inputs of the fuzzer for what a store reads, run once more.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "../../fuzz/src/entry.rs"]
mod entry;
#[path = "../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn what_the_fuzzer_starts_from_is_read_as_written_or_not_at_all() {
    replay("entry", entry::check);
}

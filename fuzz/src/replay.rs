//! The inputs of the fuzzer that are committed, run once more: the seeds, and what once broke a
//! promise.

use std::fs;
use std::path::Path;

/// Runs each input of a target, and says which one it was that failed.
#[expect(
    clippy::print_stdout,
    reason = "the output of a failing test says which input it was"
)]
pub(crate) fn replay(target: &str, check: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let mut count = 0;
    for folder in ["seeds", "crashes"] {
        let folder = fuzz.join(folder).join(target);
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            println!("{}", path.display());
            check(&data);
            count += 1;
        }
    }
    assert!(count > 0, "there are no inputs for {target}");
}

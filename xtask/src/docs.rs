//! `cargo xtask docs`: the libraries' documentation with warnings denied.

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Outcome};
use crate::process;

pub(crate) fn run() -> Outcome {
    for library in LIBRARIES {
        let mut command = process::cargo(&format!(
            "doc --locked --no-deps -p {} {}",
            library.package, library.document
        ));
        process::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(Done::Passed)
}

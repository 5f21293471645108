//! All packages published in their order, without the upload.

use crate::outcome::{Done, Outcome};
use crate::process;

/// Cargo builds each package from its packed files, with the packed files of those that it needs.
/// So nothing that is missing in a package goes unnoticed, and no order has to be kept by hand.
pub(crate) fn run() -> Outcome {
    // What is not committed is packed too: this is about the content, and `release` about the rest.
    let mut command = process::cargo("publish --workspace --dry-run --locked --allow-dirty");
    process::run(&mut command)?;
    Ok(Done::Passed)
}

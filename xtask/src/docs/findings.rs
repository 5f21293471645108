//! `docs/findings.md`, the page that is written from the catalogue of causes.

use std::fs;
use std::path::PathBuf;

use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

const PAGE: &str = "docs/findings.md";
const WRITE: &str = "cargo xtask docs --write";

/// Fails when the stored page is not the one that the catalogue makes.
pub(super) fn check() -> Result<(), Failure> {
    let made = make()?;
    let stored = fs::read_to_string(path()).unwrap_or_default();
    match difference(&stored, &made) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "{PAGE} is not what the catalogue says, from line {line} on\nto write it anew: {WRITE}"
        ))),
    }
}

/// Stores the page that the catalogue makes.
pub(super) fn write() -> Outcome {
    let path = path();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, make()?)?;
    println!("wrote {PAGE}");
    Ok(Done::Passed)
}

fn make() -> Result<String, Failure> {
    process::output(&mut process::cargo(
        "run --quiet --locked -p cxone-auth-tests --example findings",
    ))
}

fn path() -> PathBuf {
    workspace::root().join(PAGE)
}

/// The first line that differs, counted from 1. How lines end does not matter: a checkout may
/// have changed that.
fn difference(stored: &str, made: &str) -> Option<usize> {
    let (mut stored, mut made) = (stored.lines(), made.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (stored.next(), made.next()) {
            (None, None) => return None,
            (left, right) if left == right => {}
            _ => return Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(difference("", "a\n"), Some(1));
    }

    #[test]
    fn the_same_lines_are_no_difference() {
        assert_eq!(difference("a\r\nb\r\n", "a\nb\n"), None);
        assert_eq!(difference("", ""), None);
    }
}

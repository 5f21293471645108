//! Holds the core against `tests/vectors`: exact requests, and what is read from responses.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "vectors/config.rs"]
mod config;
#[path = "vectors/metadata.rs"]
mod metadata;
#[path = "vectors/request.rs"]
mod request;
#[path = "vectors/response.rs"]
mod response;

use std::collections::HashSet;
use std::path::Path;

use serde::de::DeserializeOwned;

fn read<T: DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Checks every vector and names each that fails, not only the first.
fn assert_all<'a>(results: impl Iterator<Item = (&'a str, &'a str, Result<(), String>)>) {
    let mut names = HashSet::new();
    let mut failures = Vec::new();
    for (name, origin, result) in results {
        assert!(names.insert(name), "two vectors are named: {name}");
        assert!(!origin.is_empty(), "{name} has no origin");
        if let Err(difference) = result {
            failures.push(format!("- {name} ({origin})\n  {difference}"));
        }
    }
    assert!(!names.is_empty());
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        names.len(),
        failures.join("\n")
    );
}

/// Compares what was expected with what was seen.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, seen: &T, expected: &T) -> Result<(), String> {
    if seen == expected {
        Ok(())
    } else {
        Err(format!("{what} is {seen:?}, not {expected:?}"))
    }
}

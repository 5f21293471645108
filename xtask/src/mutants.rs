//! `cargo xtask mutants`: small changes to the core that no test notices.
//!
//! cargo-mutants changes one expression or function at a time, in a copy of the workspace. Two
//! rounds save time. The first runs the core's own unit tests, which are built in seconds. The
//! second runs the tests of `cxone-auth-tests` that are about the part, for the mutants that have
//! survived. `.cargo/mutants.toml` says what is left alone, and why.
//!
//! A run ends when its time is over. The mutants are tried in random order, so what a short run
//! tries is a sample.

mod options;
mod part;
mod round;
mod tried;

use std::time::{Duration, Instant};

use crate::outcome::{Done, Failure, Outcome};
use crate::tool::Tool;
use options::Options;
use part::Part;
use round::Round;

const CARGO_MUTANTS: Tool = Tool {
    package: "cargo-mutants",
    version: "27.1.0",
};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments).map_err(Failure::misuse)?;
    let mut survivors = Vec::new();
    for part in &options.parts {
        survivors.extend(survivors_of(*part, options.each())?);
    }
    if survivors.is_empty() {
        return Ok(Done::Passed);
    }
    Err(Failure::new(format!(
        "no test notices these changes:\n{}\nwrite a test that fails under each, or add those that \
         no caller can notice to .cargo/mutants.toml, with the reason",
        survivors.join("\n")
    )))
}

/// Returns the mutants of a part that have survived within this time.
fn survivors_of(part: Part, time: Duration) -> Result<Vec<String>, Failure> {
    let begin = Instant::now();
    // Two thirds of the time are for the first round, which ends most mutants.
    let mut tried = Round::of_units(part).run(begin + time * 2 / 3)?;
    if !tried.survivors.is_empty() {
        tried = Round::of_tests(part, &tried.survivors)
            .run(begin + time)
            .map(|second| tried.then(second))?;
    }
    println!("{}: {tried}", part.name);
    Ok(tried.survivors)
}

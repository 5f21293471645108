//! `cargo xtask agent-interop`: clients in other languages, as they are, get tokens from the agent.
//!
//! The clients are in `tests/agent-interop`. The tests of the program run them and count at the sandbox.

use std::path::Path;

use crate::outcome::{Done, Failure, Outcome};
use crate::{packages, process};

const CLIENTS: &str = "interop::every_client_uses_the_agent";
const DAY: &str = "interop::day::a_day_costs_one_request_for_each_lifetime";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => run_clients(),
        [only] if only == "--day" => run_test(DAY, Path::new("")),
        _ => Err(Failure::misuse("the only argument is --day")),
    }
}

/// Installs what can be installed. The test says what is not there.
fn run_clients() -> Outcome {
    let folder = packages::folder("agent-interop")?;
    let npm = packages::from_npm(&folder);
    let pypi = packages::from_pypi(&folder).map(drop);
    for failure in [npm, pypi].into_iter().filter_map(Result::err) {
        println!("not installed: {failure}");
    }
    run_test(CLIENTS, &folder)
}

/// Runs a test that prints its figures.
fn run_test(name: &str, folder: &Path) -> Outcome {
    let mut test = process::cargo("test --quiet --locked -p cxone-auth --test agent --");
    test.args([name, "--exact", "--ignored", "--nocapture"]);
    process::run(test.env("CXONE_AUTH_AGENT_INTEROP", folder))?;
    Ok(Done::Passed)
}

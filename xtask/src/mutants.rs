//! `cargo xtask mutants`: small changes to the core that no test notices.
//!
//! cargo-mutants changes one expression or function at a time, in a copy of the workspace. Two
//! rounds save time. The first runs the core's own unit tests, which are built in seconds. The
//! second adds the tests of `cxone-auth-tests` that are about the part, for the mutants that the
//! first has not ended. `.cargo/mutants.toml` says what is left alone, and why.
//!
//! A run ends when its time is over. The mutants are tried in random order, so what a short run
//! tries is a sample.

mod part;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::{Done, Failure, Outcome};
use crate::share::Share;
use crate::tool::Tool;
use crate::{process, workspace};
use part::{PARTS, Part};

const CARGO_MUTANTS: Tool = Tool {
    package: "cargo-mutants",
    version: "27.1.0",
};

/// The program that ends cargo-mutants as Ctrl-C does, so that it deletes its copy.
const TIMEOUT: &str = "timeout";

/// It ends with one of these if nothing survived, something did, something hung, or the time was
/// over.
const FINISHED: [i32; 4] = [0, 2, 3, 124];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let known = PARTS.map(|part| part.name.to_owned());
    let share = Share::parse(arguments, ("--minutes", 60), &known)?;
    if !process::is_installed(TIMEOUT) {
        let reason = format!("no `{TIMEOUT}` on this machine (GNU coreutils)");
        return Ok(Done::Skipped(reason));
    }
    let mut survivors = Vec::new();
    for part in PARTS
        .iter()
        .filter(|it| share.names.contains(&it.name.to_owned()))
    {
        survivors.extend(survivors_of(part, share.each * 60)?);
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

/// Returns the mutants of a part that have survived within this time. One that there was no second
/// round for survives.
fn survivors_of(part: &Part, seconds: u64) -> Result<Vec<String>, Failure> {
    let folder = workspace::target().join("mutants").join(part.name);
    // What an earlier run has found is not about this code.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    // Two thirds of the time are for the first round, which ends most mutants.
    round(command(part, &folder, seconds * 2 / 3)?.arg("--cargo-test-arg=--lib"))?;
    let mut survivors = lines(&folder, "missed")?;
    if survivors.is_empty() {
        return Ok(survivors);
    }
    let mut second = command(part, &folder, seconds.div_ceil(3))?;
    second.args(["--iterate", "--test-package", "cxone-auth-tests"]);
    // Before it changes anything, cargo-mutants would ask the core alone for these tests. The first
    // round has seen that the core's own pass.
    second.args(["--baseline", "skip", "--timeout", "120"]);
    second.arg("--cargo-test-arg=--lib");
    for test in part.tests {
        second.args([
            "--cargo-test-arg=--test",
            &format!("--cargo-test-arg={test}"),
        ]);
    }
    round(&mut second)?;
    survivors.extend(lines(&folder, "missed")?);
    let ended = [lines(&folder, "caught")?, lines(&folder, "timeout")?].concat();
    survivors.retain(|mutant| !ended.contains(mutant));
    survivors.sort();
    survivors.dedup();
    Ok(survivors)
}

fn round(command: &mut Command) -> Result<(), Failure> {
    let status = command.status()?;
    if status.code().is_some_and(|code| FINISHED.contains(&code)) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "cargo-mutants did not finish ({status}): do the tests pass without a change?"
    )))
}

fn lines(folder: &Path, name: &str) -> Result<Vec<String>, Failure> {
    let path: PathBuf = folder.join("mutants.out").join(format!("{name}.txt"));
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Returns a run over the files of the part, with the core's tests.
fn command(part: &Part, folder: &Path, seconds: u64) -> Result<Command, Failure> {
    let tool = CARGO_MUTANTS.command()?;
    let mut command = process::building(process::program(TIMEOUT));
    command.args(["--signal=INT", "--kill-after=15", &seconds.to_string()]);
    command.arg(tool.get_program());
    command.args(["mutants", "--package", "cxone-auth-core", "--jobs", "1"]);
    command.args(["--test-package", "cxone-auth-core", "--shuffle"]);
    command.arg("--output").arg(folder);
    for file in part.files() {
        command.args(["--file", &file]);
    }
    // The copy is new for each run. What is built of other packages is kept here.
    command.env(
        "CARGO_TARGET_DIR",
        workspace::target().join("mutants/build"),
    );
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    // Most tests fail here, and writing a backtrace takes longer than most of them.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}

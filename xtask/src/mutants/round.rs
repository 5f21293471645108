//! One run of cargo-mutants, which ends at a given time.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::CARGO_MUTANTS;
use super::part::Part;
use super::tried::Tried;
use crate::outcome::Failure;
use crate::{process, workspace};

/// cargo-mutants ends with one of these if it has come to an end: nothing survived, something did,
/// something hung.
const FINISHED: [i32; 3] = [0, 2, 3];

/// How long cargo-mutants may take to end what it has started and to delete its copy.
const LAST_WORDS: Duration = Duration::from_secs(15);

pub(super) struct Round {
    part: Part,
    folder: PathBuf,
    /// The package and the programs whose tests run.
    package: &'static str,
    tests: Vec<String>,
    /// The mutants to try, or none for all of the part.
    only: Vec<String>,
}

impl Round {
    /// All mutants of the part, and the core's unit tests.
    pub(super) fn of_units(part: Part) -> Self {
        Self {
            part,
            folder: folder(part).join("units"),
            package: "cxone-auth-core",
            tests: vec!["--lib".to_owned()],
            only: Vec::new(),
        }
    }

    /// These mutants, and the tests that are about the part.
    pub(super) fn of_tests(part: Part, mutants: &[String]) -> Self {
        let tests = part.tests.iter();
        let tests = tests.flat_map(|test| ["--test".to_owned(), (*test).to_owned()]);
        Self {
            part,
            folder: folder(part).join("tests"),
            package: "cxone-auth-tests",
            tests: tests.collect(),
            only: mutants.to_vec(),
        }
    }

    /// Tries mutants until `end`.
    pub(super) fn run(&self, end: Instant) -> Result<Tried, Failure> {
        // What an earlier run has found is not about this code.
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder)?;
        let listed = process::output(self.command()?.arg("--list"))?;
        let mut command = self.command()?;
        command.args(["--shuffle", "--output"]).arg(&self.folder);
        let status = run_until(end, &mut command)?;
        let has_finished =
            status.is_none_or(|it| it.code().is_some_and(|it| FINISHED.contains(&it)));
        if !has_finished {
            let log = self.folder.join("mutants.out/log/baseline.log");
            return Err(Failure::new(format!(
                "cargo-mutants did not finish: do the tests pass without a change? see {}",
                log.display()
            )));
        }
        Tried::read(&self.folder.join("mutants.out"), listed.lines().count())
    }

    fn command(&self) -> Result<Command, Failure> {
        let mut command = process::building(CARGO_MUTANTS.command()?);
        command.args(["mutants", "--package", "cxone-auth-core", "--jobs", "1"]);
        command.args(["--test-package", self.package, "--colors", "never"]);
        for file in self.part.files() {
            command.args(["--file", &file]);
        }
        for mutant in &self.only {
            command.args(["--re", &literal(mutant)]);
        }
        for argument in &self.tests {
            command.arg(format!("--cargo-test-arg={argument}"));
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
}

fn folder(part: Part) -> PathBuf {
    workspace::target().join("mutants").join(part.name)
}

/// Returns a regular expression that matches this text only.
fn literal(text: &str) -> String {
    const SPECIAL: &str = r"\.+*?()|[]{}^$";
    let escaped = text.chars().map(|c| match c {
        c if SPECIAL.contains(c) => format!("\\{c}"),
        c => c.to_string(),
    });
    format!("^{}$", escaped.collect::<String>())
}

/// Runs the command, and interrupts it at `end`. Returns its status if it has ended before.
fn run_until(end: Instant, command: &mut Command) -> Result<Option<ExitStatus>, Failure> {
    let mut child = command.spawn()?;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_secs(1));
    }
    interrupt(&mut child)?;
    Ok(None)
}

/// Ends cargo-mutants as Ctrl-C does. It then ends the test that is running and deletes its copy.
fn interrupt(child: &mut Child) -> Result<(), Failure> {
    let id = child.id().to_string();
    let asked = process::program("kill").args(["-INT", &id]).status();
    let end = Instant::now() + LAST_WORDS;
    while asked.is_ok() && Instant::now() < end {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    // Where there is no such program, the copy stays in the system's folder for such files.
    child.kill()?;
    child.wait()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_is_matched_by_its_whole_name() {
        let name = "src/a.rs:1:2: replace Held<'_>::is -> bool with (x || y)";
        let expression = r"^src/a\.rs:1:2: replace Held<'_>::is -> bool with \(x \|\| y\)$";
        assert_eq!(literal(name), expression);
    }
}

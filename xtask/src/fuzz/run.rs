//! One target, run for some seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::outcome::Failure;
use crate::{process, workspace};

/// The longest time for one input, in seconds, and the most memory of a run, in MB. An input that
/// needs more is also a failure.
const SLOWEST: u64 = 10;
const MEMORY: u64 = 512;

/// The result of a target.
pub(super) struct Run {
    target: String,
    seconds: u64,
    executions: u64,
    inputs: u64,
    memory: u64,
    /// The input that failed, and the complaint about it.
    broken: Option<(PathBuf, String)>,
}

/// Runs a target on its earlier inputs and on the committed ones.
pub(super) fn target(target: &str, programs: &Path, seconds: u64) -> Result<Run, Failure> {
    let found = workspace::target().join("fuzz/corpus").join(target);
    let broken = workspace::target().join("fuzz/crashes").join(target);
    fs::create_dir_all(&found)?;
    // An earlier failure may be fixed by now. If not, it is found again.
    let _ = fs::remove_dir_all(&broken);
    fs::create_dir_all(&broken)?;
    println!("{target}: {seconds} s");
    let committed = workspace::root().join("fuzz");
    let mut command = process::program(programs.join(target));
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", broken.display()))
        .arg(format!("-timeout={SLOWEST}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg("-print_final_stats=1")
        .arg(&found)
        .arg(committed.join("seeds").join(target));
    let crashes = committed.join("crashes").join(target);
    if crashes.exists() {
        command.arg(crashes);
    }
    let output = command.stdin(Stdio::null()).output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    let input = fs::read_dir(&broken)?.next().transpose()?;
    Ok(Run {
        target: target.to_owned(),
        seconds,
        executions: figure(&log, "stat::number_of_executed_units:"),
        inputs: fs::read_dir(&found)?.count().try_into().unwrap_or(u64::MAX),
        memory: figure(&log, "stat::peak_rss_mb:"),
        broken: (!output.status.success()).then(|| {
            let path = input.map_or(broken, |entry| entry.path());
            (path, complaint(&log))
        }),
    })
}

impl Run {
    /// Returns what to do about the input that failed, if one did.
    pub(super) fn failure(&self) -> Option<Failure> {
        let (path, complaint) = self.broken.as_ref()?;
        let target = &self.target;
        Some(Failure::new(format!(
            "{target}: {complaint}\nthe input is {}\ncopy it to fuzz/crashes/{target}/ under a \
             name that says what it is: `cargo xtask test` runs it from then on",
            path.display()
        )))
    }
}

/// Writes the figures of all runs.
pub(super) fn table(runs: &[Run]) -> String {
    let lines: String = runs.iter().map(line).collect();
    format!("target     seconds  executions  per second  inputs  memory\n{lines}")
}

fn line(run: &Run) -> String {
    format!(
        "{:10} {:>7}  {:>10}  {:>10}  {:>6}  {:>3} MB  {}\n",
        run.target,
        run.seconds,
        run.executions,
        run.executions / run.seconds.max(1),
        run.inputs,
        run.memory,
        if run.broken.is_some() {
            "FAILED"
        } else {
            "passed"
        },
    )
}

/// Returns the number after `name` in libFuzzer's final figures.
fn figure(log: &str, name: &str) -> u64 {
    let line = log.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.trim().parse().ok()).unwrap_or(0)
}

/// Returns the panic, or libFuzzer's own message.
fn complaint(log: &str) -> String {
    let panic: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains(" panicked at "))
        .take(2)
        .collect();
    let summary = || log.lines().find(|line| line.starts_with("SUMMARY: "));
    match panic[..] {
        [] => summary().unwrap_or("it ended without a word").to_owned(),
        _ => panic.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: Seed: 1\n\
        thread '<unnamed>' panicked at src/scope.rs:1:2:\nit is no scope\nstack\n\
        SUMMARY: libFuzzer: deadly signal\n\
        stat::number_of_executed_units: 4711\nstat::peak_rss_mb:              29\n";

    #[test]
    fn the_figures_are_read() {
        assert_eq!(figure(LOG, "stat::number_of_executed_units:"), 4_711);
        assert_eq!(figure(LOG, "stat::peak_rss_mb:"), 29);
        assert_eq!(figure(LOG, "stat::other:"), 0);
    }

    #[test]
    fn a_panic_is_quoted_and_an_endless_input_is_named() {
        assert!(complaint(LOG).ends_with("\nit is no scope"));
        let timeout = "SUMMARY: libFuzzer: timeout\n";
        assert_eq!(complaint(timeout), "SUMMARY: libFuzzer: timeout");
    }
}

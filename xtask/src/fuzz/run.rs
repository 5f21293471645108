//! One target, run for some seconds.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::outcome::Failure;
use crate::{process, workspace};

/// The longest time for one input, in seconds, and the most memory of a run, in MB. An input that
/// needs more is also a failure.
const SLOWEST: u64 = 10;
const MEMORY: u64 = 512;

/// Runs a target on its earlier inputs and on the committed ones. Returns what to do about the input
/// that failed, if one did.
pub(super) fn target(
    target: &str,
    programs: &Path,
    seconds: u64,
) -> Result<Option<String>, Failure> {
    let folder = |name: &str| workspace::target().join("fuzz").join(name).join(target);
    let (found, broken) = (folder("corpus"), folder("crashes"));
    fs::create_dir_all(&found)?;
    // An earlier failure may be fixed by now. If not, it is found again.
    let _ = fs::remove_dir_all(&broken);
    fs::create_dir_all(&broken)?;
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
    println!("{target}: {}", figures(&log));
    let input = fs::read_dir(&broken)?.next().transpose()?;
    let input = input.map_or(broken, |entry| entry.path());
    Ok(failure(target, &output, &log, &input))
}

fn failure(target: &str, output: &Output, log: &str, input: &Path) -> Option<String> {
    if output.status.success() {
        return None;
    }
    let (complaint, input) = (complaint(log), input.display());
    Some(format!(
        "{target}: {complaint}\nthe input is {input}\ncopy it to fuzz/crashes/{target}/ under a name \
         that says what it is: `cargo xtask test` runs it from then on"
    ))
}

/// Returns libFuzzer's final figures in one line.
fn figures(log: &str) -> String {
    let lines = log.lines().filter_map(|line| line.strip_prefix("stat::"));
    let figures: Vec<String> = lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    figures.join(", ")
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
    fn the_figures_are_told_in_a_line() {
        let expected = "number_of_executed_units: 4711, peak_rss_mb: 29";
        assert_eq!(figures(LOG), expected);
    }

    #[test]
    fn a_panic_is_quoted_and_an_endless_input_is_named() {
        assert!(complaint(LOG).ends_with("\nit is no scope"));
        let timeout = "SUMMARY: libFuzzer: timeout\n";
        assert_eq!(complaint(timeout), "SUMMARY: libFuzzer: timeout");
    }
}

//! The machine and the commit of a measurement.

use std::fs;

use crate::outcome::Failure;
use crate::process;

pub(super) fn describe() -> Result<Vec<(&'static str, String)>, Failure> {
    Ok(vec![
        ("commit", commit()?),
        ("processor", processor()),
        ("system", line_of(&["uname", "-srm"])?),
        ("compiler", line_of(&["rustc", "--version"])?),
        ("load before the run", load()),
    ])
}

fn commit() -> Result<String, Failure> {
    let commit = line_of(&["git", "rev-parse", "--short=12", "HEAD"])?;
    let changes = line_of(&["git", "status", "--porcelain", "--untracked-files=no"])?;
    Ok(if changes.is_empty() {
        commit
    } else {
        format!("{commit}, with changes that are not committed")
    })
}

fn processor() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let values = |name: &'static str| {
        information
            .lines()
            .filter(move |line| line.starts_with(name))
            .filter_map(|line| line.split_once(": "))
            .map(|(_, value)| value.trim())
    };
    let model = values("model name").next().unwrap_or("unknown");
    format!("{} × {model}", values("processor").count())
}

/// Returns the load of the machine. Measurements on a busy machine are worth little.
fn load() -> String {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = averages.split(' ').next().unwrap_or_default();
    format!("{first} (average of a minute)")
}

fn line_of(words: &[&str]) -> Result<String, Failure> {
    let mut command = process::program(words[0]);
    let output = process::output(command.args(&words[1..]))?;
    Ok(output.trim().to_owned())
}

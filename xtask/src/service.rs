//! A program that runs beside a step.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::outcome::Failure;

/// A running program. It ends when its standard input closes: with this value, or with this process.
/// So an interrupted run leaves none behind.
pub(crate) struct Service {
    process: Child,
    /// Kept: writing into a closed pipe would end the program.
    _printed: BufReader<ChildStdout>,
}

impl Service {
    /// Starts the program, and returns what it has printed up to the line that says that it is
    /// ready, or up to its end.
    pub(crate) fn start(
        command: &mut Command,
        is_ready: impl Fn(&str) -> bool,
    ) -> Result<(Self, Vec<String>), Failure> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut printed = BufReader::new(stdout);
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| is_ready(line)) {
            let mut line = String::new();
            if printed.read_line(&mut line)? == 0 {
                break;
            }
            lines.push(line.trim_end().to_owned());
        }
        let service = Self {
            process,
            _printed: printed,
        };
        Ok((service, lines))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It fails only if the process has already ended.
        let _ = self.process.wait();
    }
}

//! Lines typed into a shell, one after the other, and what it says to each.

use std::process::{Command, Stdio};

use crate::fixture::{Fixture, program_folder};

/// A shell that finds the program, with nothing set but a home directory and what is given.
pub(crate) struct Shell {
    command: Command,
}

/// What a line came to: both outputs as they arrived, and the exit code.
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) code: String,
}

/// Printed behind the output of each line. No program prints it.
const MARK: char = '\u{1}';

impl Shell {
    pub(crate) fn new(fixture: &Fixture) -> Self {
        let path = format!("{}:/usr/bin:/bin", program_folder().display());
        let mut command = fixture.command("/bin/sh");
        command.env("PATH", path).stdin(Stdio::null());
        Self { command }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Types all lines into one shell, which remembers what they set.
    pub(crate) fn run(mut self, lines: &[&str]) -> Vec<Said> {
        let typed: Vec<String> = lines
            .iter()
            .map(|line| format!("{line}\nprintf '\\001%s\\n' $?\n"))
            .collect();
        let script = format!("exec 2>&1\n{}", typed.concat());
        let output = self.command.args(["-c", &script]).output().unwrap();
        let mut rest = String::from_utf8(output.stdout).unwrap();
        let mut said = Vec::new();
        while let Some((text, behind)) = rest.split_once(MARK) {
            let (code, next) = behind.split_once('\n').unwrap();
            said.push(Said {
                text: text.to_owned(),
                code: code.to_owned(),
            });
            rest = next.to_owned();
        }
        assert_eq!(said.len(), lines.len(), "the shell ended early: {rest}");
        said
    }
}

//! One of the processes of a day.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::super::client::{SCRIPTS, prepare};
use super::judge::{Day, Failure};
use crate::fixture::{Agent, Fixture};

const LANGUAGES: [&[&str]; 3] = [
    &["python3", "day.py"],
    &["node", "day.mjs"],
    &[
        "java",
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx64m",
        "Day.java",
    ],
];

pub(super) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    pub(super) fn start(number: usize, fixture: &Fixture, agent: &Agent) -> Self {
        let words = LANGUAGES[number % LANGUAGES.len()];
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        let child = prepare(&mut command, fixture, agent, SCRIPTS.as_ref())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{}: {error}", words[0]));
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    pub(super) fn wait_until_ready(&mut self) {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready");
    }

    /// Has it call the API until this time.
    pub(super) fn go_on_until(&mut self, end: u128) {
        let mut stdin = self.child.stdin.take().unwrap();
        write!(stdin, "{end}").unwrap();
    }

    /// Waits for its end, and adds what it has seen.
    pub(super) fn end(mut self, day: &mut Day) {
        let mut text = String::new();
        self.stdout.read_to_string(&mut text).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("calls", count)) => day.calls += count.parse::<usize>().unwrap(),
                Some(("failed", failure)) => day.failures.push(Failure::read(failure)),
                _ => panic!("{line}"),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if it has ended, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

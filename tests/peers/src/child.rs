//! Clients in other languages: programs that measure themselves when a line on their input says so,
//! so that they take part in each round.
//!
//! The lines are `cached CALLS THREADS LIFETIME URL` and `storm CALLERS URL`; the response is a number
//! of nanoseconds, for all calls together, and the number of calls that got a token. The lifetime is
//! for a program that asks no server.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use cxone_auth_bench::Taken;
use cxone_auth_bench::cached::{CALLS, Manner};
use cxone_auth_bench::storm::Weather;

/// The lifetime of a token, in seconds, where it does not matter.
const DAY: u64 = 86_399;

#[derive(Debug, Clone, Copy)]
pub enum Language {
    Go,
    Python,
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Self::Go => "Go, golang.org/x/oauth2",
            Self::Python => "Python, requests-oauthlib",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Go => "GO_PEER",
            Self::Python => "PYTHON_PEER",
        }
    }
}

pub struct Child {
    process: process::Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts the program that the variable names, or says why there is none.
    pub fn start(language: Language) -> Result<Self, String> {
        let variable = language.variable();
        let command = env::var(variable).map_err(|_| format!("not run: {variable} is not set"))?;
        if let Some(reason) = command.strip_prefix("skip: ") {
            return Err(format!("not run: {reason}"));
        }
        let mut words = command.split(' ');
        let program = words.next().unwrap_or_default();
        let mut process = Command::new(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("not run: {error}"))?;
        let input = process.stdin.take();
        let output = process.stdout.take().expect("the output is piped");
        Ok(Self {
            process,
            input,
            output: BufReader::new(output),
        })
    }

    /// Calls of one thread with a token of this lifetime.
    pub fn read(&mut self, calls: u64, lifetime: u64, url: &str) -> Taken {
        let (span, _) = self.ask(&format!("cached {calls} 1 {lifetime} {url}"));
        Taken::per_operation(span, calls)
    }

    pub fn read_in(&mut self, manner: Manner, url: &str) -> Taken {
        let threads: u64 = match manner {
            Manner::OneThread => 1,
            Manner::TwoThreads => 2,
            Manner::ManyTasks => 64,
        };
        // Two threads take as long as one call in each; of many tasks the calls are counted.
        let (calls_of_each, counted) = match manner {
            Manner::OneThread | Manner::TwoThreads => (CALLS, CALLS),
            Manner::ManyTasks => (CALLS / 50, threads * (CALLS / 50)),
        };
        let (span, _) = self.ask(&format!("cached {calls_of_each} {threads} {DAY} {url}"));
        Taken::per_operation(span, counted)
    }

    pub fn storm(&mut self, url: &str, weather: Weather) -> Taken {
        let callers = weather.callers();
        let (span, succeeded) = self.ask(&format!("storm {callers} {url}"));
        let expected = match weather {
            Weather::Success => callers,
            Weather::Refusal => 0,
        };
        assert_eq!(succeeded, expected, "calls that got a token");
        Taken::per_operation(span, 1)
    }

    fn ask(&mut self, line: &str) -> (Duration, usize) {
        let input = self
            .input
            .as_mut()
            .expect("the input is open until the end");
        writeln!(input, "{line}").expect("the program reads");
        let mut response = String::new();
        self.output
            .read_line(&mut response)
            .expect("the program responses");
        let mut numbers = response.split_whitespace();
        let mut number = || -> u64 {
            let word = numbers.next().unwrap_or_default();
            let number = word.parse();
            number.unwrap_or_else(|_| panic!("`{line}` got `{response}`"))
        };
        let span = Duration::from_nanos(number());
        let succeeded = usize::try_from(number()).expect("there are not that many callers");
        (span, succeeded)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The end of its input is the end of the program.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

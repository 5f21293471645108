//! One authorization server in its own process.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::outcome::Failure;
use crate::process;

/// How long a server may take to start.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// A running server. Dropping it ends it. The server also ends when its standard input closes, with
/// this process. So an interrupted run leaves no server behind.
pub(super) struct Server {
    name: &'static str,
    token_url: String,
    _process: Running,
}

struct Running(Child);

/// What a server is written in.
pub(super) enum Language {
    JavaScript,
    /// With the program that has the packages.
    Python(PathBuf),
}

impl Server {
    /// Starts the server, with what it registers as its argument, and waits until it prints its
    /// address. Its script is in the folder and has its name.
    pub(super) fn start(
        name: &'static str,
        language: &Language,
        folder: &Path,
        registered: &Path,
    ) -> Result<Self, Failure> {
        let log = folder.join(format!("{name}.log"));
        let (program, end) = match language {
            Language::JavaScript => (Path::new("node"), "js"),
            Language::Python(program) => (program.as_path(), "py"),
        };
        let mut process = Running(
            process::program(program)
                .arg(folder.join(format!("{name}.{end}")))
                .arg(registered)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(File::create(&log)?)
                .spawn()?,
        );
        let stdout = process.0.stdout.take().expect("standard output is piped");
        let line = first_line(stdout);
        let token_url = token_url(&line)
            .ok_or_else(|| silence(name, &log))?
            .to_owned();
        println!("{name} listens at {token_url}");
        Ok(Self {
            name,
            token_url,
            _process: process,
        })
    }

    /// Returns the server as an argument for the programs that use it: `NAME=TOKEN_URL`.
    pub(super) fn as_argument(&self) -> String {
        format!("{}={}", self.name, self.token_url)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if the process has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns the first line of the output, or nothing if the process ends or is silent for too long.
fn first_line(stdout: ChildStdout) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        // Nobody receives this after the end of the wait.
        let _ = sender.send(read.map(|_| line).unwrap_or_default());
    });
    receiver.recv_timeout(MAX_WAIT).unwrap_or_default()
}

/// The address in a server's ready line, `{"ready":true,…,"token_url":"http://…"}`.
fn token_url(ready: &str) -> Option<&str> {
    let (_, rest) = ready.split_once(r#""token_url":""#)?;
    let (url, _) = rest.split_once('"')?;
    Some(url)
}

fn silence(name: &str, log: &Path) -> Failure {
    let said = fs::read_to_string(log).unwrap_or_default();
    Failure::new(format!(
        "{name} did not start; {} says:\n{said}",
        log.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_holds_the_token_url() {
        let line =
            r#"{"ready":true,"server":"oidc-provider","token_url":"http://127.0.0.1:4000/token"}"#;
        assert_eq!(token_url(line), Some("http://127.0.0.1:4000/token"));
    }

    #[test]
    fn a_server_that_ends_at_once_has_no_url() {
        assert_eq!(token_url(""), None);
    }
}

//! The server in a process of its own, whose memory and sockets do not count.

use std::env;
use std::error::Error;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use crate::options::Options;
use crate::real::{self, Tally};

/// This program once more.
struct Beside(Child);

/// Runs the fleet beside a server.
pub(crate) fn run(options: &Options) -> Result<Tally, Box<dyn Error>> {
    let mut server = Command::new(env::current_exe()?)
        .args(["serve", &options.seed.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map(Beside)?;
    let output = server.0.stdout.take().ok_or("the server has no output")?;
    let mut url = String::new();
    BufReader::new(output).read_line(&mut url)?;
    real::run(options, url.trim(), move || drop(server))
}

/// Serves until nobody holds the other end of the standard input.
pub(crate) fn serve(seed: &str) -> ExitCode {
    let server = real::start(seed.parse().unwrap_or_default());
    println!("{}", server.url(""));
    let copied = io::copy(&mut io::stdin(), &mut io::sink());
    ExitCode::from(u8::from(copied.is_err()))
}

impl Drop for Beside {
    fn drop(&mut self) {
        // One that has ended cannot be ended again.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

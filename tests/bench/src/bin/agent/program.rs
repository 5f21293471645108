//! `cxone-auth token` with a token at hand, as a whole process, beside one that does nothing.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use cxone_auth_bench::{Contest, Contestant, Taken};

use crate::process::Agent;
use crate::server::Server;

const ROUNDS: usize = 101;

/// Prints the contest, whose first row is the measure.
#[expect(clippy::print_stdout, reason = "it is what the program is for")]
pub(crate) fn print(program: &Path, agent: &Agent, server: &Server) -> io::Result<()> {
    let (program, home) = (program.to_owned(), agent.home.clone());
    let ours = move || {
        let mut command = Command::new(&program);
        command.args(["token", "--profile", "prod"]);
        command.env_clear().env("HOME", &home);
        command
    };
    finish(ours())?;
    let before = server.tokens();
    let git = match finish(git()) {
        Ok(()) => contestant("git --version", git),
        Err(error) => Contestant::absent("git --version", format!("not run: {error}")),
    };
    let contest = Contest::new("a whole process", ROUNDS)
        .with(git)
        .with(contestant("cxone-auth token", ours));
    for row in contest.run() {
        println!("{row}");
    }
    // A token that had to be requested was not at hand.
    assert_eq!(
        server.tokens(),
        before,
        "token requests of {ROUNDS} processes"
    );
    Ok(())
}

fn git() -> Command {
    let mut command = Command::new("git");
    command.arg("--version");
    command
}

fn contestant(name: &str, command: impl Fn() -> Command + 'static) -> Contestant {
    Contestant::new(name, move || {
        let command = command();
        let start = Instant::now();
        let finished = finish(command);
        let taken = Taken::per_operation(start.elapsed(), 1);
        finished.expect("it has run before");
        taken
    })
}

/// Starts a process, reads what it prints, and waits for its end.
fn finish(mut command: Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(complaint.into_owned()))
}

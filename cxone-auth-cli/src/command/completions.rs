//! `completions`: prints the completion script of a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(shell: Shell, console: Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cxone-auth", &mut script);
    let script = String::from_utf8_lossy(&script);
    console.print(&match shell {
        Shell::Bash => reachable(&script),
        _ => script.into_owned(),
    })
}

/// Returns the script for bash with one name for each command.
///
/// `clap_complete` 4.6 writes the hyphen of the program's name in two ways (clap-rs/clap#6421). One
/// is in the part of the script that finds the command, the other in the part that completes it.
/// Without this fix, nothing after a command would be completed.
fn reachable(script: &str) -> String {
    script.replace("cxone__subcmd__auth", "cxone__auth")
}

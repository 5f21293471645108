//! `completions`: the script that a shell completes with.

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

/// The script for bash with one name for each command.
///
/// `clap_complete` 4.6 spells the hyphen of the program's own name in one way where the script
/// finds out which command is typed, and in another where it says what completes it
/// (clap-rs/clap#6421): nothing behind a command would be completed.
fn reachable(script: &str) -> String {
    script.replace("cxone__subcmd__auth", "cxone__auth")
}

//! `completions`: the script that a shell completes with.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(shell: Shell, console: Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cxone-auth", &mut script);
    console.print(&String::from_utf8_lossy(&script))
}

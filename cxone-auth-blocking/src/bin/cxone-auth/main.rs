//! `cxone-auth`: access tokens for scripts.
//!
//! This file only dispatches. Where the configuration comes from is `target.rs`, what a command
//! does is a file in `command/`, how it fails is `failure.rs`.

mod arguments;
mod cache;
mod command;
mod console;
mod directory;
mod doctor;
mod failure;
mod output;
mod target;
mod wording;

use std::process::ExitCode;

use arguments::Arguments;
use console::Console;

fn main() -> ExitCode {
    let arguments = Arguments::typed();
    let as_json = arguments.command.fails_as_json();
    let console = Console::new(arguments.quiet, arguments.verbose, as_json);
    match command::run(arguments.command, console) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_said() {
                console.fail(&failure);
            }
            failure.exit_code()
        }
    }
}

//! The commands, one file each.

mod completions;
mod config;
mod explain;
mod forget;
mod git;
mod inspect;
mod keygen;
mod man;
mod platforms;
mod store_key;
mod token;

#[cfg(unix)]
use crate::agent;
use crate::arguments::{Command, ConfigCommand};
use crate::console::Console;
use crate::doctor;
use crate::failure::Failure;

pub(crate) fn run(command: Command, console: Console) -> Result<(), Failure> {
    match command {
        Command::Token(arguments) => token::run(&arguments, console),
        Command::Header(arguments) => token::header(&arguments, console),
        #[cfg(unix)]
        Command::Agent(arguments) => agent::run(arguments, console),
        #[cfg(unix)]
        Command::Exec(arguments) => agent::exec(&arguments, console),
        Command::Doctor(arguments) => doctor::run(&arguments, console),
        Command::Inspect(arguments) => inspect::run(&arguments, console),
        Command::Config(ConfigCommand::Show(arguments)) => config::show(&arguments, console),
        Command::Forget(arguments) => forget::run(&arguments, console),
        Command::Keygen(arguments) => keygen::run(&arguments, console),
        Command::StoreKey(command) => store_key::run(&command, console),
        Command::Platforms(format) => platforms::run(format.output, console),
        Command::Explain(arguments) => explain::run(&arguments, console),
        Command::Completions { shell } => completions::run(shell, console),
        Command::Man { command } => man::run(&command, console),
    }
}

//! Flags that are refused because they hold a secret. Every user of the machine can read a command
//! line.

use clap::builder::UnknownArgumentValueParser;
use clap::{Arg, Command};

/// A flag that is refused, and the flag to use instead.
const REFUSED: [(&str, &str); 3] = [
    ("client-secret", "--client-secret-file"),
    ("access-key-secret", "--access-key-secret-file"),
    ("store-password", "--store-password-file"),
];

/// Returns the command with the refused flags. Each one explains that the secret goes into a file.
/// They are added for parsing only. No completion offers them.
pub(super) fn explained(command: Command) -> Command {
    let command = command.mut_subcommands(explained);
    REFUSED.into_iter().fold(command, |command, (flag, file)| {
        let has_file = |arg: &Arg| arg.get_long() == file.strip_prefix("--");
        if command.get_arguments().any(has_file) {
            command.arg(argument(flag, file))
        } else {
            command
        }
    })
}

fn argument(flag: &'static str, file: &'static str) -> Arg {
    let parser = UnknownArgumentValueParser::suggest_arg(file).and_suggest(
        "every user of this machine can read a command line: put the secret into a file, pipe it \
         in with `-` for the file, or set its variable",
    );
    Arg::new(flag)
        .long(flag)
        .value_name("SECRET")
        .hide(true)
        .value_parser(parser)
}

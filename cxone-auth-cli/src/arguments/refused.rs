//! What one might type and must not: every user of the machine can read a command line.

use clap::builder::UnknownArgumentValueParser;
use clap::{Arg, Command};

/// The flag that one might type, and the one to type in its place.
const REFUSED: [(&str, &str); 2] = [
    ("client-secret", "--client-secret-file"),
    ("access-key-secret", "--access-key-secret-file"),
];

/// The same command, which explains a flag with a secret where it has one for its file. It is
/// added for parsing only, so that no completion offers it.
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

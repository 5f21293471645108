//! The output for a command line that is wrong.

use std::env;
use std::process;

use clap::error::ErrorKind;

use crate::console::Console;
use crate::failure::Failure;

/// Prints what is wrong, or the requested help, and ends the program.
pub(super) fn exit(error: &clap::Error) -> ! {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let (as_json, is_quiet) = (asks_for_json(&words), asks_for_one_line(&words));
    if !error.use_stderr() || !as_json && !is_quiet {
        error.exit();
    }
    let failure = Failure::usage(message(error));
    Console::new(true, false, as_json).fail(&failure);
    process::exit(failure.kind().code().into());
}

/// Reports whether errors are JSON objects, as far as a wrong command line shows that.
fn asks_for_json(words: &[impl AsRef<str>]) -> bool {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let joined = ["--output=json", "-o=json", "-ojson"];
    words.iter().any(|word| joined.contains(word))
        || words
            .windows(2)
            .any(|pair| ["--output", "-o"].contains(&pair[0]) && pair[1] == "json")
}

/// Reports whether an error is one line.
fn asks_for_one_line(words: &[impl AsRef<str>]) -> bool {
    let is_quiet = |word: &str| word == "--quiet" || word.starts_with("-q");
    words.iter().any(|word| is_quiet(word.as_ref()))
}

/// Returns the text in one line, without the usage text.
fn message(error: &clap::Error) -> String {
    // In this case clap's text is the whole help.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "the command requires a subcommand but one was not provided".to_owned();
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = text.lines().map(str::trim);
    let lines = lines.take_while(|line| {
        !line.starts_with("Usage:") && !line.starts_with("For more information")
    });
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

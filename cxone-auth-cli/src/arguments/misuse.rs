//! The output for a command line that is wrong.

use std::env;
use std::process;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::hyphen::is_flag;
use crate::console::Console;
use crate::failure::Failure;
use crate::target::{like_a_secret, like_contents};

/// A longer word is no name of anything here.
const LONGEST_SHOWN: usize = 40;

/// Prints what is wrong, or the requested help, and ends the program.
pub(super) fn exit(error: clap::Error) -> ! {
    let error = without_values(error);
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let (as_json, is_quiet) = (asks_for_json(&words), asks_for_one_line(&words));
    if !error.use_stderr() || !as_json && !is_quiet {
        error.exit();
    }
    let failure = Failure::usage(message(&error));
    Console::new(true, false, as_json).fail(&failure);
    process::exit(failure.kind().code().into());
}

/// Returns the error without the words that may be a secret: a user may give the secret itself in
/// place of its file.
fn without_values(mut error: clap::Error) -> clap::Error {
    let kinds = [
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
    ];
    // Elsewhere the argument is one of ours, with the name of its value.
    let is_unknown = error.kind() == ErrorKind::UnknownArgument;
    let of_the_user = |kind: &ContextKind| is_unknown || *kind != ContextKind::InvalidArg;
    let pairs = matches!(error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(flag)) if flag.starts_with("--param ") || flag.starts_with("--header "));
    for kind in kinds.into_iter().filter(of_the_user) {
        let Some(ContextValue::String(word)) = error.get(kind) else {
            continue;
        };
        if is_shown(word) && !(pairs && kind == ContextKind::InvalidValue) {
            continue;
        }
        let hidden = "(not shown: it may be a secret)".to_owned();
        error.insert(kind, ContextValue::String(hidden));
        // What clap suggests repeats the word.
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(Vec::new()));
    }
    error
}

/// Reports whether the word is a flag, or the name of something, and no secret.
fn is_shown(word: &str) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/,+ ".contains(&byte);
    is_flag(word)
        || word.len() <= LONGEST_SHOWN
            && !word.starts_with('-')
            && word.bytes().all(is_of_a_name)
            && !like_a_secret(word)
            && !like_contents(word)
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

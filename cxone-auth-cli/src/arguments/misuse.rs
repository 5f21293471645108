//! The output for a command line that is wrong.

use std::env;
use std::process;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::hyphen::is_flag;
use super::refused;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::word;
use crate::target::{like_a_secret, like_contents, nearest};
use crate::terminal;

/// A longer word is no name of anything here.
const LONGEST_SHOWN: usize = 40;

/// Prints what is wrong, or the requested help, and ends the program.
pub(super) fn exit(error: clap::Error) -> ! {
    let mut error = without_values(error);
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    suggest_joined(&mut error, &words);
    drop_a_far_suggestion(&mut error);
    refused::explain(&mut error);
    suggest_the_place(&mut error, &words);
    let (as_json, is_quiet) = (asks_for_json(&words), asks_for_one_line(&words));
    if !error.use_stderr() {
        error.exit();
    }
    if !as_json && !is_quiet {
        if terminal::standard_error().is_none() {
            error.exit();
        }
        // Clap breaks the lines of a help text, and not those of an error.
        Console::new(false, false, false).say_in_lines(&rendered(&error));
        process::exit(error.exit_code());
    }
    let failure = Failure::usage(message(&error));
    Console::new(true, false, as_json).fail(&failure);
    process::exit(failure.kind().code().into());
}

/// Returns clap's own text, with its colours unless the user wants none.
fn rendered(error: &clap::Error) -> String {
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let text = error.render();
    if is_plain {
        text.to_string()
    } else {
        text.ansi().to_string()
    }
}

/// Returns the error without the words that may be a secret: a user may give the secret itself in
/// place of its file.
fn without_values(mut error: clap::Error) -> clap::Error {
    // Elsewhere the argument is one of ours, with the name of its value.
    let argument = (error.kind() == ErrorKind::UnknownArgument).then_some(ContextKind::InvalidArg);
    let values = [ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    for kind in argument.into_iter().chain(values) {
        let is_hidden = match error.get(kind) {
            Some(ContextValue::String(word)) => {
                !is_shown(word) || is_of_a_pair(&error) && word.contains([' ', ':'])
            }
            _ => false,
        };
        if !is_hidden {
            continue;
        }
        let hidden = "(not shown: it may be a secret)".to_owned();
        error.insert(kind, ContextValue::String(hidden));
        if error.get(ContextKind::Suggested).is_some() {
            // What clap suggests repeats the word.
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(Vec::new()));
        }
    }
    error
}

/// Suggests the form with `=` for the value of a flag that can also stand alone.
fn suggest_joined(error: &mut clap::Error, words: &[impl AsRef<str>]) {
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    let value = value.clone();
    let is_alone = |flag: &&str| ["--agent", "--api"].contains(flag);
    let mut pairs = words.windows(2);
    let flag = pairs
        .find(|pair| *pair[1].as_ref() == *value)
        .map(|pair| pair[0].as_ref());
    if let Some(flag) = flag.filter(is_alone).filter(|_| !is_flag(&value)) {
        let joined = format!("write it as {flag}={}", word(&value));
        let joined = ContextValue::StyledStrs(vec![joined.into()]);
        error.insert(ContextKind::Suggested, joined);
    }
}

/// Drops a flag that clap finds similar to the one that was typed, and nobody else.
fn drop_a_far_suggestion(error: &mut clap::Error) {
    let (Some(ContextValue::String(typed)), Some(ContextValue::String(similar))) = (
        error.get(ContextKind::InvalidArg),
        error.get(ContextKind::SuggestedArg),
    ) else {
        return;
    };
    // Clap puts the name of its value behind a flag.
    let flag = typed.split(' ').next().unwrap_or_default();
    let is_part = flag.starts_with(&**similar) || similar.starts_with(flag);
    if !is_part && nearest(flag, std::iter::once(&**similar)).is_none() {
        // The usage is that of the suggestion.
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::Usage);
    }
}

/// The flags by which an agent is told where to listen.
const OF_THE_AGENT: [&str; 2] = ["--listen", "--socket"];

/// Suggests how `doctor` is told where an agent listens.
fn suggest_the_place(error: &mut clap::Error, words: &[impl AsRef<str>]) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    let is_of_the_doctor = words.iter().any(|word| word.as_ref() == "doctor");
    if !cfg!(unix) || !is_of_the_doctor || !OF_THE_AGENT.contains(&&**typed) {
        return;
    }
    let mut values = words.iter().enumerate().filter_map(|(at, word)| {
        match word.as_ref().strip_prefix(&**typed)? {
            "" => Some(words.get(at + 1)?.as_ref()),
            joined => joined.strip_prefix('='),
        }
    });
    let place = values
        .next()
        .filter(|place| is_shown(place) && !place.starts_with('-'));
    let place = place.unwrap_or("PLACE");
    let tip = format!("write it as --agent={}", word(place));
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![tip.into()]),
    );
}

/// Reports whether the value is one of a header field or a parameter, as `Authorization: Bearer …`.
fn is_of_a_pair(error: &clap::Error) -> bool {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return false;
    };
    argument.starts_with("--header ") || argument.starts_with("--param ")
}

/// Reports whether the word is a flag, or the name of something, and no secret.
fn is_shown(word: &str) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/,+ ".contains(&byte);
    // Clap puts the name of its value behind a flag.
    let flag = word.strip_suffix('>').and_then(|own| own.split_once(" <"));
    is_flag(flag.map_or(word, |(flag, _)| flag))
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

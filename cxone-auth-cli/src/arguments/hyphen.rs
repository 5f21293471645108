//! Values that begin with a hyphen, such as a private key in PEM: they are no flags.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// The longest name of a flag, with room for what a user mistypes.
const LONGEST_NAME: usize = 32;

/// Returns the command line with each flag joined to its value, if the value begins with a hyphen.
/// Clap would take the value for an unknown flag, and repeat it.
pub(super) fn joined(typed: Vec<OsString>, command: &Command) -> Vec<OsString> {
    // It takes long to ask all commands for their flags.
    if !typed.iter().any(|word| is_value_with_a_hyphen(word)) {
        return typed;
    }
    let mut command = command.clone();
    command.build();
    let flags = flags_with_a_value(&command);
    let mut joined = Vec::with_capacity(typed.len());
    let mut typed = typed.into_iter().peekable();
    while let Some(mut word) = typed.next() {
        if word == "--" {
            joined.push(word);
            joined.extend(typed.by_ref());
            break;
        }
        if flags.iter().any(|flag| word == flag.as_str()) {
            if let Some(value) = typed.next_if(|next| is_value_with_a_hyphen(next)) {
                word.push("=");
                word.push(value);
            }
        }
        joined.push(word);
    }
    joined
}

/// Reports whether the word has the form of a flag: no secret and no key has it.
pub(super) fn is_flag(word: &str) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or_default();
        return name.len() <= LONGEST_NAME
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    }
    let Some(short) = word.strip_prefix('-') else {
        return false;
    };
    let is_format = |format: &str| {
        let format = format.strip_prefix('=').unwrap_or(format);
        format.len() <= LONGEST_NAME / 2
            && format
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    short.chars().count() == 1 || short == "qv" || short.strip_prefix('o').is_some_and(is_format)
}

fn is_value_with_a_hyphen(word: &OsStr) -> bool {
    let word = word.to_string_lossy();
    word.starts_with('-') && word != "-" && word != "--" && !is_flag(&word)
}

/// The flags of all commands that take the next word as their value.
fn flags_with_a_value(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter(|argument| {
        argument.get_action().takes_values() && !argument.is_require_equals_set()
    });
    let own = own.filter_map(|argument| Some(format!("--{}", argument.get_long()?)));
    let below = command.get_subcommands().flat_map(flags_with_a_value);
    own.chain(below).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    #[test]
    fn a_value_with_a_hyphen_is_joined_to_its_flag() {
        for (typed, expected) in [
            ("token --key -----BEGIN", "token --key=-----BEGIN"),
            ("token --client-id -aB3", "token --client-id=-aB3"),
            ("token --out --key k", "token --out --key k"),
            ("token --key --client-id i", "token --key --client-id i"),
            ("token --key --kye=x", "token --key --kye=x"),
            ("token --key -q", "token --key -q"),
            ("token --key -ojson", "token --key -ojson"),
            ("token --key - --cert c", "token --key - --cert c"),
            ("token --quiet -----BEGIN", "token --quiet -----BEGIN"),
            ("doctor --api -----BEGIN", "doctor --api -----BEGIN"),
            ("token -- --key -----BEGIN", "token -- --key -----BEGIN"),
        ] {
            let words = typed.split(' ').map(OsString::from).collect();
            let joined = joined(words, &Arguments::command());
            assert_eq!(joined.join(OsStr::new(" ")), expected);
        }
    }
}

//! Commands that set variables, in the language of a shell.

use clap::ValueEnum;

/// The shell that is to run the commands.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// A shell of POSIX, such as bash, dash or zsh
    #[default]
    Sh,
    Fish,
    Powershell,
}

impl Shell {
    /// Returns the command that sets a variable for the shell and its child processes.
    pub(crate) fn assignment(self, name: &str, value: &str) -> String {
        let value = self.quoted(value);
        match self {
            Self::Sh => format!("export {name}={value}\n"),
            Self::Fish => format!("set -gx {name} {value}\n"),
            Self::Powershell => format!("$env:{name} = {value}\n"),
        }
    }

    /// Returns the text as one word that the shell does not interpret.
    fn quoted(self, text: &str) -> String {
        let inner = match self {
            Self::Sh => text.replace('\'', r"'\''"),
            // Between single quotes a backslash escapes itself and the quote.
            Self::Fish => text.replace('\\', r"\\").replace('\'', r"\'"),
            Self::Powershell => doubled(text),
        };
        format!("'{inner}'")
    }
}

/// Returns the text as one word of a command to copy, quoted for a shell of POSIX if it needs that.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-._/:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        Shell::Sh.quoted(text)
    }
}

/// Returns the text with each single quote doubled. In PowerShell, typographic quotes are single
/// quotes, too.
fn doubled(text: &str) -> String {
    let is_quote = |c| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
    let times = |c| if is_quote(c) { 2 } else { 1 };
    text.chars()
        .flat_map(|c| std::iter::repeat_n(c, times(c)))
        .collect()
}

/// Reports whether the text is a bearer token by RFC 6750 §2.1 (`b64token`). None of its characters
/// has a meaning in a shell.
pub(super) fn is_b64token(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let text = text.trim_end_matches('=');
    !text.is_empty() && text.bytes().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// It needs a shell of POSIX.
    #[cfg(unix)]
    #[test]
    fn a_word_is_quoted_if_a_shell_would_read_more_than_one() {
        for plain in [
            "a",
            "/run/a.sock",
            "rediss://host:6379",
            "--a=b",
            "key-1_2",
            "\u{e9}",
        ] {
            assert_eq!(word(plain), plain);
        }
        for text in TEXTS {
            let line = format!("printf %s {}", word(text));
            let output = Command::new("sh").args(["-c", &line]).output().unwrap();
            assert_eq!(output.stdout, text.as_bytes(), "{line}");
        }
    }

    const TEXTS: &[&str] = &[
        "",
        "it's",
        r"a\'; touch X; #",
        "\\",
        "\\\\'",
        "$HOME `id` \"x\" !! %PATH% *",
        "two\nlines\\\n'",
        "-e \\n",
        "\u{2018}; id; \u{201b}",
    ];

    #[test]
    fn each_shell_has_its_own_way_to_quote() {
        for (shell, text, command) in [
            (Shell::Sh, "it's", r"export V='it'\''s'"),
            (Shell::Sh, r"a\", r"export V='a\'"),
            (Shell::Fish, "it's", r"set -gx V 'it\'s'"),
            (
                Shell::Fish,
                r"a\'; touch X; #",
                r"set -gx V 'a\\\'; touch X; #'",
            ),
            (Shell::Powershell, "it's", "$env:V = 'it''s'"),
            (Shell::Powershell, "a\\$b`c", "$env:V = 'a\\$b`c'"),
            (
                Shell::Powershell,
                "\u{2019};id",
                "$env:V = '\u{2019}\u{2019};id'",
            ),
        ] {
            assert_eq!(shell.assignment("V", text), format!("{command}\n"));
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "anyone who runs the tests sees what was skipped"
    )]
    #[test]
    fn shells_read_any_text_back() {
        let show = "; env printf %s \"$V\"";
        for (program, arguments, shell) in [
            ("sh", &["-c"][..], Shell::Sh),
            ("dash", &["-c"], Shell::Sh),
            ("bash", &["--norc", "-c"], Shell::Sh),
            ("fish", &["--no-config", "-c"], Shell::Fish),
        ] {
            for text in TEXTS {
                let line = shell.assignment("V", text).trim_end().to_owned() + show;
                match Command::new(program).args(arguments).arg(&line).output() {
                    Ok(run) => assert_eq!(String::from_utf8_lossy(&run.stdout), *text, "{program}"),
                    Err(error) => eprintln!("skipped: {program}: {error}"),
                }
            }
        }
    }

    #[test]
    fn a_token_is_what_the_grammar_has() {
        for token in ["a", "AZaz09-._~+/", "a=", "abc=="] {
            assert!(is_b64token(token), "{token}");
        }
        for token in [
            "", "=", "a=b", "a b", "a'", "a\\", "a\n", "a\0", "a:", "a,", "\u{e9}",
        ] {
            assert!(!is_b64token(token), "{token:?}");
        }
    }
}

//! What the program prints, and where.

use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::json;

use crate::failure::{Failure, Kind};
use crate::visible::{visible, visible_name};
use crate::{paragraph, terminal, waiting};

/// Standard output for results; standard error for everything else.
#[derive(Clone, Copy)]
pub(crate) struct Console {
    quiet: bool,
    verbose: bool,
    /// Whether each line on standard error is an object.
    as_json: bool,
}

impl Console {
    pub(crate) fn new(quiet: bool, verbose: bool, as_json: bool) -> Self {
        Self {
            quiet,
            verbose,
            as_json,
        }
    }

    /// Prints a result. If it cannot be printed completely, that is a failure. Otherwise a script
    /// would continue with half a token.
    #[expect(clippy::unused_self, reason = "results go the same way as all else")]
    pub(crate) fn print(self, text: &str) -> Result<(), Failure> {
        waiting::erase();
        let mut output = io::stdout().lock();
        let written = output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush());
        written.map_err(|error| match error.kind() {
            // A reader that has closed the pipe, such as `head`, has what it wanted.
            io::ErrorKind::BrokenPipe => Failure::said(Kind::Other),
            _ => Failure::new(Kind::Other, format!("standard output: {error}")),
        })
    }

    /// Prints a result for people. On a terminal, its lines are broken between words.
    pub(crate) fn print_text(self, text: &str) -> Result<(), Failure> {
        self.print(&paragraph::text(text, terminal::standard_output()))
    }

    /// Does `work`, and says what it waits for if that takes longer than a second.
    pub(crate) fn waiting<T>(self, what: &str, work: impl FnOnce() -> T) -> T {
        if self.quiet {
            work()
        } else {
            waiting::for_it(&visible(what), None, work)
        }
    }

    /// Does the same with requests, each of which takes at most `timeout`.
    pub(crate) fn waiting_at_most<T>(
        self,
        timeout: Duration,
        what: &str,
        work: impl FnOnce() -> T,
    ) -> T {
        if self.quiet {
            work()
        } else {
            waiting::for_it(&visible(what), Some(timeout), work)
        }
    }

    /// Reports whether only one line is wanted.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Prints a warning. The command continues.
    pub(crate) fn warn(self, text: &str) {
        let text = visible(text);
        if self.as_json && !self.quiet {
            say(&json!({ "warning": text }).to_string());
        } else if !self.quiet {
            tell(&format!("cxone-auth: warning: {text}"));
        }
    }

    pub(crate) fn warn_each(self, texts: &[String]) {
        for text in texts {
            self.warn(text);
        }
    }

    /// Prints what is done, if the user asked for it.
    pub(crate) fn note(self, text: &str) {
        let text = visible(text);
        if self.as_json && self.verbose {
            say(&json!({ "note": text }).to_string());
        } else if self.verbose {
            tell(&format!("cxone-auth: {text}"));
        }
    }

    /// Prints what to do next.
    pub(crate) fn advise(self, text: &str) {
        if !self.quiet {
            tell(&format!("cxone-auth: {}", visible(text)));
        }
    }

    /// Prints text for people as it is, but for the lines that a terminal would break.
    #[expect(clippy::unused_self, reason = "errors go the same way as all else")]
    pub(crate) fn say_in_lines(self, text: &str) {
        tell(text.trim_end_matches('\n'));
    }

    pub(crate) fn fail(self, failure: &Failure) {
        if failure.is_said() {
            return;
        }
        if self.as_json {
            say(&failure.json().to_string());
        } else if self.quiet {
            // A script reads one line, whatever shows it.
            say(&format!("cxone-auth: {}", visible_name(failure.message())));
        } else {
            tell(&format!("cxone-auth: {failure}"));
        }
    }
}

/// Prints text for people. On a terminal, its lines are broken between words.
fn tell(text: &str) {
    say(&paragraph::text(text, terminal::standard_error()));
}

/// Prints a line. An error is ignored, because the reader of standard error may have gone.
fn say(line: &str) {
    waiting::erase();
    let _ = writeln!(io::stderr(), "{line}");
}

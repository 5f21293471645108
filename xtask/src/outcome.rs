//! The outcome of a step.

use std::fmt;
use std::io;

/// The result of a step.
pub(crate) type Outcome = Result<Done, Failure>;

/// A step that ended well, or that this machine cannot run.
#[derive(Debug)]
#[must_use]
pub(crate) enum Done {
    /// Everything was checked.
    Passed,
    /// Nothing was checked, for this reason.
    Skipped(String),
}

/// What went wrong, and the command that shows it again.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    command: Option<String>,
    is_misuse: bool,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            command: None,
            is_misuse: false,
        }
    }

    /// The step did not understand its arguments.
    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self {
            is_misuse: true,
            ..Self::new(message)
        }
    }

    pub(crate) fn is_misuse(&self) -> bool {
        self.is_misuse
    }

    /// Adds the command that failed, as it can be typed.
    pub(crate) fn of_command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.command {
            Some(command) => write!(f, "\nto repeat it: {command}"),
            None => Ok(()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}

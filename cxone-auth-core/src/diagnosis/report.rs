//! Findings as text that a person reads.

use std::fmt;

use crate::error::Error;
use crate::finding::{Diagnosis, Finding};

/// How many findings a report has; the rest are further down a list that nobody walks first.
const IN_A_REPORT: usize = 3;

/// An error in one line, and below it the cause and the remedy of its first findings. Made by
/// [`Error::report`].
#[derive(Debug, Clone, Copy)]
pub struct Report<'e> {
    error: &'e Error,
}

impl<'e> Report<'e> {
    pub(crate) fn of(error: &'e Error) -> Self {
        Self { error }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        for finding in self.error.diagnosis().iter().take(IN_A_REPORT) {
            write!(f, "\n\n{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, severity, confidence) = (self.code(), self.severity(), self.confidence());
        writeln!(f, "{code} {} ({severity}, {confidence})", self.title())?;
        if !self.evidence().is_empty() {
            writeln!(f, "  seen: {}", self.evidence())?;
        }
        writeln!(f, "  why:  {}", self.cause())?;
        write!(f, "  fix:  {}", self.remedy())
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing found");
        }
        for (index, finding) in self.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{finding}")?;
        }
        Ok(())
    }
}

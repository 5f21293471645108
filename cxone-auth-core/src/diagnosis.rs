//! Why there is no token, or an unexpected one: causes, evidence and remedies.
//!
//! | to | see |
//! |---|---|
//! | check a configuration before anything is sent | [`inspect`] |
//! | compare it with its server's metadata | [`inspect_metadata`] |
//! | learn why a request failed | [`Error::diagnosis`](crate::Error::diagnosis) |
//! | check that a token is the expected one | [`diagnose_token`] |
//! | learn why a store cannot be used | [`diagnose_store`] |
//! | read about a code | [`FindingCode`], [`catalogue`] |
//! | learn which settings to look at | [`Finding::settings`] |
//! | show findings to users of a program, in its own words | [`Wording`], [`Finding::in_words`] |
//!
//! Everything here is a pure function. A finding names hosts, scopes, settings, and the class and
//! position of characters. It never contains a part of a credential or a token.

mod explain;
mod inspect;

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::finding::{Worded, of_the_library};

pub use crate::finding::{
    CatalogueEntry, Confidence, Diagnosis, Finding, FindingCode, InWords, Setting, Severity, Term,
    Text, Theme, Vendor, Wording, catalogue,
};
pub use explain::{api_response_words, diagnose_api_response, diagnose_store, diagnose_token};
pub use inspect::{inspect, inspect_metadata};

/// How many findings a report shows. Nobody needs the others first.
const IN_A_REPORT: usize = 3;

/// An error in one line, followed by the cause and the remedy of its first findings.
/// [`Error::report`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Report<'e> {
    error: &'e Error,
}

impl Error {
    /// Returns why the request failed, the most probable cause first. Each finding has its evidence
    /// and its remedy. The causes come from the configuration, the response and the failure.
    ///
    /// It is empty only for an error before any request whose message needs no explanation.
    #[must_use]
    pub fn diagnosis(&self) -> &Diagnosis {
        &self.diagnosis
    }

    /// Returns the error in one line, followed by the cause and the remedy of its first findings.
    /// The alternate form of `Display` (`{:#}`) prints the same.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report { error: self }
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

impl Worded for Finding {
    fn write(&self, f: &mut fmt::Formatter<'_>, wording: Wording) -> fmt::Result {
        let (code, severity, confidence) = (self.code(), self.severity(), self.confidence());
        writeln!(f, "{code} {} ({severity}, {confidence})", self.title())?;
        if !self.evidence().is_empty() {
            writeln!(f, "  seen: {}", self.evidence_in_words(wording))?;
        }
        writeln!(f, "  why:  {}", self.cause().in_words(wording))?;
        write!(f, "  fix:  {}", self.remedy().in_words(wording))
    }
}

impl Worded for Diagnosis {
    fn write(&self, f: &mut fmt::Formatter<'_>, wording: Wording) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing found");
        }
        for (index, finding) in self.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{}", finding.in_words(wording))?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, of_the_library)
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, of_the_library)
    }
}

impl FromStr for FindingCode {
    type Err = Error;

    /// Parses `CXA-206`, in upper or lower case, or the number alone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the catalogue has no such
    /// code. Use a code from [`catalogue`].
    fn from_str(text: &str) -> Result<Self, Error> {
        let upper = text.trim().to_ascii_uppercase();
        let number = upper.strip_prefix("CXA-").unwrap_or(&upper);
        catalogue()
            .map(|entry| entry.code)
            .find(|code| number.parse() == Ok(code.number()))
            .ok_or_else(|| Error::configuration("unknown finding code: write it like CXA-206"))
    }
}

//! One cause with its code and its evidence, and a list of several causes.

pub(crate) mod catalogue;
mod setting;
mod term;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use catalogue::{CatalogueEntry, Theme, Vendor, catalogue};
pub use setting::Setting;
pub use term::Term;
pub use text::{InWords, Text, Wording};

pub(crate) use text::{Message, Worded, of_the_library};

/// A cause that was found in one configuration, response or failure.
///
/// Its [`entry`](Self::entry) says what holds for every case of the cause. Its
/// [`evidence`](Self::evidence) says what was seen in this case. It contains no part of a
/// credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) entry: &'static CatalogueEntry,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) evidence: Message,
    pub(super) settings: Cow<'static, [Setting]>,
}

/// The stable name of a cause, such as `CXA-206`.
///
/// Only codes of the [`catalogue`](crate::diagnosis::catalogue()) exist. A code keeps its meaning
/// in every release. You can search for it, alert on it and link to it.
///
/// ```
/// use cxone_auth_core::diagnosis::FindingCode;
///
/// let code: FindingCode = "CXA-206".parse()?;
/// assert_eq!(code.to_string(), "CXA-206");
/// println!("{}: {}", code.entry().title, code.entry().remedy);
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
///
/// Each code has a constant, for a program that handles one of them:
///
/// ```
/// use cxone_auth_core::diagnosis::FindingCode;
///
/// assert_eq!(FindingCode::WRONG_REGION.to_string(), "CXA-206");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingCode(u16);

/// What a finding means for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// There is no token until the cause is fixed.
    Error,
    /// It may work, but it is probably a mistake.
    Warning,
    /// It helps to know this if something else fails.
    Note,
}

/// How certain it is that this is the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Confidence {
    /// Nothing else explains what was seen.
    Certain,
    /// It explains what was seen, and it usually is the cause.
    Likely,
    /// It explains what was seen, but other causes do too.
    Possible,
}

/// Findings, the most probable first. A clone shares them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Diagnosis(Arc<[Finding]>);

impl Finding {
    /// Returns the stable code, such as `CXA-206`.
    #[must_use]
    pub fn code(&self) -> FindingCode {
        self.entry.code
    }

    /// Returns what it means for the token.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns how certain it is that this is the cause.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Returns the cause in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.entry.title
    }

    /// Returns the cause in a sentence or two.
    #[must_use]
    pub fn cause(&self) -> Text {
        self.entry.cause
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn remedy(&self) -> Text {
        self.entry.remedy
    }

    /// Returns what was seen in this case: hosts, scopes, settings, and the class and position of
    /// characters. It is empty if there is nothing to add to the cause.
    #[must_use]
    pub fn evidence(&self) -> &str {
        self.evidence.as_str()
    }

    /// Returns the [`evidence`](Self::evidence) with a program's words for its terms. Text from
    /// outside stays unchanged.
    #[must_use]
    pub fn evidence_in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(&self.evidence, wording)
    }

    /// Returns the settings that it is about, the most probable first. They are as precise as this
    /// case allows, or those of the catalogue. The list is empty if no setting is at fault.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// Returns the whole finding, as `Display` prints it, with a program's words for its terms.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(self, wording)
    }

    /// Returns what the catalogue says about the cause.
    #[must_use]
    pub fn entry(&self) -> &'static CatalogueEntry {
        self.entry
    }

    /// Returns the same finding about these settings. Use it if this case shows them more
    /// precisely.
    pub(crate) fn about(mut self, settings: impl Into<Cow<'static, [Setting]>>) -> Self {
        self.settings = settings.into();
        self
    }

    /// Returns the same finding with the severity of the catalogue, because it explains a refusal.
    pub(crate) fn into_cause(mut self) -> Self {
        self.severity = self.entry.severity;
        self
    }

    /// Returns the same finding as a note, if the catalogue has a higher severity.
    pub(crate) fn into_note(mut self) -> Self {
        self.severity = Severity::Note;
        self
    }
}

impl Diagnosis {
    /// The maximum number of findings in an explanation. Nobody reads more.
    pub(crate) const MOST: usize = 5;

    /// Ranks findings by confidence. Equal ones keep their order. Each code appears once.
    pub(crate) fn ranked(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.confidence);
        let mut codes = Vec::new();
        findings.retain(|finding| {
            let is_new = !codes.contains(&finding.code());
            codes.push(finding.code());
            is_new
        });
        Self(findings.into())
    }

    /// Does the same as [`ranked`](Self::ranked), and keeps only as many as a person will read.
    pub(crate) fn explanation(findings: Vec<Finding>) -> Self {
        let ranked = Self::ranked(findings);
        Self(ranked.0.iter().take(Self::MOST).cloned().collect())
    }

    /// Makes a diagnosis with a single finding.
    pub(crate) fn of(finding: Finding) -> Self {
        Self(Arc::new([finding]))
    }

    /// Returns the same for a configuration that has had a token. Its address, its grant and its
    /// text were right then. Only findings about what changes with time remain. If there are none,
    /// all findings stay.
    pub(crate) fn after_a_token(&self) -> Self {
        let changes = |finding: &&Finding| finding.entry.changes_with_time();
        let remaining: Arc<[Finding]> = self.0.iter().filter(changes).cloned().collect();
        if remaining.is_empty() {
            self.clone()
        } else {
            Self(remaining)
        }
    }

    /// Returns all findings, the most probable first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Returns the most probable finding.
    #[must_use]
    pub fn first(&self) -> Option<&Finding> {
        self.0.first()
    }

    /// Reports whether there is a finding with this code.
    #[must_use]
    pub fn contains(&self, code: FindingCode) -> bool {
        self.0.iter().any(|finding| finding.code() == code)
    }

    /// Returns the findings, as `Display` prints them, with a program's words for their terms.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(self, wording)
    }

    /// Returns how many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Reports whether there are no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the findings in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }
}

impl FindingCode {
    /// Makes a code for the catalogue's own tables.
    pub(super) const fn new(number: u16) -> Self {
        Self(number)
    }

    /// Returns the number after `CXA-`.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// Returns what the catalogue says about it.
    #[must_use]
    pub fn entry(self) -> &'static CatalogueEntry {
        catalogue()
            .find(|entry| entry.code == self)
            .expect("codes are made by the catalogue or parsed against it")
    }
}

impl<'a> IntoIterator for &'a Diagnosis {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("CXA-{:03}", self.0))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        })
    }
}

impl fmt::Debug for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("code", &self.code())
            .field("severity", &self.severity)
            .field("confidence", &self.confidence)
            .field("title", &self.title())
            .field("evidence", &self.evidence())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

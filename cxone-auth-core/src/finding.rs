//! One cause with its code and its evidence, and several of them in order.

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

/// A cause, as it was found in one configuration, response or failure.
///
/// What holds for every case of the cause stands in its [`entry`](Self::entry); the
/// [`evidence`](Self::evidence) is what was seen in this one. It holds no part of a credential.
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
/// from one release to the next, so that it can be searched for, alerted on and linked to.
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
/// Each has a constant, for a program that does something about one of them:
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
    /// There is no token until this is fixed.
    Error,
    /// It may work, and is probably not what was meant.
    Warning,
    /// Worth knowing when something else fails.
    Note,
}

/// How sure it is that this is the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Confidence {
    /// What was seen has no other explanation.
    Certain,
    /// It explains what was seen, and more often than not it is the cause.
    Likely,
    /// It explains what was seen, as other causes do.
    Possible,
}

/// Findings, the most probable first. Cloning shares them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Diagnosis(Arc<[Finding]>);

impl Finding {
    /// The stable code, such as `CXA-206`.
    #[must_use]
    pub fn code(&self) -> FindingCode {
        self.entry.code
    }

    /// What it means for the token.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// How sure it is that this is the cause.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The cause in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.entry.title
    }

    /// The cause in a sentence or two.
    #[must_use]
    pub fn cause(&self) -> Text {
        self.entry.cause
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Text {
        self.entry.remedy
    }

    /// What was seen in this case: hosts, scopes, settings, classes of characters and their
    /// places. Empty when there is nothing to add to the cause.
    #[must_use]
    pub fn evidence(&self) -> &str {
        self.evidence.as_str()
    }

    /// The [`evidence`](Self::evidence) with a program's words for its terms. What comes from
    /// outside stays as it came.
    #[must_use]
    pub fn evidence_in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(&self.evidence, wording)
    }

    /// The settings that it is about, the likeliest first: as closely as this case tells, or those
    /// of the catalogue. Empty where no setting is at fault.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The whole finding, as `Display` has it, with a program's words for its terms.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(self, wording)
    }

    /// What the catalogue says about the cause.
    #[must_use]
    pub fn entry(&self) -> &'static CatalogueEntry {
        self.entry
    }

    /// The same finding where it is known more closely which settings it is about.
    pub(crate) fn about(mut self, settings: impl Into<Cow<'static, [Setting]>>) -> Self {
        self.settings = settings.into();
        self
    }

    /// The same finding as bad as the catalogue has it: it explains a refusal.
    pub(crate) fn into_cause(mut self) -> Self {
        self.severity = self.entry.severity;
        self
    }

    /// The same finding as something to know, where the catalogue has it as worse.
    pub(crate) fn into_note(mut self) -> Self {
        self.severity = Severity::Note;
        self
    }
}

impl Diagnosis {
    /// The most that an explanation keeps: more than this nobody reads.
    pub(crate) const MOST: usize = 5;

    /// Findings ranked by confidence; among equals the order stays, and each code comes once.
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

    /// As [`ranked`](Self::ranked), and no more than a person will read.
    pub(crate) fn explanation(findings: Vec<Finding>) -> Self {
        let ranked = Self::ranked(findings);
        Self(ranked.0.iter().take(Self::MOST).cloned().collect())
    }

    /// A single finding.
    pub(crate) fn of(finding: Finding) -> Self {
        Self(Arc::new([finding]))
    }

    /// The same for a configuration that has had a token. Its address, its grant and its text
    /// were right then, so that only what changes with time remains; where nothing does, what was
    /// found stays.
    pub(crate) fn after_a_token(&self) -> Self {
        let changes = |finding: &&Finding| finding.entry.changes_with_time();
        let remaining: Arc<[Finding]> = self.0.iter().filter(changes).cloned().collect();
        if remaining.is_empty() {
            self.clone()
        } else {
            Self(remaining)
        }
    }

    /// All findings, the most probable first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// The most probable finding.
    #[must_use]
    pub fn first(&self) -> Option<&Finding> {
        self.0.first()
    }

    /// Whether there is a finding with this code.
    #[must_use]
    pub fn contains(&self, code: FindingCode) -> bool {
        self.0.iter().any(|finding| finding.code() == code)
    }

    /// The findings, as `Display` has them, with a program's words for their terms.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(self, wording)
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }
}

impl FindingCode {
    /// A code of the catalogue's own tables.
    pub(super) const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number behind `CXA-`.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// What the catalogue says about it.
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

//! A cause as the verdict has it: a finding of the library, or one that only the program can make.

use cxone_auth_core::diagnosis::{
    Confidence, Finding, FindingCode, Setting, Severity, Theme, Wording,
};
use serde_json::{Value, json};

use super::seen::Seen;
use crate::failure::Failure;
use crate::target::Slip;
use crate::words;

/// Why there is no token, or what to know of the one that came.
#[derive(Clone)]
pub(crate) struct Cause {
    pub(crate) code: Option<FindingCode>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) title: String,
    pub(crate) evidence: String,
    pub(crate) explanation: String,
    pub(crate) remedy: String,
    /// The settings that it is about, the likeliest first.
    pub(crate) settings: Vec<Setting>,
}

impl Cause {
    /// A cause of the catalogue, with what the doctor itself has seen of it.
    pub(crate) fn of_code(code: FindingCode, severity: Severity, evidence: String) -> Self {
        let entry = code.entry();
        Self {
            code: Some(code),
            severity,
            confidence: Confidence::Certain,
            title: entry.title.to_owned(),
            evidence,
            explanation: entry.cause.in_words(words::of_the_program).to_string(),
            remedy: entry.remedy.in_words(words::of_the_program).to_string(),
            settings: entry.settings.to_vec(),
        }
    }

    /// A setting of the command itself that cannot be used.
    #[cfg(unix)]
    pub(crate) fn of_setting(
        title: &str,
        evidence: String,
        explanation: &str,
        remedy: &str,
    ) -> Self {
        Self {
            title: title.to_owned(),
            explanation: explanation.to_owned(),
            remedy: remedy.to_owned(),
            ..Self::of_code(FindingCode::SETTING_UNUSABLE, Severity::Error, evidence)
        }
    }

    /// A variable that is set and not read.
    pub(crate) fn of_slip(slip: &Slip) -> Self {
        Self {
            confidence: Confidence::Likely,
            title: format!("A variable is not read: {}", slip.variable),
            explanation: "The program does not read this variable, so it sets nothing.".to_owned(),
            remedy: slip.remedy(),
            settings: Vec::new(),
            ..Self::of_code(
                FindingCode::SETTING_UNUSABLE,
                Severity::Warning,
                slip.told(),
            )
        }
    }

    /// Reports whether a setting is missing that this variable was to set.
    pub(crate) fn may_be_of(&self, slip: &Slip) -> bool {
        /// Settings of which one missing is told as another.
        const LOGIN: [&str; 6] = [
            "client-id",
            "client-secret",
            "access-key-id",
            "access-key-secret",
            "key",
            "assertion-file",
        ];
        const SERVER: [&str; 6] = [
            "platform",
            "region",
            "issuer",
            "token-url",
            "discover",
            "access-key-id",
        ];
        let Some(meant) = slip.setting() else {
            return false;
        };
        let is_missing = words::tell_of_something_missing(&self.evidence);
        let names_it = |own: &Setting| words::name_of(*own) == Some(meant);
        match self.code {
            Some(FindingCode::NO_SERVER) => SERVER.contains(&meant),
            Some(FindingCode::EMPTY_CREDENTIAL | FindingCode::ACCESS_KEY_MISSING) => {
                LOGIN.contains(&meant)
            }
            _ => is_missing && self.settings.iter().any(names_it),
        }
    }

    /// Tells the cause in other words.
    #[cfg(unix)]
    pub(crate) fn in_words(mut self, wording: Wording) -> Self {
        if let Some(entry) = self.code.map(FindingCode::entry) {
            self.explanation = entry.cause.in_words(wording).to_string();
            self.remedy = entry.remedy.in_words(wording).to_string();
        }
        self
    }

    /// The causes of a configuration that cannot be made. Where no finding says more, the setting
    /// that the failure is about is the cause.
    pub(crate) fn of_failure(failure: &Failure) -> Vec<Self> {
        let mut causes: Vec<Self> = failure.diagnosis().iter().map(Self::from).collect();
        if !causes.is_empty() {
            causes.iter_mut().for_each(Self::name_the_setting);
            return causes;
        }
        let (code, setting) = failure.subject();
        let mut cause = Self::of_code(code, Severity::Error, failure.message().to_owned());
        cause.settings.extend(setting);
        cause.name_the_setting();
        vec![cause]
    }

    /// Says in the title which setting cannot be used.
    fn name_the_setting(&mut self) {
        let name = self.settings.first().and_then(|own| words::name_of(*own));
        if let Some(name) = name.filter(|_| self.is(FindingCode::SETTING_UNUSABLE)) {
            self.title = format!("{}: {name}", self.title);
        }
    }

    pub(crate) fn is(&self, code: FindingCode) -> bool {
        self.code == Some(code)
    }

    /// Whether it lies on the way to the server.
    pub(crate) fn is_of_the_way(&self) -> bool {
        let theme = self.code.map(|code| code.entry().theme());
        theme == Some(Theme::Transport)
    }

    /// Whether anyone who is asked for a token would be a stranger who gets the secret: the host
    /// is named for tokens in forums, and has none.
    pub(crate) fn gives_the_secret_away(&self) -> bool {
        self.is(FindingCode::INVENTED_HOST) && self.severity == Severity::Error
    }

    /// Tells the cause with what was seen on the way.
    pub(crate) fn add(&mut self, seen: &Seen) {
        if let Some(problem) = &seen.problem {
            self.title = format!("{}: {problem}", self.title);
        }
        if let Some(evidence) = &seen.evidence {
            *self = self.clone().with_evidence(evidence);
        }
        if let Some(remedy) = seen.remedy {
            remedy.clone_into(&mut self.remedy);
        }
        if let Some(settings) = seen.settings {
            settings.clone_into(&mut self.settings);
        }
    }

    pub(crate) fn with_evidence(mut self, more: &str) -> Self {
        if self.evidence.split("; ").any(|own| own == more) {
            return self;
        }
        if !self.evidence.is_empty() {
            self.evidence.push_str("; ");
        }
        self.evidence.push_str(more);
        self
    }

    /// The title with its code, as a heading has it.
    pub(crate) fn heading(&self) -> String {
        let (title, confidence) = (&self.title, self.confidence);
        match self.code {
            Some(code) => format!("{title} ({code}, {confidence})"),
            None => format!("{title} ({confidence})"),
        }
    }

    /// The finding in words that fit the request that it explains.
    pub(crate) fn worded(finding: &Finding, wording: Wording) -> Self {
        Self {
            code: Some(finding.code()),
            severity: finding.severity(),
            confidence: finding.confidence(),
            title: finding.title().to_owned(),
            evidence: finding.evidence_in_words(wording).to_string(),
            explanation: finding.cause().in_words(wording).to_string(),
            remedy: finding.remedy().in_words(wording).to_string(),
            settings: finding.settings().to_vec(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "code": self.code.map(|code| code.to_string()),
            "severity": self.severity.to_string(),
            "confidence": self.confidence.to_string(),
            "title": self.title,
            "evidence": self.evidence,
            "cause": self.explanation,
            "remedy": self.remedy,
        })
    }
}

impl From<&Finding> for Cause {
    fn from(finding: &Finding) -> Self {
        Self::worded(finding, words::of_the_program)
    }
}

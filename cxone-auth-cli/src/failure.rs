//! How a command fails. A failure has one kind, one exit code, one line and the most probable
//! cause.

use std::fmt;
use std::process::ExitCode;

use cxone_auth_core::diagnosis::{Diagnosis, Finding, FindingCode, Setting, Wording};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{Error, ErrorKind};
use serde_json::{Value, json};

#[cfg(unix)]
use crate::target;
use crate::target::Origin;
use crate::visible::visible;
use crate::words;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    error: Option<Box<Error>>,
    diagnosis: Diagnosis,
    program: Box<OfTheProgram>,
    is_said: bool,
}

/// Returns a text with other words in the place of flags.
type Replace = fn(&str) -> String;

/// What only the program knows about a failure, not the library.
#[derive(Debug)]
struct OfTheProgram {
    /// What the failure is about, if the library has no finding.
    subject: (FindingCode, Option<Setting>),
    /// A hint for people on how to find out more.
    advice: Option<String>,
    /// Lines below the message that show what is missing.
    example: Option<&'static str>,
    /// The words for what the library names, and what replaces flags in a text, if the settings are
    /// not those of the command line.
    wording: Option<(Wording, Replace)>,
    /// Where the setting stands that the failure is about.
    origin: Option<Origin>,
}

/// What the caller does next. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Other,
    Usage,
    Configuration,
    Credentials,
    Throttled,
    Unavailable,
    Network,
    /// What `exec` is to run is not there.
    #[cfg(unix)]
    ProgramMissing,
    /// What `exec` is to run cannot be run.
    #[cfg(unix)]
    ProgramUnusable,
}

impl Default for OfTheProgram {
    fn default() -> Self {
        Self {
            subject: (FindingCode::SETTING_UNUSABLE, None),
            advice: None,
            example: None,
            wording: None,
            origin: None,
        }
    }
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: visible(&message.into()),
            error: None,
            diagnosis: Diagnosis::default(),
            program: Box::default(),
            is_said: false,
        }
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Returns a failure that the command has already reported. Only its exit code is needed.
    pub(crate) fn said(kind: Kind) -> Self {
        Self {
            is_said: true,
            ..Self::new(kind, "")
        }
    }

    /// Returns the same failure without these texts in its line.
    pub(crate) fn without<'t>(mut self, texts: impl Iterator<Item = &'t str>) -> Self {
        for text in texts {
            self.message = self.message.replace(text, "(not shown)");
        }
        self
    }

    /// Returns the same failure with lines that show what is missing.
    #[cfg(unix)]
    pub(crate) fn with_example(mut self, example: &'static str) -> Self {
        self.program.example = Some(example);
        self
    }

    /// Returns the same failure, for a command whose settings come from a profile and have no flags.
    #[cfg(unix)]
    pub(crate) fn in_a_profile(mut self) -> Self {
        self.message = target::in_a_profile(&self.message);
        self.program.wording = Some((words::of_a_profile, target::in_a_profile));
        self
    }

    /// Returns the same failure, with these words for what the library names.
    pub(crate) fn in_words(mut self, wording: Wording) -> Self {
        self.program.wording = Some((wording, str::to_owned));
        self
    }

    /// Returns the same failure with this at the end of its line.
    pub(crate) fn followed_by(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// Returns the same failure with the place of the setting before its line.
    pub(crate) fn behind(self, origin: &Origin) -> Self {
        self.at(&origin.to_string())
    }

    /// Returns the same failure with this place before its line.
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.message = visible(&format!("{place}: {}", self.message));
        self
    }

    /// Returns the same failure, about the setting with this name.
    pub(crate) fn about(mut self, name: &str) -> Self {
        self.program.subject.1 = words::setting_of(name);
        self
    }

    /// Returns the same failure, about a setting that stands there.
    pub(crate) fn standing(mut self, origin: Origin) -> Self {
        self.program.origin = Some(origin);
        self
    }

    /// Returns where the setting stands that the failure is about, if it is known.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.program.origin.as_ref()
    }

    /// Returns the same failure, for a command that does not say which server is meant.
    pub(crate) fn about_the_server(mut self) -> Self {
        self.program.subject.0 = FindingCode::NO_SERVER;
        self
    }

    /// Returns the finding code of the failure, and the setting if it is about one.
    pub(crate) fn subject(&self) -> (FindingCode, Option<Setting>) {
        self.program.subject
    }

    /// Returns the same failure with a hint on how to find out more.
    pub(crate) fn advised(mut self, advice: Option<String>) -> Self {
        self.program.advice = advice;
        self
    }

    /// Returns the most probable cause and the hint on how to find out more, or the example.
    fn finding(&self) -> Option<String> {
        let Some(finding) = self.diagnosis.first() else {
            return self.program.example.map(str::to_owned);
        };
        let finding = match self.program.wording {
            None => finding.in_words(words::of_the_program).to_string(),
            Some((wording, replace)) => replace(&finding.in_words(wording).to_string()),
        };
        let advice = self.program.advice.as_ref();
        let advice = advice.map(|advice| format!("\n  try:  {advice}"));
        let advice = advice.unwrap_or_default();
        Some(format!("{finding}{advice}"))
    }

    /// Reports whether a setting is missing.
    pub(crate) fn is_about_something_missing(&self) -> bool {
        self.kind == Kind::Configuration && words::tell_of_something_missing(&self.message)
    }

    /// Reports whether a credential could not be read.
    pub(crate) fn is_about_reading(&self) -> bool {
        let error = self.error.as_deref();
        error.is_some_and(|error| error.credential().is_some())
    }

    /// Reports whether a secret cannot be sent as it is.
    pub(crate) fn is_about_the_secret(&self) -> bool {
        let is_unsent = self
            .error
            .as_ref()
            .is_some_and(|error| error.status().is_none());
        let secrets = [Setting::ClientSecret, Setting::AccessKeySecret];
        let first = self.diagnosis.first();
        self.kind == Kind::Configuration
            && is_unsent
            && first.is_some_and(|own| own.settings().iter().any(|own| secrets.contains(own)))
    }

    pub(crate) fn is_said(&self) -> bool {
        self.is_said
    }

    pub(crate) fn diagnosis(&self) -> &Diagnosis {
        &self.diagnosis
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Reports whether the same command may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(
            self.kind,
            Kind::Throttled | Kind::Unavailable | Kind::Network
        )
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.code())
    }

    /// Returns the failure as an object on one line, for `--output json`.
    pub(crate) fn json(&self) -> Value {
        let error = self.error.as_deref();
        let wording = self
            .program
            .wording
            .map_or(words::of_the_program as _, |own| own.0);
        let findings = self.diagnosis.iter();
        let findings: Vec<Value> = findings.map(|own| finding_worded(own, wording)).collect();
        json!({ "error": {
            "kind": self.kind.name(),
            "exit_code": self.kind.code(),
            "message": self.message,
            "status": error.and_then(Error::status).map(|status| status.as_u16()),
            "oauth_code": error.and_then(Error::oauth_code),
            "vendor_code": error.and_then(Error::vendor_code),
            "correlation_id": error.and_then(Error::correlation_id),
            "retry_after": error.and_then(Error::retry_after).map(|span| span.as_secs()),
            "findings": findings,
        }})
    }
}

impl Kind {
    #[cfg(unix)]
    const ALL: [Self; 7] = [
        Self::Other,
        Self::Usage,
        Self::Configuration,
        Self::Credentials,
        Self::Throttled,
        Self::Unavailable,
        Self::Network,
    ];

    /// Returns the kind that this name is of.
    #[cfg(unix)]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.name() == name)
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Other => 1,
            Self::Usage => 2,
            Self::Configuration => 3,
            Self::Credentials => 4,
            Self::Throttled | Self::Unavailable => 5,
            Self::Network => 6,
            // As a shell tells them.
            #[cfg(unix)]
            Self::ProgramMissing => 127,
            #[cfg(unix)]
            Self::ProgramUnusable => 126,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Usage => "usage",
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Network => "network",
            #[cfg(unix)]
            Self::ProgramMissing | Self::ProgramUnusable => "other",
        }
    }

    pub(crate) fn of(error: &Error) -> Self {
        let failure = error.transport().map(TransportError::kind);
        let is_of_the_network = failure.is_some_and(|kind| {
            // A transport that cannot be set up has not reached the network. If a body is too long,
            // the status counts.
            !matches!(
                kind,
                TransportErrorKind::Configuration | TransportErrorKind::BodyTooLarge
            )
        });
        match error.kind() {
            ErrorKind::Configuration | ErrorKind::Unavailable if is_of_the_network => Self::Network,
            ErrorKind::Configuration => Self::Configuration,
            ErrorKind::Credentials => Self::Credentials,
            ErrorKind::Throttled => Self::Throttled,
            ErrorKind::Unavailable => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            kind: Kind::of(&error),
            message: message(&error),
            diagnosis: error.diagnosis().clone(),
            error: Some(Box::new(error)),
            program: Box::default(),
            is_said: false,
        }
    }
}

/// Returns the error in one line. If another process got it, that says how to ask again.
fn message(error: &Error) -> String {
    let text = error.in_words(words::of_the_program).to_string();
    match (error.asked_ago(), text.strip_suffix(')')) {
        (Some(_), Some(text)) => format!("{text}; --force-refresh asks again)"),
        _ => text,
    }
}

/// Returns a finding in the form of `--output json`, here and in reports.
pub(crate) fn finding_as_json(finding: &Finding) -> Value {
    finding_worded(finding, words::of_the_program)
}

/// Does the same in other words.
pub(crate) fn finding_worded(finding: &Finding, words: Wording) -> Value {
    json!({
        "code": finding.code().to_string(),
        "severity": finding.severity().to_string(),
        "confidence": finding.confidence().to_string(),
        "title": finding.title(),
        "evidence": finding.evidence_in_words(words).to_string(),
        "cause": finding.cause().in_words(words).to_string(),
        "remedy": finding.remedy().in_words(words).to_string(),
    })
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.finding() {
            Some(finding) => write!(f, "\n{finding}"),
            None => Ok(()),
        }
    }
}

//! How a command fails: one kind, one exit code, one line, and the most probable cause.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::diagnosis::{Diagnosis, Finding, FindingCode, Setting};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::visible::visible;
use crate::words;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    error: Option<Error>,
    diagnosis: Diagnosis,
    program: Box<OfTheProgram>,
    is_said: bool,
    told: Option<Box<Told>>,
}

/// What the program knows of it and the library does not.
#[derive(Debug)]
struct OfTheProgram {
    /// What it is about, where the library has found nothing.
    subject: (FindingCode, Option<Setting>),
    /// What may find out more, for people.
    advice: Option<String>,
}

/// What another process has found out, in its words.
#[derive(Debug)]
struct Told {
    finding: Option<String>,
    object: Value,
}

/// What the caller does next; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Other,
    Usage,
    Configuration,
    Credentials,
    Throttled,
    Unavailable,
    Network,
}

impl Default for OfTheProgram {
    fn default() -> Self {
        Self {
            subject: (FindingCode::SETTING_UNUSABLE, None),
            advice: None,
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
            told: None,
        }
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A failure that the command has told of already: only its exit code is left.
    pub(crate) fn said(kind: Kind) -> Self {
        Self {
            is_said: true,
            ..Self::new(kind, "")
        }
    }

    /// What to tell the processes that wait for the same response, if the server has given one.
    /// That it was not reached may lie in this process's own proxy or certificates.
    pub(crate) fn for_others(&self) -> Option<Value> {
        self.error.as_ref()?.status()?;
        Some(json!({ "finding": self.finding(), "failure": self.json() }))
    }

    /// How long the server is let alone after this. What a proxy may have said is no reason to:
    /// another setting may lead past it.
    pub(crate) fn pause(&self) -> Duration {
        let Some(error) = &self.error else {
            return Duration::ZERO;
        };
        let imposed = error.retry_after().unwrap_or_default();
        let has_code = error.oauth_code().or(error.vendor_code()).is_some();
        // Of a client that it does not let in, a proxy says 407.
        let is_401 = error.status().is_some_and(|status| status == 401);
        let own = match self.kind {
            // It may count towards a lock-out, whatever else the response says.
            _ if is_401 => RetryPolicy::DEFAULT_REFUSAL_COOL_DOWN.first(),
            Kind::Configuration | Kind::Credentials if has_code => {
                RetryPolicy::DEFAULT_REFUSAL_COOL_DOWN.first()
            }
            _ => Duration::ZERO,
        };
        own.max(imposed.min(RetryPolicy::DEFAULT_LONGEST_RETRY_AFTER))
    }

    /// The same for one who was told this long after the server had been asked.
    pub(crate) fn of_late(mut self, age: Duration) -> Self {
        let ago = format!(
            " (asked {} s ago; --force-refresh asks again)",
            age.as_secs()
        );
        self.message.push_str(&ago);
        if let Some(told) = &mut self.told {
            let error = &mut told.object["error"];
            error["message"] = self.message.as_str().into();
            if let Some(asked) = error["retry_after"].as_u64() {
                error["retry_after"] = asked.saturating_sub(age.as_secs()).into();
            }
        }
        self
    }

    /// The failure of the process that has told this.
    pub(crate) fn of_another(told: &Value) -> Option<Self> {
        let object = &told["failure"];
        let error = &object["error"];
        let kind = Kind::named(error["kind"].as_str()?)?;
        let told = Told {
            finding: told["finding"].as_str().map(str::to_owned),
            object: object.clone(),
        };
        Some(Self {
            told: Some(Box::new(told)),
            ..Self::new(kind, error["message"].as_str()?)
        })
    }

    /// The same without these texts in its line.
    pub(crate) fn without<'t>(mut self, texts: impl Iterator<Item = &'t str>) -> Self {
        for text in texts {
            self.message = self.message.replace(text, "(not shown)");
        }
        self
    }

    /// The same about the setting of this name.
    pub(crate) fn about(mut self, name: &str) -> Self {
        self.program.subject.1 = words::setting_of(name);
        self
    }

    /// The same where it is not clear which server is meant.
    pub(crate) fn about_the_server(mut self) -> Self {
        self.program.subject.0 = FindingCode::NO_SERVER;
        self
    }

    /// The code of what it is about, and the setting if it is one.
    pub(crate) fn subject(&self) -> (FindingCode, Option<Setting>) {
        self.program.subject
    }

    /// The same with what may find out more.
    pub(crate) fn advised(mut self, advice: Option<String>) -> Self {
        self.program.advice = advice;
        self
    }

    /// The most probable cause, and what may find out more.
    fn finding(&self) -> Option<String> {
        if let Some(told) = &self.told {
            return told.finding.clone();
        }
        let finding = self.diagnosis.first()?.in_words(words::of_the_program);
        let advice = self.program.advice.as_ref();
        let advice = advice.map(|advice| format!("\n  try:  {advice}"));
        let advice = advice.unwrap_or_default();
        Some(format!("{finding}{advice}"))
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

    /// Whether the same may well succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(
            self.kind,
            Kind::Throttled | Kind::Unavailable | Kind::Network
        )
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.code())
    }

    /// The failure as an object on one line, for `--output json`.
    pub(crate) fn json(&self) -> Value {
        if let Some(told) = &self.told {
            return told.object.clone();
        }
        let error = self.error.as_ref();
        let findings: Vec<Value> = self.diagnosis.iter().map(finding_as_json).collect();
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
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Other => 1,
            Self::Usage => 2,
            Self::Configuration => 3,
            Self::Credentials => 4,
            Self::Throttled | Self::Unavailable => 5,
            Self::Network => 6,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Usage => "usage",
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Network => "network",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Other,
            Self::Usage,
            Self::Configuration,
            Self::Credentials,
            Self::Throttled,
            Self::Unavailable,
            Self::Network,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }

    fn of(error: &Error) -> Self {
        let failure = error.transport().map(TransportError::kind);
        let is_of_the_network = failure.is_some_and(|kind| {
            // What cannot be set up has not come to the network.
            kind != TransportErrorKind::Configuration
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
            message: error.in_words(words::of_the_program).to_string(),
            diagnosis: error.diagnosis().clone(),
            error: Some(error),
            program: Box::default(),
            is_said: false,
            told: None,
        }
    }
}

/// A finding as `--output json` has it, here and in reports.
pub(crate) fn finding_as_json(finding: &Finding) -> Value {
    json!({
        "code": finding.code().to_string(),
        "severity": finding.severity().to_string(),
        "confidence": finding.confidence().to_string(),
        "title": finding.title(),
        "evidence": finding.evidence_in_words(words::of_the_program).to_string(),
        "cause": finding.cause().in_words(words::of_the_program).to_string(),
        "remedy": finding.remedy().in_words(words::of_the_program).to_string(),
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

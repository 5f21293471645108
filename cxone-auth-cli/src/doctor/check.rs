//! One step of an examination, and what came of it.

use std::time::Duration;

/// What is looked at, in this order.
#[cfg_attr(not(unix), expect(dead_code, reason = "an agent runs on Unix only"))]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Configuration,
    Discovery,
    Inspection,
    Store,
    Name,
    Connection,
    Tls,
    Token,
    Clock,
    Probe,
    Api,
    /// The steps that look at a running agent.
    Agent,
    Owner,
    LocalSecret,
    Version,
    Reload,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Passed,
    Warned,
    Failed,
    /// Not taken; the summary says why.
    Skipped,
}

/// A step that is over.
pub(crate) struct Check {
    pub(crate) step: Step,
    pub(crate) state: State,
    /// One line, without any secret.
    pub(crate) summary: String,
    /// Lines below it.
    pub(crate) details: Vec<String>,
    pub(crate) took: Option<Duration>,
}

impl Step {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Discovery => "discovery",
            Self::Inspection => "inspection",
            Self::Store => "store",
            Self::Name => "DNS",
            Self::Connection => "TCP",
            Self::Tls => "TLS",
            Self::Token => "token",
            Self::Clock => "clock",
            Self::Probe => "probe",
            Self::Api => "API",
            Self::Agent => "agent",
            Self::Owner => "user",
            Self::LocalSecret => "local secret",
            Self::Version => "version",
            Self::Reload => "reload",
        }
    }

    pub(crate) fn passed(self, summary: impl Into<String>) -> Check {
        self.ended(State::Passed, summary)
    }

    pub(crate) fn warned(self, summary: impl Into<String>) -> Check {
        self.ended(State::Warned, summary)
    }

    pub(crate) fn failed(self, summary: impl Into<String>) -> Check {
        self.ended(State::Failed, summary)
    }

    pub(crate) fn skipped(self, why: impl Into<String>) -> Check {
        self.ended(State::Skipped, why)
    }

    fn ended(self, state: State, summary: impl Into<String>) -> Check {
        Check {
            step: self,
            state,
            summary: summary.into(),
            details: Vec::new(),
            took: None,
        }
    }
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Check {
    pub(crate) fn with_details(mut self, details: Vec<String>) -> Self {
        self.details.extend(details);
        self
    }

    pub(crate) fn with_time(mut self, took: Duration) -> Self {
        self.took = Some(took);
        self
    }
}

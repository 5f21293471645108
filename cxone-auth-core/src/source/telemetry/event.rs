//! The events. All of them have the same fields, of which each has those that it knows.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::{TARGET, field};
use crate::config::Config;
use crate::error::Error;
use crate::finding::FindingCode;
use crate::protocol::redaction::description;
use crate::source::event::Event;

/// Tells an event at a level. What the fields hold is found out only if somebody listens.
macro_rules! at {
    ($level:ident, $config:expr, $event:expr) => {
        $level!(
            target: TARGET,
            event = $event.as_str(),
            endpoint = field::endpoint($config),
            client_id = field::client_id($config),
            access_key = field::access_key($config),
            outcome = $event.outcome(),
            error_kind = $event.error_kind(),
            finding = $event.error().and_then(field::finding),
            oauth_error = $event.error().and_then(Error::oauth_code),
            error = $event.problem($config),
            took_seconds = $event.took().map(seconds),
            lifetime_seconds = $event.lifetime().map(seconds),
            remaining_seconds = $event.remaining().map(seconds),
            pause_seconds = $event.pause().map(seconds),
            age_seconds = $event.age().map(seconds),
            "{}", $event
        )
    };
}

pub(super) fn tell(config: &Config, event: &Event) {
    match event {
        Event::Fetched { .. }
        | Event::Renewed { .. }
        | Event::Discarded { .. }
        | Event::Adopted { .. }
        | Event::Superseded { .. }
        | Event::Invalidated { .. } => at!(info, config, event),
        Event::StoreFailed { .. }
        | Event::Failed { .. }
        | Event::Abandoned { .. }
        | Event::RenewalFailed { .. } => at!(warn, config, event),
        Event::CoolDownStarted { .. } => at!(debug, config, event),
    }
}

/// Tells that a pool has more tokens of one client than is usual.
pub(crate) fn many_tokens(config: &Config, size: usize, finding: FindingCode) {
    warn!(
        target: TARGET,
        event = "many_tokens",
        endpoint = field::endpoint(config),
        client_id = field::client_id(config),
        access_key = field::access_key(config),
        finding = finding.to_string(),
        size,
        "a pool holds many tokens"
    );
}

fn seconds(span: Duration) -> f64 {
    span.as_secs_f64()
}

impl Event {
    /// Returns what came of a request; `None` if the event is not the end of one.
    fn outcome(&self) -> Option<&'static str> {
        match self {
            Self::Fetched { .. } | Self::Renewed { .. } | Self::Discarded { .. } => {
                Some(field::outcome(None))
            }
            // Another process has asked, not this one.
            Self::Failed { error, .. } if error.asked_ago().is_some() => None,
            Self::Failed { error, .. } => Some(field::outcome(Some(error))),
            Self::Abandoned { .. } | Self::Superseded { .. } => Some(field::GIVEN_UP),
            _ => None,
        }
    }

    fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed { error, .. } | Self::CoolDownStarted { error, .. } => Some(error),
            _ => None,
        }
    }

    fn error_kind(&self) -> Option<&'static str> {
        match self {
            Self::StoreFailed { error } => Some(error.kind().as_str()),
            _ => self.error().map(|error| error.kind().as_str()),
        }
    }

    fn problem(&self, config: &Config) -> Option<String> {
        match self {
            // A store may be of somebody else.
            Self::StoreFailed { error } => description(&error.to_string(), config),
            _ => self.error().map(Error::to_string),
        }
    }

    fn took(&self) -> Option<Duration> {
        match self {
            Self::Fetched { took, .. }
            | Self::Renewed { took, .. }
            | Self::Adopted { took, .. }
            | Self::Discarded { took, .. }
            | Self::Failed { took, .. }
            | Self::Abandoned { took }
            | Self::Superseded { took } => Some(*took),
            _ => None,
        }
    }

    fn lifetime(&self) -> Option<Duration> {
        match self {
            Self::Fetched { lifetime, .. }
            | Self::Renewed { lifetime, .. }
            | Self::Discarded { lifetime, .. } => Some(lifetime.span()),
            _ => None,
        }
    }

    /// Returns the remaining lifetime of the token that is used from now on.
    fn remaining(&self) -> Option<Duration> {
        match self {
            Self::Fetched { lifetime, took } | Self::Renewed { lifetime, took } => {
                Some(lifetime.span().saturating_sub(*took))
            }
            Self::Adopted { remaining, .. } | Self::RenewalFailed { remaining } => Some(*remaining),
            _ => None,
        }
    }

    fn pause(&self) -> Option<Duration> {
        match self {
            Self::CoolDownStarted { pause, .. } => Some(*pause),
            _ => None,
        }
    }

    fn age(&self) -> Option<Duration> {
        match self {
            Self::Invalidated { age } => Some(*age),
            _ => None,
        }
    }
}

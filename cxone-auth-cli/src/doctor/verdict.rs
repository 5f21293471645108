//! What an examination comes to: the cause first.

use std::mem;

use serde_json::{Value, json};

use super::cause::Cause;
use super::check::Check;
use super::live::Board;
use super::probe::Change;
use crate::failure::Kind;
use crate::target::{self, Setting};
use crate::words;

/// Everything that was found out.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) checks: Vec<Check>,
    /// The cause first, then what else it may be or what is worth knowing.
    pub(crate) causes: Vec<Cause>,
    /// Why it is no success; `None` when it is one.
    pub(crate) kind: Option<Kind>,
    /// What a success comes to.
    pub(crate) success: &'static str,
    /// The failure in the program's own line.
    pub(crate) message: Option<String>,
    /// The wait that the server asks for, in seconds.
    pub(crate) retry_after: Option<u64>,
    /// What the probe found to work.
    pub(crate) change: Option<Change>,
    pub(crate) settings: Vec<Setting>,
    /// Where the setting stands that cannot be read, so that it is not one of those.
    pub(crate) stands: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) token_requests: usize,
}

/// The settings that make an address, of which the first that is given decides.
const ADDRESS: [&str; 6] = [
    "token-url",
    "discover",
    "api-base",
    "region",
    "issuer",
    "platform",
];

/// Where what is said of a cause begins.
const HANGING: usize = 8;

/// More than this nobody reads; `--output json` has them all.
const OTHERS: usize = 2;

impl Verdict {
    /// The verdict in one line.
    pub(crate) fn heading(&self) -> String {
        let cause = || {
            let first = self.causes.first().map(Cause::heading);
            first.or_else(|| self.message.clone()).unwrap_or_default()
        };
        match self.kind {
            Some(_) => cause(),
            None if self.causes.is_empty() => self.success.to_owned(),
            None => format!("{}, but: {}", self.success, cause()),
        }
    }

    /// The verdict with the fix, for people.
    pub(crate) fn text(&self, board: Board) -> String {
        let mut lines = vec![board.bold(&format!("Verdict: {}", self.heading()))];
        let mut causes = self.causes.iter();
        if let Some(first) = causes.next() {
            lines.extend(self.explained(first));
        }
        let others: Vec<&Cause> = causes.take(OTHERS).collect();
        if !others.is_empty() {
            let is_success = self.kind.is_none();
            lines.push(
                if is_success {
                    "Also:"
                } else {
                    "If that is not it:"
                }
                .to_owned(),
            );
        }
        for other in others {
            lines.push(format!("  {}", other.heading()));
            lines.push(format!("    fix: {}", other.remedy));
        }
        let lines = lines.iter().map(|line| board.broken(line, HANGING) + "\n");
        lines.collect()
    }

    fn explained(&self, cause: &Cause) -> Vec<String> {
        let mut lines = Vec::new();
        // A step that failed of it has said the same.
        let is_said = self
            .checks
            .iter()
            .any(|check| check.summary == cause.evidence);
        if !cause.evidence.is_empty() && !is_said {
            lines.push(format!("  seen: {}", cause.evidence));
        }
        lines.push(format!("  why:  {}", cause.explanation));
        lines.push(format!("  fix:  {}", cause.remedy));
        if let Some(change) = self.change {
            let ways = change.ways().map(|(place, way)| format!("{way} ({place})"));
            lines.push(format!("  set:  {}", ways.join(", or ")));
            lines.extend(self.origin_of(change.setting()));
        } else {
            let settings = self.settings_of(cause);
            lines.extend(settings.iter().map(|setting| format!("  set:  {setting}")));
        }
        lines
    }

    /// The settings that a cause is about: those that are given, or the first of them that can be.
    /// Of those that make an address only the one that decides it.
    fn settings_of(&self, cause: &Cause) -> Vec<String> {
        let names = || cause.settings.iter().filter_map(|own| words::name_of(*own));
        let mut is_addressed = false;
        let given: Vec<String> = names()
            .filter_map(|name| self.settings.iter().find(|setting| setting.name == name))
            .filter(|own| !ADDRESS.contains(&&*own.name) || !mem::replace(&mut is_addressed, true))
            .map(|own| format!("{}, which comes from {}", own.name, own.origin))
            .collect();
        let ways = || match (names().next(), &self.stands) {
            (Some(name), Some(origin)) => Some(format!("{name}, which comes from {origin}")),
            (name, _) => name.and_then(target::ways),
        };
        if given.is_empty() {
            ways().into_iter().collect()
        } else {
            given
        }
    }

    /// Where the setting stands that is to be changed.
    fn origin_of(&self, name: &str) -> Option<String> {
        let setting = self.settings.iter().find(|setting| setting.name == name)?;
        Some(format!("        {name} comes from {}", setting.origin))
    }

    /// The whole examination as one object.
    pub(crate) fn json(&self) -> Value {
        let change = self.change.map(|change| {
            let ways = change
                .ways()
                .map(|(place, way)| (place.to_owned(), way.into()));
            Value::Object(ways.into_iter().collect())
        });
        json!({
            "verdict": {
                "ok": self.kind.is_none(),
                "exit_code": self.kind.map_or(0, Kind::code),
                "summary": self.heading(),
                "message": self.message,
                "retry_after": self.retry_after,
                "change": change,
            },
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
            "findings": self.causes.iter().map(Cause::json).collect::<Vec<_>>(),
            "settings": self.settings.iter().map(setting).collect::<Vec<_>>(),
            "notes": self.notes,
            "token_requests": self.token_requests,
        })
    }
}

fn check(check: &Check) -> Value {
    json!({
        "name": check.step.name().to_ascii_lowercase(),
        "state": check.state.name(),
        "summary": check.summary,
        "details": check.details,
        "milliseconds": check.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
    })
}

fn setting(setting: &Setting) -> Value {
    json!({
        "name": setting.name,
        "value": setting.value.shown(),
        "from": setting.origin.to_string(),
    })
}

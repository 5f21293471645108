//! What the server has sent instead of a token. It is for processes that wait for the same
//! response, and for processes that start before the next request is allowed.
//!
//! Without it, the requests of a loop in a script would count towards a lock-out, or reach a server
//! that has asked clients to wait. The pause is the first cool-down of a source of the library.

use std::time::Duration;

use serde_json::{Value, json};

use super::reading::Boot;
use super::{Cache, CacheProblem, Key, Lock, Reading, Requirements, record};
use crate::failure::Failure;

struct Refusal {
    at: Reading,
    pause: Duration,
    /// The hash of what was sent, as far as the key of the target does not contain it.
    sent: String,
    told: Value,
}

impl Cache {
    /// Tells other processes the result of the request, if the server has responded.
    pub(super) fn tell(
        &self,
        lock: &Lock,
        key: &Key,
        failure: &Failure,
    ) -> Result<(), CacheProblem> {
        let Some(told) = failure.for_others() else {
            return Ok(());
        };
        let (now, pause) = (Reading::now(), micros(failure.pause()));
        let (at, sent) = (written(&now), &key.sent);
        let body = json!({ "at": at, "pause": pause, "sent": sent, "told": told }).to_string();
        let text = format!("{}\n{body}", self.refusal_hash(key, &body));
        let (name, temporary) = (key.refusal(), key.temporary());
        self.directory
            .replace(lock, &name, &temporary, text.as_bytes())?;
        self.sweep(key, &now);
        Ok(())
    }

    /// Returns what the server told another process. It counts if it is newer than this process. It
    /// also counts if it is so recent that no request is allowed yet, unless the caller forces one.
    /// It does not count if the credential has changed.
    pub(super) fn told(&self, key: &Key, requirements: &Requirements) -> Option<Failure> {
        let refusal = self.refusal(key).filter(|own| own.sent == key.sent)?;
        let age = refusal.at.until(&Reading::now())?;
        if requirements.is_met_by(&refusal.at) {
            Failure::of_another(&refusal.told)
        } else if age >= refusal.pause || requirements.is_forced() {
            None
        } else {
            Failure::of_another(&refusal.told).map(|failure| failure.of_late(age))
        }
    }

    /// Reports whether no request is allowed yet.
    pub(super) fn pauses(&self, key: &Key, now: &Reading) -> bool {
        let refusal = self.refusal(key);
        let age = |refusal: &Refusal| refusal.at.until(now);
        refusal.is_some_and(|refusal| age(&refusal).is_some_and(|age| age < refusal.pause))
    }

    /// A file with any problem counts as no refusal.
    fn refusal(&self, key: &Key) -> Option<Refusal> {
        let bytes = self.directory.read(&key.refusal(), record::LONGEST);
        let bytes = bytes.ok().flatten()?;
        let (hash, body) = std::str::from_utf8(&bytes).ok()?.split_once('\n')?;
        if hash != self.refusal_hash(key, body) {
            return None;
        }
        let mut body: Value = serde_json::from_str(body).ok()?;
        Some(Refusal {
            at: read(&body["at"])?,
            pause: span(&body["pause"])?,
            sent: body["sent"].as_str().unwrap_or_default().to_owned(),
            told: body["told"].take(),
        })
    }

    fn refusal_hash(&self, key: &Key, body: &str) -> String {
        let parts = [key.name.as_bytes(), body.as_bytes()];
        self.installation.hash("refusal", &parts)
    }
}

/// Times are microseconds, as in a token's file.
fn written(reading: &Reading) -> Value {
    let boot = reading.boot.as_ref();
    json!({
        "wall": micros(reading.wall),
        "boot": boot.map(|boot| boot.id.as_str()),
        "up": boot.map(|boot| micros(boot.up)),
    })
}

fn read(value: &Value) -> Option<Reading> {
    let boot = match (value["boot"].as_str(), span(&value["up"])) {
        (Some(id), Some(up)) => Some(Boot {
            id: id.to_owned(),
            up,
        }),
        _ => None,
    };
    let wall = span(&value["wall"])?;
    Some(Reading { wall, boot })
}

fn span(value: &Value) -> Option<Duration> {
    value.as_u64().map(Duration::from_micros)
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

//! What the server has sent instead of a token: for those who wait for the same response, and for
//! those who come before the server is to be asked again.
//!
//! A loop in a script would otherwise count towards a lock-out, or ask a server that has asked for
//! wait: the pause is the first of those that a source of the library keeps.

use std::time::Duration;

use serde_json::{Value, json};

use super::reading::Boot;
use super::{Cache, CacheProblem, Key, Lock, Reading, Requirements, record};
use crate::failure::Failure;

struct Refusal {
    at: Reading,
    pause: Duration,
    told: Value,
}

impl Cache {
    /// Tells the others what has come of the request, if the server has responded to it.
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
        let body = json!({ "at": written(&now), "pause": pause, "told": told }).to_string();
        let text = format!("{}\n{body}", self.refusal_hash(key, &body));
        let (name, temporary) = (key.refusal(), key.temporary());
        self.directory
            .replace(lock, &name, &temporary, text.as_bytes())?;
        self.sweep(key, &now);
        Ok(())
    }

    /// What another process was told: since this one began, or so lately that the server is not to
    /// be asked again, unless that is what is asked for.
    pub(super) fn told(&self, key: &Key, requirements: &Requirements) -> Option<Failure> {
        let refusal = self.refusal(key)?;
        let age = refusal.at.until(&Reading::now())?;
        if requirements.is_met_by(&refusal.at) {
            Failure::of_another(&refusal.told)
        } else if age >= refusal.pause || requirements.is_forced() {
            None
        } else {
            Failure::of_another(&refusal.told).map(|failure| failure.of_late(age))
        }
    }

    /// Whether the server is not to be asked yet.
    pub(super) fn pauses(&self, key: &Key, now: &Reading) -> bool {
        let refusal = self.refusal(key);
        let age = |refusal: &Refusal| refusal.at.until(now);
        refusal.is_some_and(|refusal| age(&refusal).is_some_and(|age| age < refusal.pause))
    }

    /// Whatever is wrong with the file, it is as if nobody had been told anything.
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
            told: body["told"].take(),
        })
    }

    fn refusal_hash(&self, key: &Key, body: &str) -> String {
        let parts = [key.0.as_bytes(), body.as_bytes()];
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

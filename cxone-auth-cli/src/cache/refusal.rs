//! What the server has sent instead of a token. It is for processes that wait for the same
//! response, and for processes that start before the next request is allowed.
//!
//! Without it, the requests of a loop in a script would count towards a lock-out, or reach a server
//! that has asked clients to wait. The pause is the first cool-down of a source of the library.

use std::time::Duration;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::reading::Boot;
use super::{Cache, CacheProblem, Key, Lock, Reading, Requirements, record};
use crate::failure::Failure;

/// What is known of a refusal.
struct Refusal {
    at: Reading,
    pause: Duration,
    /// The hash of what was sent, as far as the key of the target does not contain it.
    sent: String,
    told: Value,
}

/// What is sent besides what the key of the target contains, if that can be found out.
pub(crate) type Sent<'a> = dyn Fn() -> Option<Vec<Zeroizing<String>>> + 'a;

/// As many refusals as are kept for one target. A user who alternates between a few credentials
/// sends each of them once.
const MOST: usize = 8;

impl Cache {
    /// Tells other processes the result of the request, if the server has responded.
    pub(super) fn tell(
        &self,
        lock: &Lock,
        key: &Key,
        sent: &Sent<'_>,
        failure: &Failure,
    ) -> Result<(), CacheProblem> {
        let Some(told) = failure.for_others() else {
            return Ok(());
        };
        let Some(sent) = self.hash_of(sent) else {
            return Ok(());
        };
        let (at, pause) = (Reading::now(), failure.pause());
        let mut refusals = self.refusals(key);
        refusals.retain(|own| own.sent != sent && own.is_in_effect(&at));
        let own = Refusal {
            at: at.clone(),
            pause,
            sent,
            told,
        };
        refusals.insert(0, own);
        refusals.truncate(MOST);
        let text = self.sealed(key, refusals);
        let (name, temporary) = (key.refusal(), key.temporary());
        self.directory
            .replace(lock, &name, &temporary, text.as_bytes())?;
        self.sweep(key, &at);
        Ok(())
    }

    /// Returns what the server told another process. It counts if it is newer than this process. It
    /// also counts if it is so recent that no request is allowed yet, unless the caller forces one.
    /// It does not count if the credential has changed. To find that out a command is run, which
    /// happens only if there is something to compare with.
    pub(super) fn told(
        &self,
        key: &Key,
        requirements: &Requirements,
        sent: &Sent<'_>,
    ) -> Option<Failure> {
        let now = Reading::now();
        let mut refusals = self.refusals(key);
        refusals.retain(|own| {
            let is_new = requirements.is_met_by(&own.at) && own.at.until(&now).is_some();
            is_new || !requirements.is_forced() && own.is_in_effect(&now)
        });
        if refusals.is_empty() {
            return None;
        }
        let sent = self.hash_of(sent)?;
        let refusal = refusals.into_iter().find(|own| own.sent == sent)?;
        let failure = Failure::of_another(&refusal.told)?;
        if requirements.is_met_by(&refusal.at) {
            return Some(failure);
        }
        Some(failure.of_late(refusal.at.until(&now)?))
    }

    /// Reports whether no request is allowed yet.
    pub(super) fn pauses(&self, key: &Key, now: &Reading) -> bool {
        self.refusals(key).iter().any(|own| own.is_in_effect(now))
    }

    /// The refusals of this target, the last one first. A file with any problem counts as none.
    fn refusals(&self, key: &Key) -> Vec<Refusal> {
        let kept = || -> Option<Vec<Refusal>> {
            let bytes = self.directory.read(&key.refusal(), record::LONGEST);
            let bytes = bytes.ok().flatten()?;
            let (hash, body) = std::str::from_utf8(&bytes).ok()?.split_once('\n')?;
            let body = (hash == self.refusal_hash(key, body)).then_some(body)?;
            let list: Vec<Value> = serde_json::from_str(body).ok()?;
            list.into_iter().map(Refusal::read).collect()
        };
        kept().unwrap_or_default()
    }

    /// The file of these refusals. The oldest ones are left out if it would be too long to be read.
    fn sealed(&self, key: &Key, mut refusals: Vec<Refusal>) -> String {
        loop {
            let list: Vec<Value> = refusals.iter().map(Refusal::written).collect();
            let body = Value::from(list).to_string();
            let text = format!("{}\n{body}", self.refusal_hash(key, &body));
            if text.len() <= record::LONGEST || refusals.len() < 2 {
                return text;
            }
            refusals.pop();
        }
    }

    fn hash_of(&self, sent: &Sent<'_>) -> Option<String> {
        let sent = sent()?;
        let parts: Vec<&[u8]> = sent.iter().map(|own| own.as_bytes()).collect();
        Some(self.installation.hash("sent", &parts))
    }

    fn refusal_hash(&self, key: &Key, body: &str) -> String {
        let parts = [key.name.as_bytes(), body.as_bytes()];
        self.installation.hash("refusal", &parts)
    }
}

impl Refusal {
    /// Reports whether no request with the same is allowed yet.
    fn is_in_effect(&self, now: &Reading) -> bool {
        self.at.until(now).is_some_and(|age| age < self.pause)
    }

    fn written(&self) -> Value {
        let (at, pause) = (written(&self.at), micros(self.pause));
        json!({ "at": at, "pause": pause, "sent": self.sent, "told": self.told })
    }

    fn read(mut value: Value) -> Option<Self> {
        Some(Self {
            at: read(&value["at"])?,
            pause: span(&value["pause"])?,
            sent: value["sent"].as_str()?.to_owned(),
            told: value["told"].take(),
        })
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

//! What the server has answered instead of a token, for those who wait for the same answer.
//!
//! It is of no use to whoever comes later: the client may have been let in meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use super::reading::Boot;
use super::{Cache, Demand, Key, Lock, Reading, Trouble, record};
use crate::failure::Failure;

impl Cache {
    /// Tells the others what has come of the request, if the server has answered it.
    pub(super) fn tell(&self, lock: &Lock, key: &Key, failure: &Failure) -> Result<(), Trouble> {
        let Some(told) = failure.for_others() else {
            return Ok(());
        };
        let body = json!({ "at": written(&Reading::now()), "told": told }).to_string();
        let text = format!("{}\n{body}", self.refusal_hash(key, &body));
        let (name, temporary) = (key.refusal(), key.temporary());
        self.directory
            .replace(lock, &name, &temporary, text.as_bytes())
    }

    /// What another process was told since this one began. Whatever is wrong with the file, it is
    /// as if nobody had been told anything.
    pub(super) fn told(&self, key: &Key, demand: &Demand) -> Option<Failure> {
        let bytes = self.directory.read(&key.refusal(), record::LONGEST);
        let bytes = bytes.ok().flatten()?;
        let (hash, body) = std::str::from_utf8(&bytes).ok()?.split_once('\n')?;
        if hash != self.refusal_hash(key, body) {
            return None;
        }
        let body: Value = serde_json::from_str(body).ok()?;
        let at = read(&body["at"])?;
        // What is yet to come was written by a clock that has been set back since: it would be the
        // answer to everything until then.
        let is_past = at.until(&Reading::now()).is_some();
        if is_past && demand.is_answered_by(&at) {
            Failure::of_another(&body["told"])
        } else {
            None
        }
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
    let span = |name: &str| value[name].as_u64().map(Duration::from_micros);
    let boot = match (value["boot"].as_str(), span("up")) {
        (Some(id), Some(up)) => Some(Boot {
            id: id.to_owned(),
            up,
        }),
        _ => None,
    };
    let wall = span("wall")?;
    Some(Reading { wall, boot })
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

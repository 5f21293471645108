//! What the simulation reads of an opened entry, to judge what processes make of it.

use std::time::Duration;

use serde_json::Value;

use super::server::number_of;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) generation: u64,
    /// The number of its token, if it has one.
    pub(crate) token: Option<usize>,
    /// When the token ends, since 1970, by the clock of the process that saved it.
    pub(crate) end: Duration,
    pub(crate) lifetime: Duration,
}

impl Entry {
    /// Reads a line of JSON, and the token after it.
    pub(crate) fn read(opened: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(opened).ok()?;
        let (head, token) = text.split_once('\n')?;
        let head: Value = serde_json::from_str(head).ok()?;
        let about = |member: &str| head["token"][member].as_u64().unwrap_or_default();
        Some(Self {
            generation: head["generation"].as_u64()?,
            token: number_of(token),
            end: Duration::from_millis(about("end")),
            lifetime: Duration::from_millis(about("lifetime")),
        })
    }
}

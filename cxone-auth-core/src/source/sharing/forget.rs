//! Removes what is stored.

use secrecy::ExposeSecret as _;

use super::Sharing;
use super::joint::no_identity;
use super::name::entry_name;
use super::operations::Operations;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{Forget, Forgotten, Record, StoreOutcome};

/// The most tries to remove an entry that others replace meanwhile.
const TRIES: usize = 8;

/// Removes what is stored for `config`.
pub(in crate::source) async fn forget(
    sharing: &Sharing,
    store: &impl Operations,
    (config, now): (&Config, Moment),
    what: &Forget,
) -> Result<Forgotten, StoreError> {
    let name = entry_name(config, &sharing.options).await;
    let name = name.map_err(|error| {
        StoreError::new(StoreErrorKind::Configuration, error.to_string()).with_source(error)
    })?;
    let name = name.ok_or_else(no_identity)?;
    for _ in 0..TRIES {
        let Some(stored) = store.load(&name).await? else {
            return Ok(Forgotten::default());
        };
        let opened = sharing.options.keys.open(&name, &stored.bytes).ok();
        let record = opened.and_then(|entry| Record::read(entry.expose_secret()));
        let (is_meant, forgotten) = match &record {
            Some(record) => (record.is_meant(what, now), record.contents()),
            // Nobody can use it.
            None => (matches!(what, Forget::All), Forgotten::default()),
        };
        if !is_meant {
            return Ok(Forgotten {
                kept: forgotten.token,
                ..Forgotten::default()
            });
        }
        if store.remove_if(&name, &stored.bytes).await? == StoreOutcome::Done {
            return Ok(forgotten);
        }
    }
    let problem = "the entry is replaced again and again: try again later";
    Err(StoreError::new(StoreErrorKind::Unavailable, problem))
}

/// Returns the error if that takes longer than a request may.
pub(in crate::source) fn not_forgotten() -> StoreError {
    let problem = "no response within the transport's timeout";
    StoreError::new(StoreErrorKind::Unavailable, problem)
}

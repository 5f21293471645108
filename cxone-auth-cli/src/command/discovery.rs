//! What `token` does where an issuer names the token endpoint.

use cxone_auth_core::Error;
use cxone_auth_core::diagnosis::Severity;

use crate::cache::{Cache, Entry, Key, Reading, Requirements};
use crate::console::Console;
use crate::failure::Failure;
use crate::target::Target;
use crate::wire::Wire;

/// Asks the issuer, if the token endpoint is not known yet. A process does so once.
pub(super) fn discover(target: &mut Target, console: Console) -> Result<(), Failure> {
    let Some(discovery) = &target.discovery else {
        return Ok(());
    };
    console.note(&format!("asking {} for its metadata", discovery.issuer));
    let was_insecure = target.config.endpoint().is_insecure();
    let transport = Wire::to(discovery.issuer.uri(), &target.transport)
        .map_err(|error| Failure::from(Error::of_transport(error)))?;
    target.discover(&transport)?;
    console.note(&format!("it names {}", target.endpoint.text()));
    if !was_insecure {
        target.warn_of_plain_http(console);
    }
    Ok(())
}

/// Returns the key of the token that was found by this issuer the last time.
pub(super) fn kept_key(cache: &Cache, target: &Target) -> Option<Key> {
    let key = cache.key(target);
    if target.is_to_be_discovered() {
        cache.linked(&key)
    } else {
        Some(key)
    }
}

/// Returns the token that was found by this issuer the last time, if it is good enough. Then nobody
/// has to ask the issuer.
pub(super) fn kept(cache: &Cache, target: &Target, requirements: &Requirements) -> Option<Entry> {
    let key = kept_key(cache, target).filter(|_| target.is_to_be_discovered())?;
    let entry = cache.read(&key).ok().flatten()?;
    requirements
        .accepts(&entry, &Reading::now())
        .then_some(entry)
}

/// Warns of what the server does not list, where it has refused the request. Otherwise, it accepts
/// more than it lists.
pub(super) fn warn_of_unlisted(target: &Target, console: Console) {
    for finding in &target.compared() {
        if finding.severity() == Severity::Warning {
            let (title, code, evidence) = (finding.title(), finding.code(), finding.evidence());
            console.warn(&format!("{title} ({code}): {evidence}"));
        }
    }
}

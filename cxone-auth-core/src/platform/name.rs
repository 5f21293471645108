//! A name that is not known: why, and what may have been meant.

use super::host::Host;
use crate::characters::is_unprintable;
use crate::finding::catalogue::address as cause;
use crate::finding::{Confidence, Finding};

/// The finding for a name or host that no table of Genesys Cloud's has, or none of NICE's.
pub(super) fn unknown_name(host: &str, is_for_genesys: bool) -> Finding {
    match Host::of(host) {
        Host::Invented(known) => cause::INVENTED_HOST.found(Confidence::Certain, known),
        host if is_for_genesys && host.is_nice() => {
            let evidence = "a region of Genesys Cloud is wanted and the host is NICE's";
            cause::OTHER_VENDOR.found(Confidence::Certain, evidence)
        }
        host if !is_for_genesys && host.is_genesys() => {
            let evidence = "an issuer of CXone is wanted and the host is Genesys Cloud's";
            cause::OTHER_VENDOR.found(Confidence::Certain, evidence)
        }
        _ => cause::UNKNOWN_NAME.found(Confidence::Certain, ""),
    }
}

/// Ends an error about an unknown spelling: names the nearest known one when it is near enough
/// to be meant.
pub(super) fn suggestion<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> String {
    // The distance costs the product of both lengths, and nothing longer than a host name is near.
    let unknown: String = unknown.chars().take(253).collect();
    let nearest = known
        .map(|spelling| (strsim::damerau_levenshtein(&unknown, spelling), spelling))
        .min();
    match nearest {
        Some((distance, spelling)) => {
            let certainty = if distance <= 2 {
                "did you mean"
            } else {
                "the nearest known one is"
            };
            let end = if distance <= 2 { "?" } else { "" };
            format!("{certainty} {spelling}{end}")
        }
        None => String::new(),
    }
}

/// Text from outside as it may stand in an error: short, and on one line.
pub(super) fn quoted(text: &str) -> String {
    let printable: String = text
        .chars()
        .map(|c| if is_unprintable(c) { '\u{FFFD}' } else { c })
        .take(60)
        .collect();
    format!("`{printable}`")
}

//! The known spelling that is closest to an unknown one.

use crate::characters::is_unprintable;

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

/// Foreign text as it may stand in an error: short, and on one line.
pub(super) fn quoted(text: &str) -> String {
    let printable: String = text
        .chars()
        .map(|c| if is_unprintable(c) { '\u{FFFD}' } else { c })
        .take(60)
        .collect();
    format!("`{printable}`")
}

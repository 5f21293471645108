//! `expires_in`, in every form that servers give it.

use std::time::Duration;

use serde_json::value::RawValue;

use super::members::text;
use crate::protocol::Lifetime;

/// Reads `expires_in`: seconds as an integer, a float or a decimal string (the access-key service
/// of CXone types it as a string). Zero or less is a lifetime of zero; more than [`Lifetime::MAX`] is
/// cut to it. Absent or unreadable, the token has the assumed lifetime: it is good all the same.
pub(super) fn read(expires_in: Option<&RawValue>, assumed: Duration) -> Lifetime {
    let stated = expires_in
        .and_then(text)
        .and_then(|text| seconds(text.trim()));
    match stated {
        Some(span) => Lifetime::Stated(span),
        None => Lifetime::Assumed(assumed.min(Lifetime::MAX)),
    }
}

fn seconds(text: &str) -> Option<Duration> {
    // What nearly every server sends; a number beyond the type is read below.
    if let Ok(whole) = text.parse() {
        return Some(Duration::from_secs(whole).min(Lifetime::MAX));
    }
    // `f64` reads names such as `inf` as well, which no server means.
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    let whole = seconds.floor().clamp(0.0, Lifetime::MAX.as_secs_f64());
    Some(Duration::from_secs_f64(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSUMED: Duration = Duration::from_secs(77);

    fn lifetime(json: &str) -> Lifetime {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        read(Some(raw), ASSUMED)
    }

    #[test]
    fn every_spelling_of_a_number_of_seconds_is_read() {
        for (json, seconds) in [
            ("86399", 86_399),
            ("3600.0", 3_600),
            ("3600.9", 3_600),
            ("3.6e3", 3_600),
            ("\"3600\"", 3_600),
            ("\" 3600 \"", 3_600),
            ("\"3600.0\"", 3_600),
            ("0", 0),
            ("-1", 0),
            ("\"-5\"", 0),
            ("-1e400", 0),
            ("38880000", 38_880_000),
            ("38880001", 38_880_000),
            ("18446744073709551616", 38_880_000),
            ("1e400", 38_880_000),
        ] {
            assert_eq!(
                lifetime(json),
                Lifetime::Stated(Duration::from_secs(seconds)),
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_number_counts_as_not_stated() {
        for json in [
            "\"\"",
            "\"soon\"",
            "\"inf\"",
            "\"NaN\"",
            "\"3600 s\"",
            "true",
            "[]",
            "{}",
            "\"0x10\"",
        ] {
            assert_eq!(lifetime(json), Lifetime::Assumed(ASSUMED), "{json}");
        }
        assert_eq!(read(None, ASSUMED), Lifetime::Assumed(ASSUMED));
        assert_eq!(read(None, Duration::MAX), Lifetime::Assumed(Lifetime::MAX));
    }
}

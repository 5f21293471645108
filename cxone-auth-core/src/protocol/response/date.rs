//! Dates as servers write them: seconds or milliseconds since 1970, RFC 3339, or the format of
//! HTTP.

use std::time::{Duration, SystemTime};

use super::time::seconds;

/// The smallest number that may be a date, of September 2001. No token is valid for 31 years.
pub(super) const EARLIEST: Duration = Duration::from_secs(1_000_000_000);

const DAY: u64 = 86_400;
const YEAR: Duration = Duration::from_secs(365 * DAY);

/// Returns the date that a number stands for, if it is near `now`: from one year before it to one
/// century after it.
pub(super) fn of_number(number: Duration, now: SystemTime) -> Option<SystemTime> {
    let is_near = |date: &SystemTime| {
        now.duration_since(*date).unwrap_or_default() <= YEAR
            && date.duration_since(now).unwrap_or_default() <= YEAR * 100
    };
    [number, number / 1_000]
        .into_iter()
        .filter(|since| *since >= EARLIEST)
        .filter_map(|since| SystemTime::UNIX_EPOCH.checked_add(since))
        .find(is_near)
}

/// Returns the date that a text stands for.
pub(super) fn of_text(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let http = || httpdate::parse_http_date(text).ok();
    of_rfc3339(text).or_else(http)
}

/// Returns the date that a text, or a number in it, stands for.
pub(super) fn of(text: &str, now: SystemTime) -> Option<SystemTime> {
    let number = || of_number(seconds(text.trim())?, now);
    of_text(text).or_else(number)
}

/// Reads a date and time with an offset (RFC 3339 §5.6). It ignores fractions of a second.
fn of_rfc3339(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers(date, '-', &[4, 2, 2])?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let [hour, minute, second] = numbers(time, ':', &[2, 2, 2])?;
    let is_valid = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_valid {
        return None;
    }
    let since = days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second;
    let (is_ahead, offset) = offset(zone)?;
    let utc = if is_ahead {
        since.checked_sub(offset)?
    } else {
        since + offset
    };
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(utc))
}

/// Returns whether a zone is ahead of UTC, and its offset in seconds.
fn offset(zone: &str) -> Option<(bool, u64)> {
    if zone.eq_ignore_ascii_case("z") {
        return Some((true, 0));
    }
    let is_ahead = zone.starts_with('+');
    let [hours, minutes] = numbers(&zone[1..], ':', &[2, 2])?;
    (hours < 24 && minutes < 60).then_some((is_ahead, hours * 3_600 + minutes * 60))
}

/// Reads numbers with these counts of digits and a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, digits: &[usize; N]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == *digits)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| is_number)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Returns the days from 1970 to a date of the Gregorian calendar. It counts years that begin in
/// March: the leap day is then the last day of a year.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = match month {
        0..=2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let before = year * 365 + year / 4 - year / 100 + year / 400;
    before + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<u64> {
        let since = of_text(text)?.duration_since(SystemTime::UNIX_EPOCH);
        Some(since.unwrap().as_secs())
    }

    #[test]
    fn a_date_with_an_offset_is_read() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2024-03-01T00:00:00z", 1_709_251_200),
            ("2026-11-06T08:00:00Z", 1_793_952_000),
            ("2026-11-06T09:00:00+01:00", 1_793_952_000),
            ("2026-11-06 02:30:00.123456-05:30", 1_793_952_000),
            ("2026-11-06T08:00:00+23:59", 1_793_865_660),
            ("2099-12-31T23:59:59Z", 4_102_444_799),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_such_date_is_not_read() {
        for text in [
            "",
            "2026-11-06",
            "2026-11-06T08:00:00",
            "2026-13-06T08:00:00Z",
            "2026-00-06T08:00:00Z",
            "2026-11-06T24:00:00Z",
            "2026-11-06T08:60:00Z",
            "2026-11-06T08:00Z",
            "2026-11-6T08:00:00Z",
            "+026-11-06T08:00:00Z",
            "1969-12-31T23:59:59Z",
            "0000-01-00T00:00:00Z",
            "2026-11-06T08:00:00+1:00",
            "2026-11-06T08:00:00+24:00",
            "2026-11-06T08:00:00+23:60",
            "2026-11-06T08:00:00Zulu",
            "1970-01-01T00:00:00+01:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_a_date_if_it_is_near() {
        const NOW: u64 = 1_793_952_000;
        const YEAR: u64 = 365 * DAY;
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (number, date) in [
            (NOW, Some(NOW)),
            (NOW * 1_000, Some(NOW)),
            (NOW - YEAR, Some(NOW - YEAR)),
            (NOW - YEAR - 1, None),
            (NOW + 50 * YEAR, Some(NOW + 50 * YEAR)),
            (NOW + 100 * YEAR, Some(NOW + 100 * YEAR)),
            (NOW + 100 * YEAR + 1, None),
        ] {
            let read = of_number(Duration::from_secs(number), at(NOW));
            assert_eq!(read, date.map(at), "{number}");
        }
    }
}

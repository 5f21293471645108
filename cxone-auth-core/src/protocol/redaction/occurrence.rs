//! Where a text occurs in another, also if its occurrences overlap.

use std::ops::Range;

/// Calls `see` with each part of `text` that belongs to an occurrence of `part`. No two of these
/// overlap, and the work is linear in the length of both.
pub(super) fn each_part(text: &str, part: &str, mut see: impl FnMut(Range<usize>)) {
    let Some(first) = text.find(part).filter(|_| !part.is_empty()) else {
        return;
    };
    let borders = borders(part.as_bytes());
    let (mut matched, mut seen) = (0, first);
    for (at, byte) in text.bytes().enumerate().skip(first) {
        matched = grown(part.as_bytes(), &borders, matched, byte);
        if matched == part.len() {
            let end = at + 1;
            see(seen.max(end - matched)..end);
            seen = end;
        }
    }
}

/// Returns for each start of `part` the length of the longest shorter text that it both begins and
/// ends with (Knuth, Morris and Pratt).
fn borders(part: &[u8]) -> Vec<usize> {
    let mut borders = vec![0];
    let mut matched = 0;
    for byte in &part[1..] {
        matched = grown(part, &borders, matched, *byte);
        borders.push(matched);
    }
    borders
}

/// Returns how much of the start of `part` a text ends with after this byte, if it ended with
/// `matched` bytes of it before.
fn grown(part: &[u8], borders: &[usize], mut matched: usize, byte: u8) -> usize {
    while matched > 0 && part.get(matched) != Some(&byte) {
        matched = borders[matched - 1];
    }
    matched + usize::from(part[matched] == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_occurrence_is_seen_and_each_byte_once() {
        for (text, part, expected) in [
            ("", "a", &[][..]),
            ("abc", "", &[]),
            ("abc", "d", &[]),
            ("xabx", "ab", &[(1, 3)]),
            ("abab", "ab", &[(0, 2), (2, 4)]),
            ("ababa", "aba", &[(0, 3), (3, 5)]),
            ("aaaa", "aaa", &[(0, 3), (3, 4)]),
            ("aabaaab", "aab", &[(0, 3), (4, 7)]),
            ("ééé", "éé", &[(0, 4), (4, 6)]),
        ] {
            let mut seen = Vec::new();
            each_part(text, part, |range| seen.push((range.start, range.end)));
            assert_eq!(seen, expected, "{part} in {text}");
        }
    }
}

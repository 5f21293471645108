//! The escapes that a text may contain: those of URLs, forms, JSON and HTML.
//!
//! Encoders escape different characters in different ways. The text is therefore decoded by the
//! rules of each syntax. The text that is searched for needs no other spellings.

use std::ops::Range;

use super::entity::entity;
use super::reading::{Counting, Reading};

/// A syntax of escapes.
#[derive(Clone, Copy)]
struct Syntax {
    starts: &'static [char],
    /// Returns the character that the escape at the beginning of a text stands for, and how long
    /// the escape is.
    unescape: fn(&str) -> Option<(char, usize)>,
}

const SYNTAXES: [Syntax; 4] = [
    Syntax {
        starts: &['\\'],
        unescape: backslash,
    },
    Syntax {
        starts: &['&'],
        unescape: entity,
    },
    Syntax {
        starts: &['%'],
        unescape: percent,
    },
    Syntax {
        starts: &['+'],
        unescape: form,
    },
];

/// Calls `see` with the text as it is, and with the text decoded from one syntax, or from one
/// within another, each without the characters that nobody sees. Each call also gets a function that
/// maps a part to the original text. The work is linear in the length of the text.
pub(super) fn each_reading(
    text: &str,
    mut see: impl FnMut(&str, &dyn Fn(Range<usize>) -> Range<usize>),
) {
    let plain = Counting::Visible.read(text);
    see(&plain.text, &|part| plain.origin(part));
    // A response may be long: few readings are kept at a time.
    for once in SYNTAXES.iter().filter_map(|own| own.read(&plain.text)) {
        see(&once.text, &|part| plain.origin(once.origin(part)));
        for twice in SYNTAXES.iter().filter_map(|own| own.read(&once.text)) {
            see(&twice.text, &|part| {
                plain.origin(once.origin(twice.origin(part)))
            });
        }
    }
}

impl Syntax {
    /// Decodes a text, if it contains an escape.
    fn read(&self, text: &str) -> Option<Reading> {
        if !text.contains(self.starts) {
            return None;
        }
        let reading = Reading::new(text, |rest| {
            let c = rest.chars().next()?;
            let escape = self.starts.contains(&c).then(|| (self.unescape)(rest));
            let (c, length) = escape.flatten().unwrap_or((c, c.len_utf8()));
            Some((Counting::Visible.counted(c), length))
        });
        (reading.text.as_str() != text).then_some(reading)
    }
}

/// Decodes a percent escape (RFC 3986 §2.1) of UTF-8, or of Latin-1, or `%u00e9`.
fn percent(text: &str) -> Option<(char, usize)> {
    let byte = |escape: &str| hex(escape.strip_prefix('%')?);
    utf8(text, 3, byte).or_else(|| unicode(text, "%u"))
}

/// Decodes escapes of bytes, each of `length`, of which `byte` returns the value: those of a
/// character in UTF-8, or one in Latin-1.
fn utf8(text: &str, length: usize, byte: fn(&str) -> Option<u32>) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let escape = text.get(length * at..length * (at + 1))?;
        u8::try_from(byte(escape)?).ok()
    };
    let mut bytes = [byte(0)?, 0, 0, 0];
    for count in 1..=bytes.len() {
        if let Ok(read) = std::str::from_utf8(&bytes[..count]) {
            return Some((read.chars().next()?, length * count));
        }
        match bytes.get_mut(count).zip(byte(count)) {
            Some((next, byte)) => *next = byte,
            None => break,
        }
    }
    Some((bytes[0].into(), length))
}

/// Decodes a `+`, which is a blank in a form.
fn form(text: &str) -> Option<(char, usize)> {
    if text.starts_with('+') {
        Some((' ', 1))
    } else {
        percent(text)
    }
}

/// Decodes a backslash escape: those of RFC 8259 §7, and those that programming languages add.
fn backslash(text: &str) -> Option<(char, usize)> {
    let escaped = text[1..].chars().next()?;
    let c = match escaped {
        'u' if text[2..].starts_with('{') => return in_braces(text),
        'u' => return unicode(text, "\\u"),
        'U' => return Some((char::from_u32(hex(text.get(2..10)?)?)?, 10)),
        'x' => return utf8(text, 4, |escape| hex(escape.strip_prefix("\\x")?)),
        '0'..='3' if octal(text.get(..4).unwrap_or_default()).is_some() => {
            return utf8(text, 4, octal);
        }
        '0' => '\0',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other if other.is_ascii_punctuation() => other,
        _ => return None,
    };
    Some((c, 2))
}

/// Decodes `\u00e9`, or two such escapes for a character beyond the first 65,536.
fn unicode(text: &str, start: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u16::try_from(hex(text.strip_prefix(start)?)?).ok();
    let first = unit(text.get(..6)?)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((c, 6));
    }
    let pair = [first, unit(text.get(6..12)?)?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 12))
}

/// Decodes `\u{e9}`.
fn in_braces(text: &str) -> Option<(char, usize)> {
    const START: usize = "\\u{".len();
    let (c, length) = number(&text[START..], 16)?;
    let end = START + length;
    (text[end..].starts_with('}')).then_some((c, end + 1))
}

/// Parses the digits at the start of a text, as the number of a character.
pub(super) fn number(text: &str, radix: u32) -> Option<(char, usize)> {
    let end = text.find(|c: char| !c.is_digit(radix));
    let digits = &text[..end.unwrap_or(text.len())];
    let number = u32::from_str_radix(digits, radix).ok()?;
    Some((char::from_u32(number)?, digits.len()))
}

/// Parses `\161`.
fn octal(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix('\\')?;
    let is_octal = digits.len() == 3 && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    is_octal.then(|| u32::from_str_radix(digits, 8).ok())?
}

/// Parses hexadecimal digits, and nothing else.
fn hex(digits: &str) -> Option<u32> {
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_read_with_its_length() {
        for (syntax, text, expected) in [
            (SYNTAXES[0], "\\\"x", Some(('"', 2))),
            (SYNTAXES[0], "\\u00E9x", Some(('é', 6))),
            (SYNTAXES[0], "\\ud83d\\ude00x", Some(('😀', 12))),
            (SYNTAXES[0], "\\ud83d\\u0041", None),
            (SYNTAXES[0], "\\u00é9", None),
            (SYNTAXES[0], "\\x3Dx", Some(('=', 4))),
            (SYNTAXES[0], "\\u{e9}x", Some(('é', 6))),
            (SYNTAXES[0], "\\u{10FFFF}", Some(('\u{10FFFF}', 10))),
            (SYNTAXES[0], "\\u{}", None),
            (SYNTAXES[0], "\\u{110000}", None),
            (SYNTAXES[0], "\\u{é", None),
            (SYNTAXES[0], "\\0", Some(('\0', 2))),
            (SYNTAXES[0], "\\08", Some(('\0', 2))),
            (SYNTAXES[0], "\\161x", Some(('q', 4))),
            (SYNTAXES[0], "\\303\\251x", Some(('é', 8))),
            (SYNTAXES[0], "\\400", None),
            (SYNTAXES[0], "\\18", None),
            (SYNTAXES[0], "\\xC3\\xA9x", Some(('é', 8))),
            (SYNTAXES[0], "\\xE9x", Some(('é', 4))),
            (SYNTAXES[0], "\\U0001F600x", Some(('😀', 10))),
            (SYNTAXES[0], "\\U00110000", None),
            (SYNTAXES[0], "\\u{00000071}x", Some(('q', 12))),
            (SYNTAXES[0], "\\u{71", None),
            (SYNTAXES[0], "\\b", Some(('\u{8}', 2))),
            (SYNTAXES[0], "\\f", Some(('\u{c}', 2))),
            (SYNTAXES[0], "\\n", Some(('\n', 2))),
            (SYNTAXES[0], "\\r", Some(('\r', 2))),
            (SYNTAXES[0], "\\t", Some(('\t', 2))),
            (SYNTAXES[0], "\\d", None),
            (SYNTAXES[0], "\\", None),
            (SYNTAXES[1], "&amp;x", Some(('&', 5))),
            (SYNTAXES[1], "&equals;x", Some(('=', 8))),
            (SYNTAXES[1], "&shy;", Some(('\u{AD}', 5))),
            (SYNTAXES[1], "&other;", None),
            (SYNTAXES[1], "&#39;x", Some(('\'', 5))),
            (SYNTAXES[1], "&#x27;x", Some(('\'', 6))),
            (SYNTAXES[1], "&#x110000;", None),
            (SYNTAXES[1], "&é;", None),
            (SYNTAXES[1], "&#000000113;x", Some(('q', 12))),
            (SYNTAXES[1], "&#X000000071x", Some(('q', 12))),
            (SYNTAXES[1], "&#113&", Some(('q', 5))),
            (SYNTAXES[1], "&#;", None),
            (SYNTAXES[1], "&#x;", None),
            (SYNTAXES[1], "&#99999999999999999999;", None),
            (SYNTAXES[1], "&AMP;x", Some(('&', 5))),
            (SYNTAXES[1], "&ampx", Some(('&', 4))),
            (SYNTAXES[1], "&LTx", Some(('<', 3))),
            (SYNTAXES[1], "&equalsx", None),
            (
                SYNTAXES[1],
                "&NegativeVeryThinSpace;",
                Some(('\u{200B}', 23)),
            ),
            (SYNTAXES[1], "&auml;x", Some(('ä', 6))),
            (SYNTAXES[1], "&Auml;x", Some(('Ä', 6))),
            (SYNTAXES[1], "&szligx", Some(('ß', 6))),
            (SYNTAXES[2], "%3dx", Some(('=', 3))),
            (SYNTAXES[2], "%C3%A9x", Some(('é', 6))),
            (SYNTAXES[2], "%C3x", Some(('Ã', 3))),
            (SYNTAXES[2], "%C3%41", Some(('Ã', 3))),
            (SYNTAXES[2], "%FF%FF%FF%FF%41", Some(('ÿ', 3))),
            (SYNTAXES[2], "%AD", Some(('\u{AD}', 3))),
            (SYNTAXES[2], "%+f", None),
            (SYNTAXES[2], "%é", None),
            (SYNTAXES[2], "%u00e9x", Some(('é', 6))),
            (SYNTAXES[2], "%ud83d%ude00x", Some(('😀', 12))),
            (SYNTAXES[3], "+x", Some((' ', 1))),
        ] {
            assert_eq!((syntax.unescape)(text), expected, "{text}");
        }
    }

    #[test]
    fn each_reading_tells_where_its_bytes_come_from() {
        let mut readings = Vec::new();
        each_reading("a\u{200B}\\\\%22é", |read, origin| {
            let parts = read.char_indices().map(|(at, c)| at..at + c.len_utf8());
            readings.push((read.to_owned(), parts.map(origin).collect::<Vec<_>>()));
        });
        let twice = ("a\\\"é".to_owned(), vec![0..1, 4..6, 6..9, 9..11]);
        assert!(readings.contains(&twice), "{readings:?}");
        assert_eq!(readings[0].0, "a\\\\%22é");
        assert_eq!(readings[0].1[..3], [0..1, 4..5, 5..6]);
    }
}

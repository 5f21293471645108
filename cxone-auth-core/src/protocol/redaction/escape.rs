//! The escapes that a text may contain: those of URLs, forms, JSON and HTML.
//!
//! Encoders escape different characters in different ways. The text is therefore decoded by the
//! rules of each syntax. The text that is searched for needs no other spellings.

use zeroize::Zeroizing;

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

/// A text, decoded from the escapes of a syntax.
struct Reading {
    text: Zeroizing<String>,
    /// Where each byte, and the end, begins in the original text.
    origin: Vec<usize>,
}

/// Calls `see` with the text as it is, and with the text decoded from one syntax, or from one
/// within another. Each call also gets a function that maps a position to the original text. The
/// work is linear in the length of the text.
pub(super) fn each_reading(text: &str, mut see: impl FnMut(&str, &dyn Fn(usize) -> usize)) {
    see(text, &|at| at);
    for once in SYNTAXES.iter().filter_map(|syntax| syntax.read(text)) {
        see(&once.text, &|at| once.origin[at]);
        for twice in SYNTAXES.iter().filter_map(|syntax| syntax.read(&once.text)) {
            see(&twice.text, &|at| once.origin[twice.origin[at]]);
        }
    }
}

impl Syntax {
    /// Decodes a text, if it contains an escape.
    fn read(&self, text: &str) -> Option<Reading> {
        if !text.contains(self.starts) {
            return None;
        }
        // An escape is never shorter than its character, so the buffer never grows.
        let mut read = Zeroizing::new(String::with_capacity(text.len()));
        let mut origin = Vec::with_capacity(text.len() + 1);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let escape = self.starts.contains(&c).then(|| (self.unescape)(rest));
            let (c, length) = escape.flatten().unwrap_or((c, c.len_utf8()));
            read.push(c);
            origin.resize(read.len(), text.len() - rest.len());
            rest = &rest[length..];
        }
        origin.push(text.len());
        (read.as_str() != text).then_some(Reading { text: read, origin })
    }
}

/// Decodes a percent escape of UTF-8 (RFC 3986 §2.1).
fn percent(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    for count in 1..=bytes.len() {
        let digits = text.get(3 * (count - 1)..3 * count)?.strip_prefix('%')?;
        bytes[count - 1] = u8::try_from(hex(digits)?).ok()?;
        if let Ok(read) = std::str::from_utf8(&bytes[..count]) {
            return Some((read.chars().next()?, 3 * count));
        }
    }
    None
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
        'u' => return unicode(text),
        'x' => return Some((char::from_u32(hex(text.get(2..4)?)?)?, 4)),
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
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u16::try_from(hex(text.strip_prefix("\\u")?)?).ok();
    let first = unit(text.get(..6)?)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((c, 6));
    }
    let pair = [first, unit(text.get(6..12)?)?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 12))
}

/// Decodes `&amp;`, `&#38;` or `&#x26;`.
fn entity(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let c = match &text[1..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        other => {
            let number = other.strip_prefix('#')?;
            char::from_u32(match number.strip_prefix(['x', 'X']) {
                Some(digits) => hex(digits)?,
                None => number.parse().ok()?,
            })?
        }
    };
    Some((c, end + 1))
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
            (SYNTAXES[0], "\\b", Some(('\u{8}', 2))),
            (SYNTAXES[0], "\\f", Some(('\u{c}', 2))),
            (SYNTAXES[0], "\\n", Some(('\n', 2))),
            (SYNTAXES[0], "\\r", Some(('\r', 2))),
            (SYNTAXES[0], "\\t", Some(('\t', 2))),
            (SYNTAXES[0], "\\d", None),
            (SYNTAXES[0], "\\", None),
            (SYNTAXES[1], "&amp;x", Some(('&', 5))),
            (SYNTAXES[1], "&#39;x", Some(('\'', 5))),
            (SYNTAXES[1], "&#x27;x", Some(('\'', 6))),
            (SYNTAXES[1], "&#x110000;", None),
            (SYNTAXES[1], "&é;", None),
            (SYNTAXES[2], "%3dx", Some(('=', 3))),
            (SYNTAXES[2], "%C3%A9x", Some(('é', 6))),
            (SYNTAXES[2], "%C3x", None),
            (SYNTAXES[2], "%C3%41", None),
            (SYNTAXES[2], "%FF%FF%FF%FF%41", None),
            (SYNTAXES[2], "%+f", None),
            (SYNTAXES[2], "%é", None),
            (SYNTAXES[3], "+x", Some((' ', 1))),
        ] {
            assert_eq!((syntax.unescape)(text), expected, "{text}");
        }
    }

    #[test]
    fn each_reading_tells_where_its_bytes_come_from() {
        let mut readings = Vec::new();
        each_reading("a\\\\%22é", |read, origin| {
            let origins: Vec<usize> = (0..=read.len()).map(origin).collect();
            readings.push((read.to_owned(), origins));
        });
        let twice = ("a\\\"é".to_owned(), vec![0, 1, 3, 6, 6, 8]);
        assert!(readings.contains(&twice), "{readings:?}");
        assert_eq!(readings[0].1, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
}

//! Text of a response: read in place where it can be, else in memory that is overwritten, since any
//! text of a server may quote a secret.

use std::ops::Deref;
use std::str::Chars;

use zeroize::Zeroizing;

pub(crate) enum Text<'b> {
    AsItCame(&'b str),
    Written(Zeroizing<String>),
}

impl<'b> Text<'b> {
    /// A body as text. A byte that is not UTF-8 becomes U+FFFD: an old server's Latin-1 description
    /// must not make its error code unreadable.
    pub(crate) fn of_body(body: &'b [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(body) {
            return Self::AsItCame(text);
        }
        // Large enough from the start, so that no copy of a token is left behind.
        let mut text = Zeroizing::new(String::with_capacity(3 * body.len()));
        for chunk in body.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Self::Written(text)
    }

    /// The content of a JSON string that a parser has checked already; nothing when it is no
    /// string, or escapes what is no character.
    pub(super) fn of_string(written: &'b str) -> Option<Self> {
        let inner = inner(written)?;
        if !inner.contains('\\') {
            return Some(Self::AsItCame(inner));
        }
        // No escape is shorter than what it stands for.
        let mut text = Zeroizing::new(String::with_capacity(inner.len()));
        for character in unescaped(written)? {
            text.push(character?);
        }
        Some(Self::Written(text))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsItCame(text) => text,
            Self::Written(text) => text,
        }
    }
}

/// The characters of a JSON string, one by one, so that no copy of a token is left in a parser's
/// buffer. An escape of what is no character is `None`.
///
/// `written` is a raw value that a parser has checked already; the response is nothing when it is no
/// string.
pub(super) fn unescaped(written: &str) -> Option<impl Iterator<Item = Option<char>>> {
    let mut characters = inner(written)?.chars();
    Some(std::iter::from_fn(move || {
        let character = match characters.next()? {
            '\\' => unescape(&mut characters),
            character => Some(character),
        };
        Some(character)
    }))
}

fn inner(written: &str) -> Option<&str> {
    written.strip_prefix('"')?.strip_suffix('"')
}

/// The character behind a backslash (RFC 8259 §7).
fn unescape(characters: &mut Chars<'_>) -> Option<char> {
    match characters.next()? {
        escaped @ ('"' | '\\' | '/') => Some(escaped),
        'b' => Some('\u{8}'),
        'f' => Some('\u{C}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'u' => {
            let unit = code_unit(characters)?;
            if !(0xD800..0xDC00).contains(&unit) {
                return char::from_u32(unit.into());
            }
            // One half of a character beyond U+FFFF; the other has to follow.
            let rest = characters.as_str().strip_prefix("\\u")?;
            *characters = rest.chars();
            let units = [unit, code_unit(characters)?];
            char::decode_utf16(units).next()?.ok()
        }
        _ => None,
    }
}

fn code_unit(characters: &mut Chars<'_>) -> Option<u16> {
    (0..4).try_fold(0, |unit, _| {
        let digit = characters.next()?.to_digit(16)?;
        Some(unit * 16 + u16::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_reads_as_the_parser_of_json_reads_it() {
        for written in [
            r#""plain""#,
            r#""""#,
            r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC""#,
            r#""\ud83d\uDE00 é €""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83d\u0041""#,
            r#""\ud83dx""#,
            r#""\ud83d\ud83d\ude00""#,
        ] {
            let expected: Option<String> = serde_json::from_str(written).ok();
            let read = Text::of_string(written).map(|text| text.to_owned());
            assert_eq!(read, expected, "{written}");
        }
        assert!(Text::of_string("12").is_none());
    }
}

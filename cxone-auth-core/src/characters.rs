//! Characters that do not belong in a credential: invisible or look-alike ones from copy and paste.

use std::fmt;

/// The first unusual character of a text and its position.
///
/// It names the character's code point and class, never its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnusualCharacter {
    character: char,
    class: CharacterClass,
    /// The number of characters before it.
    position: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CharacterClass {
    LineBreak,
    Control,
    Invisible,
    Blank,
    Typographic,
}

/// Reports whether a character is invisible, ends a line, or controls a terminal.
pub(crate) fn is_unprintable(character: char) -> bool {
    use CharacterClass::{Control, Invisible, LineBreak};
    matches!(
        CharacterClass::of(character),
        Some(LineBreak | Control | Invisible)
    )
}

impl UnusualCharacter {
    /// Finds the first unusual character of `text`.
    pub(crate) fn first_in(text: &str) -> Option<Self> {
        text.chars().enumerate().find_map(|(position, character)| {
            let class = CharacterClass::of(character)?;
            Some(Self {
                character,
                class,
                position,
            })
        })
    }
}

impl CharacterClass {
    fn of(character: char) -> Option<Self> {
        Some(match character {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Self::LineBreak,
            control if control.is_control() => Self::Control,
            // Zero-width, joining, direction and variation marks; the byte order mark; fillers.
            '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}' => Self::Invisible,
            blank if blank != ' ' && blank.is_whitespace() => Self::Blank,
            // Quotation marks, dashes, primes, the ellipsis and full-width forms: editors and web
            // pages replace ASCII with them. U+FFFD replaces a lost character.
            '\u{2010}'..='\u{2015}'
            | '\u{2018}'..='\u{201F}'
            | '\u{2026}'
            | '\u{2032}'..='\u{2037}'
            | '\u{2039}'
            | '\u{203A}'
            | '\u{AB}'
            | '\u{BB}'
            | '\u{B4}'
            | '\u{2212}'
            | '\u{FF01}'..='\u{FF5E}'
            | '\u{FFFD}' => Self::Typographic,
            _ => return None,
        })
    }
}

impl fmt::Display for UnusualCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.class {
            CharacterClass::LineBreak => "a line break",
            CharacterClass::Control => "a control character",
            CharacterClass::Invisible => "an invisible character",
            CharacterClass::Blank => "a blank that is not a space",
            CharacterClass::Typographic => "a typographic character",
        };
        let code = u32::from(self.character);
        match self.position {
            0 => write!(f, "{class} (U+{code:04X}) at its start"),
            n => write!(f, "{class} (U+{code:04X}) after character {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_class_and_place_of_the_first_unusual_character() {
        for (text, expected) in [
            ("ab\ncd", "a line break (U+000A) after character 2"),
            ("ab\r", "a line break (U+000D) after character 2"),
            ("\tab", "a control character (U+0009) at its start"),
            ("a\0", "a control character (U+0000) after character 1"),
            ("\u{FEFF}ab", "an invisible character (U+FEFF) at its start"),
            (
                "abc\u{200B}",
                "an invisible character (U+200B) after character 3",
            ),
            (
                "abc\u{A0}",
                "a blank that is not a space (U+00A0) after character 3",
            ),
            ("“abc”", "a typographic character (U+201C) at its start"),
            ("a–b", "a typographic character (U+2013) after character 1"),
            (
                "é\u{FFFD}",
                "a typographic character (U+FFFD) after character 1",
            ),
        ] {
            let found = UnusualCharacter::first_in(text).unwrap();
            assert_eq!(found.to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn lets_every_printable_ascii_character_and_other_letters_pass() {
        let ascii: String = (' '..='~').collect();
        assert_eq!(UnusualCharacter::first_in(&ascii), None);
        assert_eq!(UnusualCharacter::first_in("pässwörd-пароль-密码"), None);
    }
}

//! Text from outside, made safe for a terminal.

/// Returns the text with each control character written out, except the line break, and each mark
/// that changes the direction of text or is not seen at all. This also shows what is wrong with a
/// value, for example a carriage return at its end.
pub(crate) fn visible(text: &str) -> String {
    written_out(text, |c| c != '\n')
}

/// Does the same with a name within a line, in which a line break is written out as well.
pub(crate) fn visible_name(name: &str) -> String {
    written_out(name, |_| true)
}

fn written_out(text: &str, is_wanted: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else if c.is_control() && is_wanted(c) {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Marks that change the direction of text, end a line, or are not seen at all.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out_and_nothing_else() {
        assert_eq!(visible("é \"a\"\\\nb"), "é \"a\"\\\nb");
        assert_eq!(visible("a\r\u{1b}[2J\u{9b}\t"), r"a\r\u{1b}[2J\u{9b}\t");
        for mark in [
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{3164}',
            '\u{feff}',
            '\u{e0041}',
        ] {
            let written = format!("a\\u{{{:x}}}b", u32::from(mark));
            assert_eq!(visible(&format!("a{mark}b")), written);
        }
        assert_eq!(visible_name("a\nb\u{202e}é"), r"a\nb\u{202e}é");
    }
}

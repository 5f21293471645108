//! Text from outside, made safe for a terminal.

/// Returns the text with each control character written out, except the line break. This also shows
/// what is wrong with a value, for example a carriage return at its end.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out_and_nothing_else() {
        assert_eq!(visible("é \"a\"\\\nb"), "é \"a\"\\\nb");
        assert_eq!(visible("a\r\u{1b}[2J\u{9b}\t"), r"a\r\u{1b}[2J\u{9b}\t");
    }
}

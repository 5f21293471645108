//! Text from outside, for a terminal that is to act on none of it.

/// The same text with each control character but the line break spelled out. Who looks for what is
/// wrong with a value sees it, too: a carriage return at its end, say.
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

//! Generated pages, and their difference from a stored one.

/// Returns the first line that differs, counted from 1. Line endings do not matter: a checkout may
/// change them.
pub(crate) fn difference(stored: &str, made: &str) -> Option<usize> {
    let (mut stored, mut made) = (stored.lines(), made.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (stored.next(), made.next()) {
            (None, None) => return None,
            (left, right) if left == right => {}
            _ => return Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(difference("", "a\n"), Some(1));
    }

    #[test]
    fn the_same_lines_are_no_difference() {
        assert_eq!(difference("a\r\nb\r\n", "a\nb\n"), None);
        assert_eq!(difference("", ""), None);
    }
}

//! Lines that are broken between words, for a terminal that would break them within.
//!
//! The crate `textwrap` measures and fills the lines. This file says where a line must not be broken:
//! within code and commands, which somebody may copy.

use textwrap::core::{Word, display_width};
use textwrap::wrap_algorithms::wrap_first_fit;

use crate::terminal;

/// What follows a label such as `fix:` begins here.
const LABELLED: usize = 8;

/// What follows the break of any other line.
const HANGING: usize = 4;

/// Each line of the text, broken for a terminal of this width. If there is none, that is the text. A
/// line that begins with blanks and no label is an example, which is copied as it is.
pub(crate) fn text(text: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns.map(terminal::prose) else {
        return text.to_owned();
    };
    let lines = text.split('\n').map(|line| match line.strip_prefix(' ') {
        None => broken(line, columns, HANGING),
        Some(rest) if is_labelled(rest) => broken(line, columns, LABELLED),
        Some(_) => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_labelled(line: &str) -> bool {
    let label = line.split(' ').find(|word| !word.is_empty());
    label.is_some_and(|label| {
        let plain = label.strip_suffix("\u{1b}[0m").unwrap_or(label);
        plain.ends_with(':') && display_width(label) < LABELLED
    })
}

/// The same text in lines of at most `width` columns, where words allow it. What follows a break
/// stands `indent` columns from the left. What more than one blank sets apart, such as a cell of a
/// table, is broken only where no line has room for it.
pub(crate) fn broken(line: &str, width: usize, indent: usize) -> String {
    let parts = parts(line, width, indent);
    let words: Vec<Word<'_>> = parts.into_iter().map(Word::from).collect();
    #[expect(clippy::cast_precision_loss, reason = "no terminal is that wide")]
    let widths = [width as f64, width.saturating_sub(indent) as f64];
    let lines = wrap_first_fit(&words, &widths);
    let lines: Vec<String> = lines.into_iter().map(joined).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// The words of one line, without the blanks at its end.
fn joined(words: &[Word<'_>]) -> String {
    let mut line = String::new();
    for word in words {
        line += word.word;
        line += word.whitespace;
    }
    line.truncate(line.trim_end_matches(' ').len());
    line
}

/// The parts of a line between which it can be broken, each with the blanks behind it.
fn parts(line: &str, width: usize, indent: usize) -> Vec<&str> {
    let room = width.saturating_sub(indent);
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut code = Code::default();
    for (end, next) in ends(line) {
        let word = line[..end].rsplit(' ').next().unwrap_or_default();
        let rest = &line[next..];
        let follows = rest.split(' ').next().unwrap_or_default();
        let is_in_code = code.goes_on(word, follows);
        // A label and its text stay together: a break brings the text no room.
        let is_label = display_width(&line[..end]) <= indent;
        if !is_in_code && !is_label && !is_in_cell(&line[..next], rest, room) {
            parts.push(&line[begin..next]);
            begin = next;
        }
    }
    parts.push(&line[begin..]);
    parts
}

/// Where each word ends and the next one begins.
fn ends(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut from = line.len() - line.trim_start_matches(' ').len();
    std::iter::from_fn(move || {
        let end = from + line[from..].find(' ')?;
        let next = line.len() - line[end..].trim_start_matches(' ').len();
        from = next;
        (next < line.len()).then_some((end, next))
    })
}

/// Whether this is between two words of a cell, not of the first one, for which a line of its own has
/// room.
fn is_in_cell(before: &str, rest: &str, room: usize) -> bool {
    let gap = |text: &str| text.ends_with("  ");
    let is_first = !before
        .trim_start_matches(' ')
        .trim_end_matches(' ')
        .contains("  ");
    if gap(before) || is_first {
        return false;
    }
    let begin = before
        .trim_end_matches(' ')
        .rfind("  ")
        .map_or(0, |at| at + 2);
    let end = rest.find("  ").unwrap_or(rest.len());
    display_width(&before[begin..]) + display_width(&rest[..end]) <= room
}

/// Whether the words are code that is copied as a whole: what backticks enclose, a command of this
/// program, and a flag with what stands for its value.
#[derive(Default)]
struct Code {
    is_quoted: bool,
    is_command: bool,
}

impl Code {
    /// Takes the next word, and tells whether the one that follows belongs to it.
    fn goes_on(&mut self, word: &str, follows: &str) -> bool {
        let plain = word.trim_start_matches(['`', '(', '"']);
        self.is_quoted ^= word.matches('`').count() % 2 == 1;
        let is_over = plain.ends_with([',', ';', ':', '.', ')', '`', '"']);
        let is_program = plain == "cxone-auth";
        self.is_command = is_program || self.is_command && !is_over;
        let is_flag = plain.starts_with("--") && !is_over;
        let is_name = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
        let is_value = |text: &str| is_name(text) && text == text.to_uppercase();
        self.is_quoted
            || is_program
            || self.is_command && follows.starts_with("--")
            || is_flag && is_value(follows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_between_words_and_hangs() {
        for (line, expected) in [
            ("  fix: one two", "  fix: one two"),
            ("  fix: one two three", "  fix: one two\n       three"),
            ("  fix: one-word-of-many", "  fix: one-word-of-many"),
            ("  fix: one        two", "  fix: one\n       two"),
            ("", ""),
            ("key  a b c  d e", "key  a b c\n       d e"),
            ("key  a b c  d e f g h", "key  a b c  d\n       e f g h"),
            ("      indented words", "      indented\n       words"),
        ] {
            assert_eq!(broken(line, 14, 7), expected, "{line:?}");
        }
    }

    #[test]
    fn what_is_copied_stays_in_one_piece() {
        for (line, expected) in [
            (
                "see https://example.com/a-b/c?d=e",
                "see\n  https://example.com/a-b/c?d=e",
            ),
            (
                "file /home/a-user/.config/file.toml",
                "file\n  /home/a-user/.config/file.toml",
            ),
            (
                "and `chmod 600 the-file` it",
                "and\n  `chmod 600 the-file`\n  it",
            ),
            (
                "try: cxone-auth doctor --probe, which asks",
                "try:\n  cxone-auth doctor --probe,\n  which asks",
            ),
            ("name it: --profile NAME", "name it:\n  --profile NAME"),
            ("cxone-auth: warning: one", "cxone-auth: warning:\n  one"),
        ] {
            assert_eq!(broken(line, 20, 2), expected, "{line:?}");
        }
    }

    #[test]
    fn a_text_hangs_by_its_labels_and_keeps_its_examples() {
        let shown = text(
            "what: is wrong here\n  fix:  write it here\n  [an.example]  # of what to write\nthat is it",
            Some(20),
        );
        let expected = "what: is wrong here\n  fix:  write it\n        here\n  \
                        [an.example]  # of what to write\nthat is it";
        assert_eq!(shown, expected);
        assert_eq!(
            text("one two three four five six", Some(20)),
            "one two three four\n    five six"
        );
        assert_eq!(
            text("one two three four five six", None),
            "one two three four five six"
        );
    }

    #[test]
    fn a_terminal_of_unknown_width_breaks_nothing() {
        let line = "Verdict: a  b c";
        assert_eq!(broken(line, usize::MAX, 8), line);
    }

    #[test]
    fn color_takes_no_room() {
        let line = "\u{1b}[1;31mFAIL\u{1b}[0m two";
        assert_eq!(broken(line, 8, 0), line);
        assert_eq!(broken(line, 7, 0), "\u{1b}[1;31mFAIL\u{1b}[0m\ntwo");
    }
}

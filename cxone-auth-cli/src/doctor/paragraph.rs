//! Lines that are broken between words, for a terminal that would break them within.

/// The same text in lines of at most `width` columns, where words allow it. What follows a break
/// stands `indent` columns from the left. What more than one blank sets apart, such as a cell of a
/// table, is broken only where no line has room for it.
pub(super) fn broken(line: &str, width: usize, indent: usize) -> String {
    let words = line.trim_start_matches(' ');
    let mut text = " ".repeat(line.len() - words.len());
    let mut column = text.len();
    for (gap, cell) in cells(words) {
        let room = width.saturating_sub(column + gap);
        let fits_below = columns(cell) <= width.saturating_sub(indent);
        let is_better_below = columns(cell) > room && fits_below;
        for (index, word) in cell.split(' ').enumerate() {
            let gap = if index == 0 { gap } else { 1 };
            let is_full = column + gap + columns(word) > width || index == 0 && is_better_below;
            if is_full && column > indent {
                text.push('\n');
                text += &" ".repeat(indent);
                column = indent;
            } else {
                text += &" ".repeat(gap);
                column += gap;
            }
            text += word;
            column += columns(word);
        }
    }
    text
}

/// What stands between two blanks or more, each with the number of blanks before it.
fn cells(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let cell = rest.trim_start_matches(' ');
        let gap = rest.len() - cell.len();
        let end = cell.find("  ").unwrap_or(cell.len());
        rest = &cell[end..];
        let cell = cell[..end].trim_end_matches(' ');
        (!cell.is_empty()).then_some((gap, cell))
    })
}

/// How many columns a word takes: an escape sequence takes none.
fn columns(word: &str) -> usize {
    let mut parts = word.split('\u{1b}');
    let plain = parts.next().unwrap_or_default().chars().count();
    let behind = parts.map(|part| {
        let rest = part.split_once('m').map_or("", |(_, rest)| rest);
        rest.chars().count()
    });
    plain + behind.sum::<usize>()
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

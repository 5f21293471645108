//! A text as somebody else reads it, and where each of its bytes comes from.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::characters::is_unprintable;

/// The least number of printed characters with which no other text is the same by chance, if blanks
/// do not count.
const LONG: usize = 8;

/// A text in which characters of another one are replaced or left out.
pub(super) struct Reading {
    pub(super) text: Zeroizing<String>,
    /// In the order of the text, without gaps.
    runs: Vec<Run>,
}

/// A part of a reading: characters as they stand in the other text, or one in the place of an
/// escape. A position for each byte would take many times the memory of the text.
struct Run {
    /// Where it begins in the reading.
    at: usize,
    /// Where it is in the other text: as long as in the reading, or longer for an escape.
    origin: Range<usize>,
}

/// What counts when two texts are compared. A server, or what lies before it, may put characters
/// between those of a secret: such that nobody sees, marks on letters, or line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// The printed characters of ASCII.
    Printed,
    /// Those and blanks, all of which are the same.
    PrintedAndBlanks,
    /// Blanks and all characters that somebody sees.
    Visible,
    /// The characters that somebody sees, without blanks, in lower case.
    AnyCase,
}

impl Reading {
    /// Reads a text. `next` returns the character that a text begins with, if it counts, and how
    /// long it is there. It is never shorter than the character.
    pub(super) fn new(text: &str, next: impl Fn(&str) -> Option<(Option<char>, usize)>) -> Self {
        // The buffer never grows.
        let mut read = Zeroizing::new(String::with_capacity(text.len()));
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        while let Some((c, length)) = next(&text[start..]) {
            let end = start + length;
            if let Some(c) = c {
                let (at, origin) = (read.len(), start..end);
                let goes_on = |run: &&mut Run| run.origin.end == start && run.is_same_until(at);
                match runs.last_mut().filter(goes_on) {
                    Some(run) if c.len_utf8() == length => run.origin.end = end,
                    _ => runs.push(Run { at, origin }),
                }
                read.push(c);
            }
            start = end;
        }
        Self { text: read, runs }
    }

    /// Returns where a part of it, which is whole characters and not empty, is in the other text.
    pub(super) fn origin(&self, part: Range<usize>) -> Range<usize> {
        let (first, is_same) = self.run_at(part.start);
        let start = first.origin.start + if is_same { part.start - first.at } else { 0 };
        let (last, is_same) = self.run_at(part.end - 1);
        let after = last.origin.start + (part.end - last.at);
        start..if is_same { after } else { last.origin.end }
    }

    /// Returns the run with this byte, and whether it is the same in the other text.
    fn run_at(&self, byte: usize) -> (&Run, bool) {
        let after = self.runs.partition_point(|run| run.at <= byte);
        let run = &self.runs[after - 1];
        let end = self.runs.get(after).map_or(self.text.len(), |next| next.at);
        (run, run.is_same_until(end))
    }
}

impl Run {
    /// Reports whether the run, if it ends here in the reading, is the same in the other text.
    fn is_same_until(&self, end: usize) -> bool {
        end - self.at == self.origin.len()
    }
}

impl Counting {
    /// Those of [`for_secret`](Self::for_secret).
    pub(super) const OF_SECRETS: [Self; 3] = [Self::Printed, Self::PrintedAndBlanks, Self::Visible];

    /// Returns what counts in a text that contains this secret. Blanks count if it is short: it may
    /// be the end of one word and the start of the next.
    pub(super) fn for_secret(secret: &str) -> impl Iterator<Item = Self> + use<> {
        let printed = secret.chars().filter(char::is_ascii_graphic);
        let is_long = printed.count() >= LONG;
        let counting = match (is_long, secret.is_ascii()) {
            (true, true) => [Some(Self::Printed), None],
            (false, true) => [Some(Self::PrintedAndBlanks), None],
            (true, false) => [Some(Self::Printed), Some(Self::Visible)],
            (false, false) => [None, Some(Self::Visible)],
        };
        counting.into_iter().flatten()
    }

    /// Returns a text without what does not count.
    pub(super) fn read(self, text: &str) -> Reading {
        Reading::new(text, |rest| {
            let c = rest.chars().next()?;
            Some((self.counted(c), c.len_utf8()))
        })
    }

    pub(super) fn counted(self, c: char) -> Option<char> {
        match self {
            Self::Visible | Self::PrintedAndBlanks if c.is_whitespace() => Some(' '),
            Self::Visible => (!is_unprintable(c) && !is_mark(c)).then_some(c),
            Self::AnyCase => Self::Visible
                .counted(c.to_ascii_lowercase())
                .filter(|c| *c != ' '),
            Self::Printed | Self::PrintedAndBlanks => c.is_ascii_graphic().then_some(c),
        }
    }
}

/// Reports whether a character is a mark on the one before it, of those that combine with letters
/// of ASCII.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

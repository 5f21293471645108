//! Texts with slots, and what fills the slots.

use std::fmt;

use super::term::Term;

/// Returns a program's words for a term. `None` means that the program has none; the library's
/// words are shown then.
///
/// ```
/// use cxone_auth_core::diagnosis::{FindingCode, Term};
///
/// fn of_a_service(term: Term) -> Option<&'static str> {
///     match term {
///         Term::Proxy => Some("http.proxy in service.toml"),
///         _ => None,
///     }
/// }
/// let entry = "CXA-602".parse::<FindingCode>()?.entry();
/// assert!(entry.remedy.in_words(of_a_service).to_string().contains("http.proxy in service.toml"));
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
pub type Wording = fn(Term) -> Option<&'static str>;

/// A text of the catalogue. `Display` uses the library's words for its terms.
/// [`in_words`](Self::in_words) uses those of a program.
///
/// In the source, a term is in braces. `{{` and `}}` stand for a single brace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(pub(super) &'static str);

/// A text that is made for one case, such as the evidence of a finding. It records the positions of
/// its terms. Text from outside is therefore never mistaken for a term.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Message {
    text: String,
    /// Where each term begins in `text`, which contains the library's words for it.
    terms: Vec<(usize, Term)>,
}

/// Something in a program's words, for `Display`.
pub struct InWords<'a> {
    of: &'a dyn Worded,
    wording: Wording,
}

/// Something that can be written in a program's words.
pub(crate) trait Worded {
    /// Writes it with these words for its terms.
    fn write(&self, f: &mut fmt::Formatter<'_>, wording: Wording) -> fmt::Result;
}

impl<'a> InWords<'a> {
    pub(crate) fn new(of: &'a dyn Worded, wording: Wording) -> Self {
        Self { of, wording }
    }
}

impl Text {
    /// Returns the text with a program's words for its terms.
    #[must_use]
    pub fn in_words(&self, wording: Wording) -> InWords<'_> {
        InWords::new(self, wording)
    }
}

/// Returns the library's own words.
pub(crate) fn of_the_library(_: Term) -> Option<&'static str> {
    None
}

fn write_term(f: &mut fmt::Formatter<'_>, term: Term, wording: Wording) -> fmt::Result {
    f.write_str(wording(term).unwrap_or_else(|| term.as_str()))
}

impl Worded for Text {
    fn write(&self, f: &mut fmt::Formatter<'_>, wording: Wording) -> fmt::Result {
        let mut rest = self.0;
        while let Some(place) = rest.find(['{', '}']) {
            let (before, brace) = (&rest[..place], &rest[place..=place]);
            f.write_str(before)?;
            rest = &rest[place + 1..];
            if let Some(behind) = rest.strip_prefix(brace) {
                f.write_str(brace)?;
                rest = behind;
                continue;
            }
            let (slot, behind) = rest.split_once('}').unwrap_or((rest, ""));
            match Term::of_slot(slot) {
                Some(term) => write_term(f, term, wording)?,
                // A test checks the catalogue for unknown slots, so there is none.
                None => write!(f, "{{{slot}}}")?,
            }
            rest = behind;
        }
        f.write_str(rest)
    }
}

impl Message {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends a text.
    pub(crate) fn and(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends a term.
    pub(crate) fn term(mut self, term: Term) -> Self {
        self.terms.push((self.text.len(), term));
        self.and(term.as_str())
    }

    /// Puts `before` in front of the message.
    pub(crate) fn behind(mut self, before: &str) -> Self {
        self.text.insert_str(0, before);
        for (place, _) in &mut self.terms {
            *place += before.len();
        }
        self
    }

    /// Adds text behind it.
    pub(crate) fn followed_by(mut self, after: &str) -> Self {
        self.text.push_str(after);
        self
    }
}

impl Worded for Message {
    fn write(&self, f: &mut fmt::Formatter<'_>, wording: Wording) -> fmt::Result {
        let mut written = 0;
        for &(place, term) in &self.terms {
            f.write_str(&self.text[written..place])?;
            write_term(f, term, wording)?;
            written = place + term.as_str().len();
        }
        f.write_str(&self.text[written..])
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self {
            text,
            terms: Vec::new(),
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, of_the_library)
    }
}

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.of.write(f, self.wording)
    }
}

impl fmt::Debug for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::catalogue;

    fn of_a_program(term: Term) -> Option<&'static str> {
        (term == Term::Scope).then_some("--scope")
    }

    /// Returns the names between single braces.
    fn slots(text: Text) -> Vec<&'static str> {
        let parts = text.0.split('{').skip(1);
        let names = parts.filter_map(|part| part.split_once('}').map(|(name, _)| name));
        let escaped = |name: &&str| !text.0.contains(&format!("{{{{{name}}}}}"));
        names.filter(escaped).collect()
    }

    #[test]
    fn the_catalogue_has_no_slot_that_is_no_term_and_no_brace_that_is_none() {
        let mut named = 0;
        for entry in catalogue() {
            for text in [entry.seen, entry.cause, entry.remedy] {
                for slot in slots(text) {
                    assert!(Term::of_slot(slot).is_some(), "{}: {slot}", entry.code);
                    named += 1;
                }
                let (open, close) = (text.0.matches('{'), text.0.matches('}'));
                assert_eq!(open.count(), close.count(), "{}", entry.code);
                let own = text.to_string();
                assert!(!own.contains("--") && !own.contains("{{"), "{own}");
            }
        }
        assert!(named > 60, "{named}");
    }

    #[test]
    fn a_text_has_the_words_of_who_is_told() {
        let text = Text("Leave {scope} out of {{domain}}, not {body}.");
        assert_eq!(
            text.to_string(),
            "Leave with_scope out of {domain}, not ClientAuthentication::Body."
        );
        assert_eq!(
            text.in_words(of_a_program).to_string(),
            "Leave --scope out of {domain}, not ClientAuthentication::Body."
        );
    }

    #[test]
    fn a_message_takes_nothing_from_outside_for_a_term() {
        let message = Message::from("`with_scope {scope}`: use ")
            .term(Term::Scope)
            .and(" or with_scope")
            .behind("with_scope: ");
        let own = InWords::new(&message, of_a_program).to_string();
        assert_eq!(
            own,
            "with_scope: `with_scope {scope}`: use --scope or with_scope"
        );
        let library = InWords::new(&message, of_the_library).to_string();
        assert_eq!(library, message.as_str());
        assert_eq!(
            library,
            "with_scope: `with_scope {scope}`: use with_scope or with_scope"
        );
    }
}

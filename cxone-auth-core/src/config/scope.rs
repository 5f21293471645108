//! Scopes (RFC 6749 §3.3).

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::finding::Confidence;
use crate::finding::catalogue::scope as cause;

/// One scope token (RFC 6749 §3.3): one or more printable ASCII characters except space, `"` and
/// `\`. It is case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(String);

/// Scopes in the order in which they were given, without repetitions.
///
/// They are parsed from text separated by spaces. A comma is a legal character *within* a scope.
/// For a list with commas, as forum answers show it, use
/// [`from_comma_separated`](Self::from_comma_separated).
///
/// ```
/// use cxone_auth_core::ScopeSet;
///
/// let scopes: ScopeSet = "users:readonly routing users:readonly".parse()?;
/// assert_eq!(scopes.to_string(), "users:readonly routing");
/// assert_eq!(ScopeSet::from_comma_separated("users, routing")?.to_string(), "users routing");
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ScopeSet(Vec<Scope>);

/// The separator between scopes in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ScopeSeparator {
    /// A space (RFC 6749 §3.3).
    #[default]
    Space,
    /// A comma, for servers that do not follow the RFC.
    Comma,
}

impl Scope {
    /// Returns the scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Scope {
    type Err = Error;

    /// Parses one scope.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if it is empty or contains a
    /// character outside the grammar. The message names the character and its position.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::configuration("scope is empty: leave it out"));
        }
        match text
            .chars()
            .enumerate()
            .find(|(_, c)| !is_scope_character(*c))
        {
            None => Ok(Self(text.to_owned())),
            Some((position, character)) => {
                let found = format!("U+{:04X} after character {position}", u32::from(character));
                let message = format!(
                    "scope contains {found}: a scope is printable ASCII without space, quotation \
                     mark and backslash"
                );
                let finding = cause::MALFORMED_SCOPE.found(Confidence::Certain, found);
                Err(Error::configuration(message).with_finding(finding))
            }
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ScopeSet {
    /// Makes an empty set. The parameter is then left out of the request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses a list separated by commas, with or without spaces around them.
    ///
    /// # Errors
    ///
    /// The same as for parsing a [`Scope`].
    pub fn from_comma_separated(text: &str) -> Result<Self, Error> {
        Self::parse_split(text, |c| c == ',' || c == ' ')
    }

    /// Reports whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many scopes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Reports whether the set contains `scope`. It is case-sensitive.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|own| own.0 == scope)
    }

    /// Returns the scopes in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    pub(crate) fn join(&self, separator: ScopeSeparator) -> String {
        let separator = match separator {
            ScopeSeparator::Space => " ",
            ScopeSeparator::Comma => ",",
        };
        let texts: Vec<&str> = self.0.iter().map(Scope::as_str).collect();
        texts.join(separator)
    }

    fn parse_split(text: &str, separates: fn(char) -> bool) -> Result<Self, Error> {
        text.split(separates)
            .filter(|part| !part.is_empty())
            .map(Scope::from_str)
            .collect()
    }
}

impl FromStr for ScopeSet {
    type Err = Error;

    /// Parses a list separated by spaces. An empty text gives an empty set.
    ///
    /// # Errors
    ///
    /// The same as for parsing a [`Scope`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse_split(text, |c| c == ' ')
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::new();
        set.extend(scopes);
        set
    }
}

impl Extend<Scope> for ScopeSet {
    fn extend<I: IntoIterator<Item = Scope>>(&mut self, scopes: I) {
        self.0.extend(scopes);
        self.drop_repetitions();
    }
}

impl ScopeSet {
    /// Keeps the first of equal scopes. It sorts them to find the repetitions. A response has room
    /// for so many scopes that comparing each with all others would take seconds of processor time.
    fn drop_repetitions(&mut self) {
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        order.sort_by_key(|index| self.0[*index].as_str());
        let mut is_repeated = vec![false; order.len()];
        for pair in order.windows(2) {
            is_repeated[pair[1]] = self.0[pair[0]] == self.0[pair[1]];
        }
        let mut is_repeated = is_repeated.into_iter();
        self.0.retain(|_| !is_repeated.next().unwrap_or_default());
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Scope;
    type IntoIter = std::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Sets are equal if they hold the same scopes in any order.
impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|scope| other.contains(scope.as_str()))
    }
}

impl Eq for ScopeSet {}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.join(ScopeSeparator::Space))
    }
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`
fn is_scope_character(character: char) -> bool {
    character.is_ascii_graphic() && character != '"' && character != '\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn keeps_case_and_order_and_drops_repetitions() {
        let set: ScopeSet = " b A  a b ".parse().unwrap();
        assert_eq!(set.to_string(), "b A a");
        assert!(!set.contains("B"));
    }

    #[test]
    fn a_comma_belongs_to_the_scope_unless_said_otherwise() {
        assert_eq!("a,b".parse::<ScopeSet>().unwrap().len(), 1);
        assert_eq!(
            ScopeSet::from_comma_separated(" a, b,,c ")
                .unwrap()
                .to_string(),
            "a b c"
        );
        let set: ScopeSet = "a b".parse().unwrap();
        assert_eq!(set.join(ScopeSeparator::Comma), "a,b");
    }

    #[test]
    fn names_the_character_outside_the_grammar() {
        for (text, named) in [
            ("re\"ad", "U+0022 after character 2"),
            ("read\\", "U+005C after character 4"),
            ("rea\td", "U+0009 after character 3"),
            ("r\u{E9}ad", "U+00E9 after character 1"),
            ("read\n", "U+000A after character 4"),
        ] {
            let error = text.parse::<ScopeSet>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(named), "{error}");
        }
        assert!("".parse::<Scope>().is_err());
        assert!("".parse::<ScopeSet>().unwrap().is_empty());
    }

    #[test]
    fn sets_compare_without_order() {
        let set = |text: &str| text.parse::<ScopeSet>().unwrap();
        assert_eq!(set("a b"), set("b a"));
        assert_ne!(set("a b"), set("a c"));
        assert_ne!(set("a"), set("a b"));
    }
}

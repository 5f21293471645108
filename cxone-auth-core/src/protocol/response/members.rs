//! The members of a token endpoint's JSON object, unchanged, and their text.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::Chars;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::scope;
use crate::address::ApiBase;
use crate::config::{Config, ScopeSet};

/// The members that make a token, and those that say that there is none. Every value is raw. A
/// number that fits no type, or a member of an unexpected type, must not make the others
/// unreadable.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub(super) access_token: Option<&'a RawValue>,
    pub(super) token_type: Option<&'a RawValue>,
    pub(super) expires_in: Option<&'a RawValue>,
    pub(super) expires_at: Option<&'a RawValue>,
    pub(super) expires_on: Option<&'a RawValue>,
    scope: Option<&'a RawValue>,
    resource_server_base_uri: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

/// The names of these members.
#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Name {
    AccessToken,
    TokenType,
    ExpiresIn,
    ExpiresAt,
    ExpiresOn,
    Scope,
    ResourceServerBaseUri,
    Error,
    #[serde(other)]
    Other,
}

impl<'a> Members<'a> {
    fn slot(&mut self, name: Name) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            Name::AccessToken => &mut self.access_token,
            Name::TokenType => &mut self.token_type,
            Name::ExpiresIn => &mut self.expires_in,
            Name::ExpiresAt => &mut self.expires_at,
            Name::ExpiresOn => &mut self.expires_on,
            Name::Scope => &mut self.scope,
            Name::ResourceServerBaseUri => &mut self.resource_server_base_uri,
            Name::Error => &mut self.error,
            Name::Other => return None,
        })
    }

    /// Reports whether the object states an error. Some servers send an error member that says that
    /// there is no error.
    pub(super) fn states_error(&self) -> bool {
        let is_none = |raw: &RawValue| match raw.get() {
            "\"\"" | "false" | "0" => true,
            written => Text::of_string(written).is_some_and(|text| text.trim().is_empty()),
        };
        self.error.is_some_and(|raw| !is_none(raw))
    }

    /// Returns where the API is, as UserHub states it; `None` if it is not an address.
    pub(super) fn resource_server(&self) -> Option<ApiBase> {
        ApiBase::parse(&text(self.resource_server_base_uri?)?).ok()
    }

    /// Returns the granted scopes: a text with the request's separator, or an array of texts.
    pub(super) fn scope(&self, config: &Config) -> Option<ScopeSet> {
        let token = || self.access_token.and_then(text);
        Some(scope::read(&texts(self.scope?)?, config, token))
    }
}

/// Reads the members one by one. A member that appears twice with the same value counts once. A
/// derived reader does not allow that.
impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for Reader<'a> {
    type Value = Members<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
        let mut members = Members::default();
        // A member that is null leaves its slot empty, but it is present.
        let mut seen = 0_u8;
        while let Some(name) = map.next_key::<Name>()? {
            let Some(slot) = members.slot(name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<Option<&'a RawValue>>()?;
            let bit = 1 << name as u8;
            if seen & bit != 0 && !are_equal(*slot, value) {
                return Err(de::Error::custom("a member twice"));
            }
            seen |= bit;
            *slot = value;
        }
        Ok(members)
    }
}

/// Reports whether both say the same. Strings may be escaped differently.
fn are_equal(one: Option<&RawValue>, other: Option<&RawValue>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    one.get() == other.get()
        || match (Text::of_string(one.get()), Text::of_string(other.get())) {
            (Some(one), Some(other)) => *one == *other,
            _ => false,
        }
}

/// Returns the texts of a member that is a text or an array of texts.
fn texts(raw: &RawValue) -> Option<Vec<Text<'_>>> {
    if let Some(text) = text(raw) {
        return Some(vec![text]);
    }
    let members: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let texts = members.iter().map(|member| Text::of_string(member.get()));
    texts.collect()
}

/// Returns the members of a JSON object, or what the body is instead.
pub(crate) fn object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, &'static str> {
    let body = without_mark(body);
    match body.as_bytes().first() {
        None => Err("an empty body"),
        // An array would be read as an object with its members in order.
        Some(b'{') => serde_json::from_str(body).map_err(|error| match error.classify() {
            Category::Eof => "a JSON object that ends too early",
            Category::Data => "a JSON object with a member given twice, and not with one value",
            Category::Syntax | Category::Io => "malformed JSON",
        }),
        Some(_) => Err("a body that is not a JSON object"),
    }
}

/// Returns a body without a byte order mark. RFC 8259 §8.1 allows a reader to ignore the mark, and
/// some servers write one.
pub(super) fn without_mark(body: &str) -> &str {
    body.strip_prefix('\u{FEFF}').unwrap_or(body).trim_ascii()
}

/// Returns a member as text: the content of a string, or a number or a boolean as it was written.
/// An object or an array gives `None`.
pub(crate) fn text(raw: &RawValue) -> Option<Text<'_>> {
    let written = raw.get();
    match written.as_bytes().first()? {
        b'"' => Text::of_string(written),
        b'{' | b'[' => None,
        _ => Some(Text::AsItCame(written)),
    }
}

/// Text of a response. It is read in place if possible. Otherwise it is in memory that is
/// overwritten, because any text of a server may quote a secret.
pub(crate) enum Text<'b> {
    AsItCame(&'b str),
    Written(Zeroizing<String>),
}

impl<'b> Text<'b> {
    /// Reads a body as text. A byte that is not UTF-8 becomes U+FFFD. An old server's Latin-1
    /// description must not make its error code unreadable.
    pub(crate) fn of_body(body: &'b [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(body) {
            return Self::AsItCame(text);
        }
        // The buffer is large enough from the start. No copy of a token is left behind.
        let mut text = Zeroizing::new(String::with_capacity(3 * body.len()));
        for chunk in body.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Self::Written(text)
    }

    /// Returns the content of a JSON string that a parser has already checked. `None` if it is not
    /// a string, or if an escape is not a character.
    pub(super) fn of_string(written: &'b str) -> Option<Self> {
        let inner = inner(written)?;
        if !inner.contains('\\') {
            return Some(Self::AsItCame(inner));
        }
        // An escape is never shorter than its character.
        let mut text = Zeroizing::new(String::with_capacity(inner.len()));
        for character in unescaped(written)? {
            text.push(character?);
        }
        Some(Self::Written(text))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsItCame(text) => text,
            Self::Written(text) => text,
        }
    }
}

/// Returns the characters of a JSON string one by one. This leaves no copy of a token in a parser's
/// buffer. An escape that is not a character is `None`.
///
/// `written` is a raw value that a parser has already checked. If it is not a string, the result is
/// `None`.
pub(super) fn unescaped(written: &str) -> Option<impl Iterator<Item = Option<char>>> {
    let mut characters = inner(written)?.chars();
    Some(std::iter::from_fn(move || {
        let character = match characters.next()? {
            '\\' => unescape(&mut characters),
            character => Some(character),
        };
        Some(character)
    }))
}

fn inner(written: &str) -> Option<&str> {
    written.strip_prefix('"')?.strip_suffix('"')
}

/// Decodes the character after a backslash (RFC 8259 §7).
fn unescape(characters: &mut Chars<'_>) -> Option<char> {
    match characters.next()? {
        escaped @ ('"' | '\\' | '/') => Some(escaped),
        'b' => Some('\u{8}'),
        'f' => Some('\u{C}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'u' => {
            let unit = code_unit(characters)?;
            if !(0xD800..0xDC00).contains(&unit) {
                return char::from_u32(unit.into());
            }
            // One half of a character beyond U+FFFF. The other half must follow.
            let rest = characters.as_str().strip_prefix("\\u")?;
            *characters = rest.chars();
            let units = [unit, code_unit(characters)?];
            char::decode_utf16(units).next()?.ok()
        }
        _ => None,
    }
}

fn code_unit(characters: &mut Chars<'_>) -> Option<u16> {
    (0..4).try_fold(0, |unit, _| {
        let digit = characters.next()?.to_digit(16)?;
        Some(unit * 16 + u16::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_reads_as_the_parser_of_json_reads_it() {
        for written in [
            r#""plain""#,
            r#""""#,
            r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC""#,
            r#""\ud83d\uDE00 é €""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83d\u0041""#,
            r#""\ud83dx""#,
            r#""\ud83d\ud83d\ude00""#,
        ] {
            let expected: Option<String> = serde_json::from_str(written).ok();
            let read = Text::of_string(written).map(|text| text.to_owned());
            assert_eq!(read, expected, "{written}");
        }
        assert!(Text::of_string("12").is_none());
    }
}

//! The codes and words in a server's response, from a token endpoint or an API. One table lists the
//! members that contain them.

use std::fmt;

use http::header::{HeaderMap, HeaderName};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::body;
use super::members::{Text, text, without_mark};

/// The places of the words, the most informative first: a member, or a member within one. The first
/// is from RFC 6749 §5.2. `detail` and `title` are from RFC 9457. Servers use the others.
const DESCRIPTIONS: [(&str, &str); 22] = [
    ("error_description", ""),
    ("description", ""),
    ("errorDescription", ""),
    ("errorSummary", ""),
    ("errorMessage", ""),
    ("error_message", ""),
    ("message", ""),
    ("Message", ""),
    ("msg", ""),
    ("errmsg", ""),
    ("detail", ""),
    ("title", ""),
    ("reason", ""),
    ("Error", ""),
    ("fault", "faultstring"),
    ("error", "message"),
    ("error", "error_description"),
    ("error", "description"),
    ("errors", "message"),
    ("errors", "detail"),
    ("errors", "title"),
    ("errors", ""),
];

/// The places of a server's own code.
const CODES: [(&str, &str); 7] = [
    ("code", ""),
    ("errorCode", ""),
    ("ErrorCode", ""),
    ("error_code", ""),
    ("errcode", ""),
    ("error", "code"),
    ("errors", "code"),
];

/// The field in which CXone's APIs say why they refuse.
static REASON: HeaderName = HeaderName::from_static("icstatusdescription");

/// What a response says about itself, as the server wrote it.
#[derive(Default)]
pub(crate) struct Words<'a> {
    /// The `error` of RFC 6749 §5.2, if it is text.
    pub(crate) error: Option<Text<'a>>,
    /// A code of the server's own. A number as `error` is one.
    pub(crate) code: Option<Text<'a>>,
    pub(crate) description: Option<Text<'a>>,
}

impl<'a> Words<'a> {
    /// Reads a response whose body is `body` as text.
    pub(crate) fn read(headers: &'a HeaderMap, body: &'a str) -> Self {
        let mut words = Self::of_object(body);
        // An object is not plain text.
        words.description = words
            .description
            .or_else(|| body::plain_text(headers, body))
            .or_else(|| stated_reason(headers));
        words
    }

    fn of_object(body: &'a str) -> Self {
        let [token, error] = pick(body, &["access_token", "error"]);
        if let Some(token) = token.filter(|token| !matches!(token.get(), "\"\"" | "null")) {
            return Self::beside(token, error);
        }
        let error = error.and_then(text);
        let (error, number) = match error {
            Some(error) if is_text(&error) => (Some(error), None),
            other => (None, other),
        };
        Self {
            error,
            code: find(body, &CODES).or(number.filter(|number| is_number(number))),
            description: find(body, &DESCRIPTIONS),
        }
    }

    /// Keeps only the error if there is also a token, because the text might quote the token.
    fn beside(token: &RawValue, error: Option<&'a RawValue>) -> Self {
        let error = error.and_then(text);
        Self {
            error: error.filter(|error| is_text(error) && !quotes(error, Some(token))),
            ..Self::default()
        }
    }
}

/// Returns the reason that an API of CXone gives in a header field.
pub(crate) fn stated_reason(headers: &HeaderMap) -> Option<Text<'_>> {
    let value = headers.get(&REASON)?;
    Some(Text::of_body(value.as_bytes())).filter(|text| !text.trim().is_empty())
}

/// Returns the text of the first of these places that contains one.
fn find<'a, const N: usize>(body: &'a str, places: &[(&str, &str); N]) -> Option<Text<'a>> {
    let values = pick(body, &places.map(|(outer, _)| outer));
    let mut texts = values
        .into_iter()
        .zip(places)
        .filter_map(|(value, place)| within(value?, *place));
    texts.find(|text| !text.trim().is_empty())
}

/// Returns the text of a value, or of a member within it. If there are several errors, the first
/// one counts.
fn within<'a>(value: &'a RawValue, (outer, inner): (&str, &str)) -> Option<Text<'a>> {
    let value = match outer {
        "errors" => first_element(value)?,
        _ => value,
    };
    if inner.is_empty() {
        return text(value).filter(|text| !matches!(&**text, "null" | "true" | "false"));
    }
    let [member] = pick(value.get(), &[inner]);
    text(member?)
}

fn first_element(value: &RawValue) -> Option<&RawValue> {
    let elements: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
    elements.into_iter().next()
}

/// Returns the members of a JSON object with these names, the first of each. If the body is not an
/// object, there are none.
pub(super) fn pick<'a, const N: usize>(
    object: &'a str,
    names: &[&str; N],
) -> [Option<&'a RawValue>; N] {
    let object = without_mark(object);
    if !object.starts_with('{') {
        return [None; N];
    }
    let mut json = serde_json::Deserializer::from_str(object);
    let picked = (&mut json).deserialize_map(Pick(names));
    match (picked, json.end()) {
        (Ok(picked), Ok(())) => picked,
        _ => [None; N],
    }
}

struct Pick<'n, 's, const N: usize>(&'n [&'s str; N]);

impl<'de, const N: usize> Visitor<'de> for Pick<'_, '_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut picked = [None; N];
        while let Some(is_named) = map.next_key_seed(Named(self.0))? {
            if !is_named.contains(&true) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<&'de RawValue>()?;
            let slots = picked.iter_mut().zip(is_named).filter(|(_, is)| *is);
            slots.for_each(|(slot, _)| *slot = slot.or(Some(value)));
        }
        Ok(picked)
    }
}

/// Finds which of the names a key is. A name may appear more than once.
struct Named<'n, 's, const N: usize>(&'n [&'s str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Named<'_, '_, N> {
    type Value = [bool; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for Named<'_, '_, N> {
    type Value = [bool; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.map(|name| name == key))
    }
}

/// Reports whether this was a string that says something. [`text`] also returns numbers and
/// booleans.
fn is_text(text: &Text<'_>) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic())
        && !matches!(&**text, "true" | "false" | "null")
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Reports whether `said` quotes a token. A token of a few characters may be part of any word. A
/// token that is not text cannot be searched for.
pub(super) fn quotes(said: &str, token: Option<&RawValue>) -> bool {
    const SHORTEST_QUOTE: usize = 4;
    let Some(token) = token else {
        return false;
    };
    match text(token) {
        Some(token) if token.len() < SHORTEST_QUOTE => said == &*token,
        Some(token) => said.contains(&*token),
        None => true,
    }
}

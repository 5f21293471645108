//! The members of a token endpoint's JSON object, still as they were written.

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::scope;
use super::text::Text;
use crate::config::{Config, ScopeSet};

/// What may stand in a response, good or bad. Every value is raw: a number beyond any type, or a
/// member of an unexpected type, must not make the others unreadable.
#[derive(Default, Deserialize)]
pub(crate) struct Members<'a> {
    #[serde(borrow)]
    pub(super) access_token: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) token_type: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) expires_in: Option<&'a RawValue>,
    #[serde(borrow)]
    scope: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) error: Option<&'a RawValue>,
    #[serde(borrow)]
    error_description: Option<&'a RawValue>,
    #[serde(borrow)]
    description: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorDescription")]
    error_description_camel: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) code: Option<&'a RawValue>,
}

impl<'a> Members<'a> {
    /// Reads a JSON object, or says what the body is instead.
    pub(crate) fn read(body: &'a str) -> Result<Self, &'static str> {
        object(body)
    }

    /// Whether the object states an error. Some models carry an empty `error` beside a token.
    pub(super) fn states_error(&self) -> bool {
        self.error.is_some_and(|raw| raw.get() != "\"\"")
    }

    /// The description, under whichever name the server gives it.
    pub(crate) fn description(&self) -> Option<Text<'a>> {
        [
            self.error_description,
            self.description,
            self.error_description_camel,
            self.message,
        ]
        .into_iter()
        .flatten()
        .filter_map(text)
        .find(|text| !text.is_empty())
    }

    /// The response with nothing of its text but the error, when it holds a token as well: the text
    /// might quote the token.
    pub(super) fn without_text_beside_a_token(self) -> Self {
        match self.access_token {
            None => self,
            Some(token) if token.get() == "\"\"" => self,
            Some(token) => Self {
                error: self.error.filter(|member| !quotes(member, token)),
                ..Self::default()
            },
        }
    }

    /// The granted scopes: text separated as the request's are, or an array of texts.
    pub(super) fn scope(&self, config: &Config) -> Option<ScopeSet> {
        let token = || self.access_token.and_then(text);
        Some(scope::read(&texts(self.scope?)?, config, token))
    }
}

/// The texts of a member that is one or an array of them.
fn texts(raw: &RawValue) -> Option<Vec<Text<'_>>> {
    if let Some(text) = text(raw) {
        return Some(vec![text]);
    }
    let members: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let texts = members.iter().map(|member| Text::of_string(member.get()));
    texts.collect()
}

/// The members of a JSON object, or what the body is instead.
pub(crate) fn object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, &'static str> {
    // RFC 8259 §8.1 lets a reader ignore a byte order mark, and some servers write one.
    let body = body.strip_prefix('\u{FEFF}').unwrap_or(body).trim_ascii();
    match body.as_bytes().first() {
        None => Err("an empty body"),
        // An array would be read as an object whose members are in order.
        Some(b'{') => serde_json::from_str(body).map_err(|error| match error.classify() {
            Category::Eof => "a JSON object that ends too early",
            Category::Data => "a JSON object with a member given twice",
            Category::Syntax | Category::Io => "malformed JSON",
        }),
        Some(_) => Err("a body that is not a JSON object"),
    }
}

/// Whether `member` quotes a token. One of a few characters may be part of any word; what is no text
/// cannot be looked for.
fn quotes(member: &RawValue, token: &RawValue) -> bool {
    const SHORTEST_QUOTE: usize = 4;
    match (text(member), text(token)) {
        (Some(text), Some(token)) if token.len() < SHORTEST_QUOTE => *text == *token,
        (Some(text), Some(token)) => text.contains(&*token),
        _ => true,
    }
}

/// A member as text: a string's content, a number or a truth value as it was written; nothing for
/// an object or an array.
pub(crate) fn text(raw: &RawValue) -> Option<Text<'_>> {
    let written = raw.get();
    match written.as_bytes().first()? {
        b'"' => Text::of_string(written),
        b'{' | b'[' => None,
        _ => Some(Text::AsItCame(written)),
    }
}

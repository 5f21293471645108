//! The scopes of a response. A program that prints a token shows them. A server may quote secrets
//! and the token there. Scopes that nobody asked for are shown without them.

use std::ops::Deref as _;

use zeroize::Zeroizing;

use super::members::Text;
use crate::config::{Config, Scope, ScopeSeparator, ScopeSet};
use crate::protocol::redaction::{self, Secrets};

/// Text with a mark for each of its bytes that belongs to a secret.
struct Marked {
    text: Zeroizing<String>,
    is_secret: Vec<bool>,
}

struct Part<'m> {
    text: &'m str,
    is_secret: &'m [bool],
}

/// Reads the scopes in `texts`, separated like those of the request. It leaves out parts that RFC
/// 6749 §3.3 does not allow as scopes.
pub(super) fn read<'t>(
    texts: &[Text<'_>],
    config: &Config,
    token: impl FnOnce() -> Option<Text<'t>>,
) -> ScopeSet {
    let separates = separator(config);
    let parts = texts.iter().flat_map(|text| text.split(&separates));
    let parts = parts.filter(|part| !part.is_empty());
    if parts.clone().all(|part| config.scope.contains(part)) {
        return scopes(parts);
    }
    let line = marked(texts, config, token());
    let shown: Vec<String> = line
        .parts(|c| c == ' ')
        .map(|part| part.shown(config))
        .collect();
    scopes(shown.iter().map(String::as_str))
}

fn scopes<'a>(parts: impl Iterator<Item = &'a str>) -> ScopeSet {
    parts
        .filter_map(|part| part.parse::<Scope>().ok())
        .collect()
}

/// Returns what recognizes a separator. A separator is one byte long.
fn separator(config: &Config) -> impl Fn(char) -> bool + use<> {
    let has_commas = config.separator == ScopeSeparator::Comma;
    move |c| c.is_ascii_whitespace() || (has_commas && c == ',')
}

/// Returns all parts with one blank between them. A secret may contain a separator. It is therefore
/// searched for in the original texts and again in the joined line.
fn marked(texts: &[Text<'_>], config: &Config, token: Option<Text<'_>>) -> Marked {
    let secrets = Secrets::of(config);
    let secrets = match token {
        Some(token) => secrets.and_token(&token),
        None => secrets,
    };
    let between = match config.separator {
        ScopeSeparator::Space => " ",
        ScopeSeparator::Comma => ",",
    };
    let texts: Vec<&str> = texts.iter().map(Text::deref).collect();
    let mut came = Marked::new(Zeroizing::new(texts.join(between)));
    came.mark(&secrets);
    let mut line = came.on_one_line(separator(config));
    line.mark(&secrets);
    line
}

impl Marked {
    fn new(text: Zeroizing<String>) -> Self {
        let is_secret = vec![false; text.len()];
        Self { text, is_secret }
    }

    fn mark(&mut self, secrets: &Secrets) {
        let marks = secrets.marks(&self.text);
        for (is_secret, mark) in self.is_secret.iter_mut().zip(marks) {
            *is_secret |= mark;
        }
    }

    fn parts(&self, separates: impl Fn(char) -> bool) -> impl Iterator<Item = Part<'_>> {
        let mut end = 0;
        let parts = self.text.split(separates).map(move |text| {
            let start = end;
            end = start + text.len() + 1;
            let is_secret = &self.is_secret[start..start + text.len()];
            Part { text, is_secret }
        });
        parts.filter(|part| !part.text.is_empty())
    }

    /// Joins the parts in a buffer that never grows.
    fn on_one_line(&self, separates: impl Fn(char) -> bool) -> Self {
        let mut line = Self::new(Zeroizing::new(String::with_capacity(self.text.len() + 1)));
        for part in self.parts(separates) {
            line.text.push_str(part.text);
            line.text.push(' ');
            line.is_secret.extend(part.is_secret);
            line.is_secret.push(false);
        }
        line
    }
}

impl Part<'_> {
    /// Returns the scope as it may be shown. A scope that was asked for is shown unchanged: it
    /// reveals nothing, and a caller would miss it.
    fn shown(&self, config: &Config) -> String {
        if config.scope.contains(self.text) {
            return self.text.to_owned();
        }
        let mut shown = String::new();
        let mut rest = self.text;
        for alike in self.is_secret.chunk_by(|one, next| one == next) {
            let (text, after) = rest.split_at(alike.len());
            shown.push_str(if alike[0] { redaction::REDACTED } else { text });
            rest = after;
        }
        shown
    }
}

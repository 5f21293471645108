//! The challenges of a 401.

use http::header::{HeaderMap, WWW_AUTHENTICATE};
use zeroize::Zeroizing;

use crate::protocol::Text;

/// What the `WWW-Authenticate` fields of a response ask for (RFC 9110 §11.6.1, RFC 6750 §3).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Challenges {
    /// Whether the server asks for a bearer token.
    pub(crate) bearer: bool,
    /// The `error` of a bearer challenge. A server may put anything there, even the token.
    pub(crate) error: Option<Zeroizing<String>>,
    /// The `error_description` of the bearer challenge.
    pub(crate) description: Option<Zeroizing<String>>,
    /// Whether the server asks for another scheme than bearer.
    pub(crate) other: bool,
}

impl Challenges {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut challenges = Self::default();
        for value in headers.get_all(WWW_AUTHENTICATE) {
            challenges.add(&Text::of_body(value.as_bytes()));
        }
        challenges
    }

    /// Reports whether the server asks for other credentials and no token.
    pub(crate) fn want_no_token(&self) -> bool {
        self.other && !self.bearer
    }

    fn add(&mut self, value: &str) {
        let mut is_bearer = false;
        for part in parts(value) {
            let (scheme, parameter) = split_scheme(part);
            if let Some(scheme) = scheme {
                is_bearer = scheme.eq_ignore_ascii_case("bearer");
                self.bearer |= is_bearer;
                self.other |= !is_bearer;
            }
            if is_bearer && self.error.is_none() {
                self.error = value_of("error", parameter);
            }
            if is_bearer && self.description.is_none() {
                self.description = value_of("error_description", parameter);
            }
        }
    }
}

/// Splits at commas outside quotes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    value
        .split(move |c| {
            let ends = c == ',' && !is_quoted;
            is_quoted ^= c == '"' && !is_escaped;
            is_escaped = c == '\\' && is_quoted && !is_escaped;
            ends
        })
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Splits off the scheme that begins a challenge: a word without an equals sign after it.
fn split_scheme(part: &str) -> (Option<&str>, &str) {
    let end = part
        .find(|c: char| c.is_ascii_whitespace() || c == '=')
        .unwrap_or(part.len());
    let (word, rest) = part.split_at(end);
    let rest = rest.trim_start();
    if rest.starts_with('=') {
        (None, part)
    } else {
        (Some(word), rest)
    }
}

fn value_of(wanted: &str, parameter: &str) -> Option<Zeroizing<String>> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value);
    name.trim()
        .eq_ignore_ascii_case(wanted)
        .then(|| Zeroizing::new(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> (bool, Option<String>, bool) {
        let headers = values
            .iter()
            .map(|value| (WWW_AUTHENTICATE, value.parse().unwrap()))
            .collect();
        let Challenges {
            bearer,
            error,
            other,
            ..
        } = Challenges::read(&headers);
        (bearer, error.map(|error| error.to_string()), other)
    }

    #[test]
    fn the_error_of_a_bearer_challenge_is_found_wherever_it_stands() {
        let found = |value| read(&[value]).1;
        for value in [
            "Bearer error=\"invalid_token\"",
            "bearer realm=\"a, error=x\", error=\"invalid_token\"",
            "Bearer realm=\"a \\\" error=y, \", ERROR = invalid_token",
            "Basic realm=\"x\", error=\"no\", Bearer scope=\"a b\", error=\"invalid_token\"",
            "Negotiate abc==, Bearer error=\"invalid_token\", error=\"second\"",
        ] {
            assert_eq!(found(value).as_deref(), Some("invalid_token"), "{value}");
        }
        assert_eq!(
            read(&["Basic realm=\"x\"", "Bearer error=\"invalid_token\""]),
            (true, Some("invalid_token".to_owned()), true)
        );
    }

    #[test]
    fn the_error_of_another_scheme_is_none_of_the_tokens() {
        for (value, bearer, other) in [
            ("Bearer", true, false),
            ("Bearer realm=\"x\"", true, false),
            ("Basic realm=\"x\", error=\"invalid_token\"", false, true),
            ("Negotiate", false, true),
            ("Bearer-ish error=\"invalid_token\"", false, true),
            ("error=\"invalid_token\"", false, false),
            ("", false, false),
        ] {
            assert_eq!(read(&[value]), (bearer, None, other), "{value}");
        }
    }
}

//! What a client says of itself, in the form or in `Authorization: Basic` (RFC 6749 §2.3.1).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::http::header::AUTHORIZATION;
use cxone_auth_core::http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use super::bad;
use crate::agent::problem::Problem;

type Text = Zeroizing<String>;

/// The parameters of a token request. Each is there once.
pub(super) struct Form(BTreeMap<String, Text>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            let value = Zeroizing::new(value.into_owned());
            if parameters.insert(name.into_owned(), value).is_some() {
                return Err(bad("a parameter is there twice"));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn grant_type(&self) -> Option<&str> {
        self.value("grant_type")
    }

    pub(super) fn scope(&self) -> Option<&str> {
        self.value("scope")
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_str())
    }

    /// Returns the client secret. The id is not looked at: it may be any.
    pub(super) fn secret(&self, headers: &HeaderMap) -> Result<Option<Text>, Problem> {
        let in_form = self.value("client_secret");
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        match (fields.next(), fields.next(), in_form) {
            (_, Some(_), _) | (Some(_), _, Some(_)) => Err(bad(
                "the client authenticates in two ways: keep one of them",
            )),
            (Some(field), None, None) => Ok(of_basic(field)),
            (None, _, in_form) => Ok(in_form.map(|secret| Zeroizing::new(secret.to_owned()))),
        }
    }
}

/// Returns the secret of a request without a form: that of `Basic`, or a bearer token.
pub(in crate::agent) fn secret_of(headers: &HeaderMap) -> Option<Text> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let (field, None) = (fields.next()?, fields.next()) else {
        return None;
    };
    of_basic(field).or_else(|| {
        let (scheme, token) = field.to_str().ok()?.split_once(' ')?;
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        is_bearer.then(|| Zeroizing::new(token.trim().to_owned()))
    })
}

/// Returns the secret of a field. No character of the agent's secrets is changed by an encoding.
fn of_basic(field: &HeaderValue) -> Option<Text> {
    let (scheme, encoded) = field.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let pair = std::str::from_utf8(&pair).ok()?;
    let (_, secret) = pair.split_once(':')?;
    Some(Zeroizing::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(form: &str, fields: &[&str]) -> Result<Option<String>, Problem> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, field.parse().unwrap());
        }
        let secret = Form::read(form.as_bytes())?.secret(&headers)?;
        Ok(secret.map(|secret| secret.to_string()))
    }

    #[test]
    fn the_secret_is_in_the_form_or_in_the_header() {
        let secret = |form, fields: &[&str]| secret(form, fields).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(secret("client_id=a&client_secret=b", &[]), some("b"));
        // `any id:b`, and `:b`.
        assert_eq!(secret("", &["Basic YW55IGlkOmI="]), some("b"));
        assert_eq!(secret("client_id=a", &["bAsIc OmI="]), some("b"));
        for none in ["Basic", "Basic !", "Basic YQ==", "Bearer OmI="] {
            assert_eq!(secret("", &[none]), None, "{none}");
        }
        assert_eq!(secret("client_id=a", &[]), None);
    }

    #[test]
    fn a_request_without_a_form_has_its_secret_in_one_field() {
        let secret = |fields: &[&str]| {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(AUTHORIZATION, field.parse().unwrap());
            }
            secret_of(&headers).map(|secret| secret.to_string())
        };
        for field in ["Basic OmI=", "Bearer b", "bEaReR  b "] {
            assert_eq!(secret(&[field]), Some("b".to_owned()), "{field}");
        }
        for none in [
            &[][..],
            &["Bearer"],
            &["Digest b"],
            &["Bearer b", "Bearer b"],
        ] {
            assert_eq!(secret(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_is_said_twice_is_refused() {
        assert!(secret("client_secret=b", &["Basic OmI="]).is_err());
        assert!(secret("", &["Basic OmI=", "Basic OmI="]).is_err());
        assert!(secret("client_secret=b&client_secret=b", &[]).is_err());
    }
}

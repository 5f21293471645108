//! The one parser. It splits an address before it becomes an endpoint, an origin or a base.

use std::borrow::Cow;

use http::Uri;
use http::uri::{PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;

use super::authority::{Authority, is_loopback};
use super::fault::Fault;
use crate::secret_look::{is_secret_name, is_secret_value};

/// An absolute address that is fit to carry a secret: `https`, or `http` to a loopback host; a
/// well-formed host; no user information.
pub(super) struct Url<'u> {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority<'u>,
    pub(super) uri: &'u Uri,
}

impl<'u> Url<'u> {
    pub(super) fn of(uri: &'u Uri) -> Result<Self, Fault> {
        Self::of_allowed(uri, |_| false)
    }

    /// Parses the same; `http` may also go to a host that `is_allowed`.
    pub(super) fn of_allowed(
        uri: &'u Uri,
        is_allowed: impl FnOnce(&Authority<'_>) -> bool,
    ) -> Result<Self, Fault> {
        let scheme = uri.scheme_str().ok_or(Fault::NO_SCHEME)?;
        let authority = uri.authority().ok_or(Fault::NO_HOST)?;
        let authority = Authority::parse(authority.as_str())?;
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        let scheme = if is("https") {
            Scheme::HTTPS
        } else if !is("http") {
            return Err(Fault::SCHEME);
        } else if is_loopback(authority.host()) || is_allowed(&authority) {
            Scheme::HTTP
        } else {
            return Err(Fault::PLAIN_HTTP);
        };
        Ok(Self {
            scheme,
            authority,
            uri,
        })
    }

    /// Returns the path of an address without a query.
    pub(super) fn path(&self) -> Result<&'u str, Fault> {
        match self.uri.query() {
            None => Ok(self.uri.path()),
            Some(_) => Err(Fault::QUERY),
        }
    }

    /// Returns the path and the query unchanged. The address may have a query without a secret:
    /// logs contain addresses.
    pub(super) fn path_and_query(&self) -> Result<&'u str, Fault> {
        let query = self.uri.query().unwrap_or_default();
        if parameters(query).any(|(name, _)| is_secret_name(&name)) {
            return Err(Fault::SECRET_IN_QUERY);
        }
        let whole = self.uri.path_and_query();
        Ok(whole.map_or("/", PathAndQuery::as_str))
    }
}

/// Returns the parameters of a query: each name as a server reads it, each value unchanged.
fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    query.split(['&', ';']).map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        (percent_decode_str(name).decode_utf8_lossy(), value)
    })
}

/// Returns an address that may be shown: without values of its query that look like secrets.
pub(super) fn shown(uri: &Uri) -> String {
    shown_text(&uri.to_string())
}

/// Does the same with an address that nobody has parsed.
pub(crate) fn shown_text(text: &str) -> String {
    let Some((address, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let parameters =
        query
            .split_inclusive(['&', ';'])
            .map(|parameter| match parameter.split_once('=') {
                Some((name, value)) if is_secret_value(value) => {
                    let end = value.rfind(['&', ';']).unwrap_or(value.len());
                    format!("{name}={HIDDEN}{}", &value[end..])
                }
                _ => parameter.to_owned(),
            });
    let parameters: String = parameters.collect();
    format!("{address}?{parameters}")
}

/// Replaces a value that is not shown.
const HIDDEN: &str = "[not-shown]";

/// Reads an address, and checks for what `Uri` would accept or drop silently.
pub(super) fn read(text: &str) -> Result<Uri, Fault> {
    let authority = authority_in(text.split_once("://").map_or(text, |(_, rest)| rest));
    if text.is_empty() {
        return Err(Fault::EMPTY);
    }
    if authority.contains('@') {
        return Err(Fault::USER_INFORMATION);
    }
    check_characters(text)?;
    if authority.is_empty() {
        return Err(Fault::NO_HOST);
    }
    text.parse().map_err(|_| Fault::NO_URL)
}

/// The longest address of a setting, in bytes: what each server should take (RFC 9110 §4.1). `Uri`
/// takes much more, so a path that is added to the address always fits.
const LONGEST: usize = 8_000;

/// Reads an address that others are made of. The address of one call is not limited here: a query
/// may be long.
pub(super) fn read_base(text: &str) -> Result<Uri, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::TOO_LONG);
    }
    read(text)
}

/// Returns user information, host and port of an address, from the text after its scheme.
pub(crate) fn authority_in(behind_scheme: &str) -> &str {
    let end = behind_scheme.find(['/', '?', '#', '\\']);
    &behind_scheme[..end.unwrap_or(behind_scheme.len())]
}

/// Refuses characters that URL parsers read in different ways.
pub(super) fn check_characters(text: &str) -> Result<(), Fault> {
    // Every call to an API comes by here, nearly always without a fault: one pass is enough.
    if text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
        Ok(())
    } else if text.contains('#') {
        Err(Fault::FRAGMENT)
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(Fault::UNPRINTABLE)
    } else {
        Err(Fault::CHARACTER)
    }
}

/// Which characters all parsers read in the same way.
static PLAIN: [bool; 256] = plain(true);

/// Those with which no part of a path is a dot, written or escaped.
static PLAIN_WITHOUT_DOTS: [bool; 256] = plain(false);

const fn plain(has_dots: bool) -> [bool; 256] {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < u8::MAX {
        let is_dot = matches!(byte, b'.' | b'%');
        plain[byte as usize] = is_plain(byte) && (has_dots || !is_dot);
        byte += 1;
    }
    plain
}

/// Reports whether all parsers read the character in the same way, and it is of no dot.
pub(super) fn is_plain_without_dots(byte: u8) -> bool {
    PLAIN_WITHOUT_DOTS[usize::from(byte)]
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(
            byte,
            b'#' | b'\\' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'^'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_has_its_fault() {
        for byte in 0..=u8::MAX {
            let character = char::from(byte);
            let expected = match character {
                '#' => Err(Fault::FRAGMENT),
                '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^' => Err(Fault::CHARACTER),
                '!'..='~' => Ok(()),
                _ => Err(Fault::UNPRINTABLE),
            };
            for text in [format!("{character}"), format!("/a{character}b")] {
                assert_eq!(check_characters(&text), expected, "{text:?}");
            }
        }
        for (text, fault) in [
            ("/\u{20ac}#", Fault::FRAGMENT),
            ("/|\t", Fault::UNPRINTABLE),
        ] {
            assert_eq!(check_characters(text), Err(fault), "{text:?}");
        }
    }
}

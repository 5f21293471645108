//! The base address of an API.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{InvalidUri, PathAndQuery};

use super::url::{Url, check_characters, is_plain_without_dots, read, read_base};
use crate::address::{Fault, Origin};
use crate::error::Error;

/// The base address of an API: an origin, and a path if the API does not begin at the root.
///
/// ```
/// use cxone_auth_core::api::ApiBase;
///
/// let base: ApiBase = "https://api.example.com/crm/".parse()?;
/// let uri = base.join("/v2/users?pageSize=25")?;
/// assert_eq!(uri, "https://api.example.com/crm/v2/users?pageSize=25");
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiBase {
    origin: Origin,
    /// Empty, or with a slash at its start and none at its end.
    path: String,
}

impl ApiBase {
    /// Returns the origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the origin, if the API begins at its root.
    pub(crate) fn into_origin(self) -> Option<Origin> {
        self.path.is_empty().then_some(self.origin)
    }

    /// Returns the address of a resource below the base. `path` begins with a slash and may have a
    /// query.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `path` does not begin with
    /// a slash or contains a character that is not allowed in a URL.
    pub fn join(&self, path: &str) -> Result<Uri, Error> {
        self.joined(path, || path.parse()).map_err(Fault::of_api)
    }

    /// Does the same with a path that is already parsed.
    pub(crate) fn join_parsed(&self, path: &PathAndQuery) -> Result<Uri, Error> {
        self.joined(path.as_str(), || Ok(path.clone()))
            .map_err(Fault::of_api)
    }

    /// Does the same as [`join`](Self::join) for a client that parses the text itself.
    pub(crate) fn join_text(&self, path: &str) -> Result<String, Error> {
        check_path(path).map_err(Fault::of_api)?;
        Ok(self.origin.text_with_path([&self.path, path]))
    }

    fn joined(
        &self,
        path: &str,
        parsed: impl FnOnce() -> Result<PathAndQuery, InvalidUri>,
    ) -> Result<Uri, Fault> {
        check_path(path)?;
        let path = match self.path.as_str() {
            "" => parsed(),
            base => format!("{base}{path}").parse(),
        };
        self.origin.with_path(path.map_err(|_| Fault::NO_URL)?)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let uri = read_base(text)?;
        let url = Url::of(&uri)?;
        let path = url.path()?.trim_end_matches('/').to_owned();
        let origin = Origin::of_url(&url)?;
        Ok(Self { origin, path })
    }
}

impl FromStr for ApiBase {
    type Err = Error;

    /// Parses an address such as `https://api.example.com` or `https://example.com/api`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the part that is
    /// wrong.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).map_err(Fault::of_api)
    }
}

impl fmt::Display for ApiBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

/// Parses an address that a user wrote. It may have a path and a query. It is used if a path below
/// the base is allowed too.
pub(crate) fn api_address(text: &str) -> Result<Uri, Error> {
    // The parser accepts a host alone as a URI, and also an address that lacks a slash.
    if !text.contains("://") {
        return Err(Fault::NEITHER.of_api());
    }
    let uri = read(text).map_err(Fault::of_api)?;
    Url::of(&uri).map_err(Fault::of_api)?;
    Ok(uri)
}

/// Checks that `path` is one, and that all parsers read it in the same way.
fn check_path(path: &str) -> Result<(), Fault> {
    if !path.starts_with('/') {
        return Err(Fault::NO_SLASH);
    }
    // Every call to an API comes by here, and few have a dot or an escape: one pass is enough.
    if path.bytes().all(is_plain_without_dots) {
        return Ok(());
    }
    if path.split('?').next().is_some_and(has_dots) {
        return Err(Fault::DOTS);
    }
    check_characters(path)
}

/// Reports whether a part of `path` leads to another path. The URL standard reads `%2e` as a dot
/// there.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|part| {
        behind_dot(part).is_some_and(|rest| rest.is_empty() || behind_dot(rest) == Some(""))
    })
}

fn behind_dot(text: &str) -> Option<&str> {
    let dots = [".", "%2e", "%2E"];
    dots.iter().find_map(|dot| text.strip_prefix(dot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parsers_read_in_different_ways_is_refused() {
        for text in [
            "https://api.example.com\\@evil.example/",
            "https://api.example.com#@evil.example/",
            "https://api.example.com/a b",
            "https://api.example.com/\u{e9}",
            "https://api.example.com\t.evil.example/",
            "",
        ] {
            assert!(api_address(text).is_err(), "{text}");
            assert!(text.parse::<ApiBase>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_a_url() {
        for text in [
            "users",
            "api/v2/users",
            "api.example.com",
            "api.example.com:443",
            "*",
        ] {
            let error = api_address(text).unwrap_err();
            let finding = error.diagnosis().first().unwrap();
            assert_eq!(finding.code().to_string(), "CXA-813", "{text}");
            assert!(error.to_string().contains("slash"), "{text}: {error}");
        }
    }

    #[test]
    fn a_path_stays_below_its_base() {
        let base: ApiBase = "https://api.example.com/crm/".parse().unwrap();
        assert_eq!(base.to_string(), "https://api.example.com/crm");
        for path in [
            "/v2/users?a=b",
            "//evil.example/x",
            "/@evil.example",
            "/:8443/x",
        ] {
            let uri = base.join(path).unwrap();
            assert_eq!(base.join_parsed(&path.parse().unwrap()).unwrap(), uri);
            assert_eq!(base.join_text(path).unwrap(), uri.to_string());
            assert_eq!(
                uri.to_string(),
                format!("https://api.example.com/crm{path}")
            );
            assert_eq!(&Origin::of(&uri).unwrap(), base.origin());
            assert!(base.origin().is_of(&uri), "{path}");
        }
        for path in [
            "/../x",
            "/v2/..?x",
            "/./x",
            "/%2e%2E/x",
            "/v2/.%2e",
            "/%2e/x",
            "",
            "v2/users",
            "@evil.example",
            ".evil.example",
            "/a#b",
            "/a b",
        ] {
            assert!(base.join(path).is_err(), "{path}");
            assert!(base.join_text(path).is_err(), "{path}");
            let parsed = path.parse::<PathAndQuery>().ok();
            let joined = parsed.map(|parsed| base.join_parsed(&parsed));
            // The parser takes a fragment away.
            let is_refused = joined.is_none_or(|joined| joined.is_err());
            assert!(
                is_refused || path.contains('#') || path.is_empty(),
                "{path}"
            );
        }
    }

    #[test]
    fn an_origin_has_no_path_and_a_base_no_query() {
        assert!("https://api.example.com/v2".parse::<Origin>().is_err());
        assert!("https://api.example.com?x".parse::<ApiBase>().is_err());
        for (text, code) in [
            ("https://u:p@api.example.com", "CXA-810"),
            ("http://api.example.com", "CXA-809"),
        ] {
            let error = text.parse::<ApiBase>().unwrap_err();
            let finding = error.diagnosis().first().unwrap();
            assert_eq!(finding.code().to_string(), code, "{text}");
        }
    }
}

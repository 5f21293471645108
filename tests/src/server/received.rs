//! One request as it was received.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// A request that a server received, with every byte that matters to an assertion.
///
/// `Debug` shows the method, the path, the header names and the length of the body. It shows no
/// value: headers and body contain secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// The method as sent.
    pub method: String,
    /// The request target as sent, query included.
    pub target: String,
    /// The header fields in order, names as sent. A byte of a value is one character (Latin-1).
    pub headers: Vec<(String, String)>,
    /// The body, without chunk framing.
    pub body: Bytes,
    /// The number of its connection. The first is 1.
    pub connection: usize,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The certificate that the client has shown, in DER.
    pub client_certificate: Option<Bytes>,
    /// The address that it came from.
    pub peer: IpAddr,
}

/// Where a request carries a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Placement {
    /// Nowhere.
    Nowhere,
    /// In an `Authorization` header of scheme Basic.
    Basic,
    /// In an `Authorization` header of scheme Bearer.
    Bearer,
    /// As `client_id` or `client_secret` in the form body.
    Body,
    /// In the header and in the body at once, which RFC 6749 §2.3 forbids.
    Both,
    /// As `client_id`, `client_secret` or `access_token` in the URL, which ends in access logs.
    Url,
}

impl Received {
    /// Returns the target without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Returns the pairs of the query, decoded.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        pairs(query.as_bytes())
    }

    /// Returns the pairs of a form body, decoded, in order.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// Returns the first value of a form parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.form()
            .into_iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Returns the first value of a header. Case does not matter in the name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).into_iter().next()
    }

    /// Returns all values of a header, in order.
    #[must_use]
    pub fn header_values(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Returns the text after `Authorization: Basic`, decoded from base64 only.
    #[must_use]
    pub fn basic_text(&self) -> Option<String> {
        let encoded = self.credentials("Basic")?;
        String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
    }

    /// Returns the token after `Authorization: Bearer`.
    #[must_use]
    pub fn bearer_token(&self) -> Option<&str> {
        self.credentials("Bearer")
    }

    /// Returns where the request carries a credential.
    #[must_use]
    pub fn placement(&self) -> Placement {
        let has = |pairs: &[(String, String)], names: &[&str]| {
            pairs.iter().any(|(key, _)| names.contains(&key.as_str()))
        };
        let client = ["client_id", "client_secret"];
        let in_body = has(&self.form(), &client) || self.is_json_login();
        if has(&self.query(), &client) || has(&self.query(), &["access_token"]) {
            return Placement::Url;
        }
        match self.header("authorization").map(scheme) {
            Some(_) if in_body => Placement::Both,
            Some(scheme) if scheme.eq_ignore_ascii_case("basic") => Placement::Basic,
            Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => Placement::Bearer,
            _ if in_body => Placement::Body,
            _ => Placement::Nowhere,
        }
    }

    /// Whether it is JSON with an access key of CXone in it.
    fn is_json_login(&self) -> bool {
        let body: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        body.is_some_and(|body| body.get("accessKeySecret").is_some())
    }

    /// Returns the text after the scheme and one space in `Authorization`.
    pub(crate) fn credentials(&self, scheme: &str) -> Option<&str> {
        let (found, credentials) = self.header("authorization")?.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then_some(credentials)
    }
}

fn scheme(authorization: &str) -> &str {
    authorization.split(' ').next().unwrap_or_default()
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nowhere => "none",
            Self::Basic => "basic",
            Self::Bearer => "bearer",
            Self::Body => "body",
            Self::Both => "both",
            Self::Url => "url",
        })
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("header_names", &names)
            .field("body_length", &self.body.len())
            .field("connection", &self.connection)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

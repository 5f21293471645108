//! Further header fields of the token request.

use http::header::{self, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{Config, sensitive};
use crate::error::Error;
use crate::finding::Message;
use crate::finding::Term::ClientCredentials;
use crate::secret_look::{is_secret_name, is_secret_value};

/// The default `user-agent`. Some firewalls refuse a request without one.
const USER_AGENT: &str = concat!("cxone-auth/", env!("CARGO_PKG_VERSION"));

/// Fields that the request or the HTTP client writes.
static OWNED: [HeaderName; 14] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPECT,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Fields that hold the client's credentials.
static CREDENTIALS: [HeaderName; 2] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION];

impl Config {
    /// Adds a header field to the token request, for example `x-api-key` with a gateway's key.
    ///
    /// The value never appears in `Debug`, errors or logs. Requests of discovery do not carry it.
    ///
    /// `user-agent` replaces this crate's own, `cxone-auth/` and its version. That applies to
    /// requests of discovery too.
    ///
    /// ```
    /// use cxone_auth_core::{ClientCredentials, Config};
    ///
    /// let credentials = ClientCredentials::new("client-id", "client-secret");
    /// let config = Config::custom("https://login.example.com/token".parse()?, credentials)?
    ///     .with_header("x-api-key", "the-gateways-key")?
    ///     .with_header("user-agent", "billing/1.4")?;
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the name is not a valid
    /// header field name, was added before, or is a field that the request or the HTTP client
    /// writes (such as `authorization`, `content-type` and `host`). The same if the value is empty,
    /// begins or ends with a blank, or contains anything but visible ASCII and blanks.
    pub fn with_header(
        mut self,
        name: impl AsRef<str>,
        value: impl Into<SecretString>,
    ) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes()).map_err(|_| {
            // The text is not repeated because it may be the value.
            Error::configuration("header has a malformed name: write it like x-api-key")
        })?;
        self.check_header(&name)?;
        let value = header_value(&name, value.into().expose_secret())?;
        // There are few, and a configuration may be one of many thousands.
        self.headers.reserve_exact(1);
        self.headers.push((name, value));
        Ok(self.prepared())
    }

    fn check_header(&self, name: &HeaderName) -> Result<(), Error> {
        if CREDENTIALS.contains(name) {
            let problem = format!("header {name} holds credentials: use ");
            let problem = Message::from(problem).term(ClientCredentials);
            Err(Error::configuration(problem))
        } else if OWNED.contains(name) {
            Err(Error::configuration(format!(
                "header {name} is written by cxone-auth itself: leave it out"
            )))
        } else if self.headers.iter().any(|(own, _)| own == name) {
            Err(Error::configuration(format!(
                "header {name} is given twice: give it once"
            )))
        } else {
            Ok(())
        }
    }

    /// Returns the `user-agent` of requests.
    pub(crate) fn user_agent(&self) -> HeaderValue {
        let own = self.headers.iter().find(|(name, _)| is_user_agent(name));
        own.map_or_else(own_user_agent, |(_, value)| value.clone())
    }

    /// Returns the further header fields, without those by which a server does not tell clients
    /// apart.
    pub(super) fn distinguishing_headers(
        &self,
    ) -> impl Iterator<Item = &(HeaderName, HeaderValue)> {
        self.headers.iter().filter(|(name, _)| !is_user_agent(name))
    }

    /// Returns the values of further header fields that look like secrets.
    pub(super) fn secret_headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            (is_secret_name(name.as_str()) || is_secret_value(value)).then_some(value)
        })
    }

    /// Returns the parts of such a value without its scheme and names. A server may quote one part
    /// alone.
    pub(crate) fn parts_of_secret_headers(&self) -> impl Iterator<Item = &str> {
        self.secret_headers().flat_map(parts)
    }
}

/// Returns the parts of a value that are long enough, without a leading scheme and the names of
/// members.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 6;
    let mut before = 0;
    let parts = value.split_inclusive([' ', '\t', '=', ';', ',', '"']);
    parts.filter_map(move |piece| {
        let part = piece.trim_end_matches([' ', '\t', '=', ';', ',', '"']);
        let (start, end) = (before, before + piece.len());
        before = end;
        let is_name = is_word(part)
            && (start == 0 && piece.ends_with([' ', '\t']) || names(piece, &value[end..]));
        (part.len() >= SHORTEST && !is_name).then_some(part)
    })
}

/// Reports whether a value follows the piece and its `=`. Padding has no value behind it.
fn names(piece: &str, behind: &str) -> bool {
    piece.ends_with('=') && !behind.is_empty() && !behind.starts_with(['=', ' ', '\t', ';', ','])
}

fn is_word(part: &str) -> bool {
    part.bytes()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
}

/// Returns the default `user-agent`.
pub(crate) fn own_user_agent() -> HeaderValue {
    HeaderValue::from_static(USER_AGENT)
}

fn is_user_agent(name: &HeaderName) -> bool {
    *name == header::USER_AGENT
}

fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, Error> {
    let problem = if value.is_empty() {
        "is empty"
    } else if value.starts_with([' ', '\t']) || value.ends_with([' ', '\t']) {
        "begins or ends with a blank"
    } else if !value
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
    {
        "contains a line break, a control character or a character outside ASCII"
    } else {
        return Ok(sensitive(Zeroizing::new(value.as_bytes().to_vec())));
    };
    Err(Error::configuration(format!(
        "value of header {name} {problem}: check how it was pasted"
    )))
}

#[cfg(test)]
mod tests;

//! The input of a diagnosis: a response without a usable token, or a request without a response.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{DATE, HeaderMap, WWW_AUTHENTICATE};

use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Explain as _, Refusal, TOKEN_REQUEST, TransportError};
use crate::protocol::{encoding, is_web_page, read_too_large};

/// The details of a response that an error does not keep. The rules return none of its text.
pub(crate) struct Responded<'a> {
    pub(crate) config: &'a Config,
    pub(crate) kind: ErrorKind,
    pub(crate) refusal: Refusal,
    pub(crate) sent_at: Moment,
    pub(crate) response: &'a http::Response<Bytes>,
}

impl Responded<'_> {
    /// Returns the error with the findings of the rules.
    pub(super) fn into_error(self, message: String) -> Error {
        let diagnosis = self.explain();
        Error::refused(self.kind, message, self.refusal).with_diagnosis(diagnosis)
    }

    fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reports whether the body is a web page. Its first bytes decide, since types are often wrong.
    pub(crate) fn is_web_page(&self) -> bool {
        is_web_page(self.headers(), self.response.body())
    }

    /// How the body is encoded, where that is why it cannot be read.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        encoding(self.headers(), self.response.body())
    }

    /// Reports whether the server offers Basic. It does so to a client that may use it.
    pub(crate) fn offers_basic(&self) -> bool {
        self.headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                value
                    .get(..5)
                    .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
            })
    }

    /// Returns the server's own time.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        let text = self.headers().get(DATE)?.to_str().ok()?;
        httpdate::parse_http_date(text).ok()
    }

    /// Reports whether the description contains one of these texts, in upper or lower case.
    pub(crate) fn speaks_of(&self, texts: &[&str]) -> bool {
        let Some(description) = &self.refusal.description else {
            return false;
        };
        let description = description.to_ascii_lowercase();
        texts.iter().any(|text| description.contains(text))
    }
}

/// The failure of the token request of `config`. Its address may be the cause.
pub(crate) struct Failed<'a> {
    pub(crate) config: &'a Config,
    pub(crate) failure: &'a TransportError,
}

impl Error {
    /// Returns the error for a token request without a complete response. If the body was too large
    /// and the status says why there is no token (400, 401, 403, 429), the status counts, as if
    /// the body were empty.
    #[must_use]
    pub fn of_failure(config: &Config, failure: TransportError) -> Self {
        if let Some(response) = failure.refusal() {
            return read_too_large(config, &response).of_too_large(failure);
        }
        let diagnosis = Failed {
            config,
            failure: &failure,
        }
        .explain();
        Self::from_failure(TOKEN_REQUEST, failure).with_diagnosis(diagnosis)
    }
}

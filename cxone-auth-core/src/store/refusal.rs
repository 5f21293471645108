//! What the server told one process instead of giving a token, for the others.
//!
//! Without it, each process of a fleet would send the same wrong secret, and each of these requests
//! counts towards a lock-out.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::lease::hexadecimal;
use super::record::{age, millis, span};
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Problem};
use crate::finding::catalogue::address::WEB_PAGE;
use crate::finding::catalogue::credential::NOT_ALLOWED_FROM_HERE;
use crate::finding::{Confidence, Finding};
use crate::protocol::{read_token_response, read_unusable};

/// A refusal that counts for everybody who would send the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The process that asked.
    holder: String,
    /// The hash of what was sent, as far as the name of the entry does not contain it; empty if the
    /// refusal is not about that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sent: String,
    at: u64,
    until: u64,
    told: Box<Told>,
}

/// As much of a response as its error is made of. All text is sanitized.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    /// What is wrong with a response that claims success.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
    /// Whether its body was a web page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_page: bool,
}

/// The longest time for which a refusal is told to others.
const LONGEST: Duration = Duration::from_secs(30);

/// For this long, who was refused leaves the lease to others: they may be allowed to ask. If the
/// refusal is about this process alone, it is twice its own pause, if that is longer.
pub(crate) const LEAVES_IT: Duration = Duration::from_secs(60);

impl Refused {
    /// Returns the refusal to tell others; `None` if the error does not count for them.
    pub(crate) fn of(
        error: &Error,
        now: Moment,
        pause: Duration,
        holder: [u8; 16],
        sent: [u8; 32],
    ) -> Option<Self> {
        let told = Told::of(error)?;
        let longest = counts_for(error)?;
        let at = millis(now.wall());
        Some(Self {
            holder: hexadecimal(&holder),
            sent: match error.kind() {
                ErrorKind::Credentials => hexadecimal(&sent),
                _ => String::new(),
            },
            at,
            until: at.saturating_add(span(pause.min(longest))),
            told: Box::new(told),
        })
    }

    /// Reports whether the refusal is about what was sent.
    pub(crate) fn is_about_a_credential(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Reports whether it counts for who would send this.
    pub(crate) fn is_of(&self, sent: Option<[u8; 32]>) -> bool {
        !self.is_about_a_credential() || sent.is_some_and(|sent| self.sent == hexadecimal(&sent))
    }

    /// Reports whether this process asked. Its session has its own pause.
    pub(crate) fn is_own(&self, holder: Option<[u8; 16]>) -> bool {
        holder.is_some_and(|holder| self.holder == hexadecimal(&holder))
    }

    /// Returns until when it counts, in milliseconds since 1970.
    pub(crate) fn until(&self) -> u64 {
        self.until
    }

    /// Moves it to another clock.
    pub(crate) fn moved(mut self, moved: impl Fn(u64) -> u64) -> Self {
        (self.at, self.until) = (moved(self.at), moved(self.until));
        self
    }

    /// Returns for how much longer the refusal counts.
    pub(crate) fn left(&self, now: Moment) -> Duration {
        let pause = Duration::from_millis(self.until.saturating_sub(self.at)).min(LONGEST);
        age(self.at, now).map_or(Duration::ZERO, |age| pause.saturating_sub(age))
    }

    /// Returns the error that the other process got.
    pub(crate) fn error(&self, config: &Config, now: Moment) -> Error {
        let age = age(self.at, now).unwrap_or_default();
        let told = self.told.after(age);
        told.error(config, now).of_another_process(age)
    }
}

/// Returns for how long others make no request because of this error, at most; `None` if it may be
/// about this machine alone. Others who have waited for this very request get its outcome anyway.
fn counts_for(error: &Error) -> Option<Duration> {
    let is_named = |code: &str| ["invalid_client", "invalid_grant"].contains(&code);
    let diagnosis = &error.diagnosis;
    let first = diagnosis.first();
    let is_certain = first.is_some_and(|finding| finding.confidence() == Confidence::Certain);
    match error.kind() {
        _ if is_about_this_process(error) => None,
        ErrorKind::Credentials if error.oauth_code().is_some_and(is_named) => Some(LONGEST),
        // RFC 6749 §5.2 uses this status for a refused client only, whatever the body is.
        ErrorKind::Credentials if error.status() == Some(StatusCode::UNAUTHORIZED) => Some(LONGEST),
        // It is complete, and has no usable token.
        ErrorKind::Protocol => Some(LONGEST),
        ErrorKind::Credentials | ErrorKind::Throttled if is_certain => Some(LONGEST),
        ErrorKind::Credentials
        | ErrorKind::Configuration
        | ErrorKind::Throttled
        | ErrorKind::Unavailable => Some(Duration::ZERO),
    }
}

/// Reports whether the error is about where this process runs, and not about what all would send.
pub(crate) fn is_about_this_process(error: &Error) -> bool {
    // Genesys Cloud says `invalid_client` for that as well. That it is possible says nothing.
    let names_an_address = |finding: &Finding| {
        finding.code() == NOT_ALLOWED_FROM_HERE.code && finding.confidence() != Confidence::Possible
    };
    // Without a code or words about the client or its scopes, a firewall says so, or an allow list.
    let text = error.description().unwrap_or_default();
    let is_bare = error.status() == Some(StatusCode::FORBIDDEN)
        && error.is_bare()
        && !text.to_ascii_lowercase().contains("scope");
    is_bare || error.diagnosis.iter().any(names_an_address)
}

impl Told {
    fn of(error: &Error) -> Option<Self> {
        let refusal = error.refusal()?;
        let text = |text: Option<&str>| text.map(str::to_owned);
        let is_page = |finding: &Finding| finding.code() == WEB_PAGE.code;
        Some(Self {
            status: refusal.status.as_u16(),
            error: text(error.oauth_code()),
            code: text(error.vendor_code()),
            description: text(error.description()),
            correlation_id: text(error.correlation_id()),
            retry_after: error.retry_after().map(|wait| wait.as_secs()),
            content_type: text(error.content_type()),
            problem: refusal.problem.clone(),
            is_page: error.diagnosis.iter().any(is_page),
        })
    }

    /// Returns what the server would have said so much later.
    fn after(&self, age: Duration) -> Self {
        let left = |seconds: u64| seconds.saturating_sub(age.as_secs());
        Self {
            retry_after: self.retry_after.map(left),
            ..self.clone()
        }
    }

    /// Reads the response as if it had just arrived.
    fn error(&self, config: &Config, now: Moment) -> Error {
        let response = self.response();
        if let Some(problem) = &self.problem {
            return read_unusable(config, now, &response, problem.clone());
        }
        // The body has no token.
        read_token_response(config, now, &response)
            .err()
            .unwrap_or_else(|| Error::credentials("token request refused"))
    }

    /// Returns a response that is read as the original was.
    fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(self.body());
        *response.status_mut() = self.status.try_into().unwrap_or(StatusCode::UNAUTHORIZED);
        let value = |text: &str| text.parse::<HeaderValue>().ok();
        let coding = match &self.problem {
            Some(Problem::Encoded(coding)) => Some(&**coding),
            _ => None,
        };
        let fields = [
            (
                CORRELATION_ID,
                self.correlation_id.as_deref().and_then(value),
            ),
            (CONTENT_TYPE, self.content_type.as_deref().and_then(value)),
            (CONTENT_ENCODING, coding.and_then(value)),
            (RETRY_AFTER, self.retry_after.map(HeaderValue::from)),
        ];
        let fields = fields.into_iter();
        let fields = fields.filter_map(|(name, value)| Some((name, value?)));
        response.headers_mut().extend(fields);
        response
    }

    fn body(&self) -> Bytes {
        let has_words = [&self.error, &self.code, &self.description].map(Option::is_some);
        match &self.problem {
            Some(Problem::Encoded(_)) => Bytes::from_static(UNREADABLE),
            _ if self.is_page && has_words == [false; 3] => Bytes::from_static(PAGE),
            _ => {
                let body = json!({
                    "error": self.error,
                    "code": self.code,
                    "error_description": self.description,
                });
                Bytes::from(body.to_string())
            }
        }
    }
}

const CORRELATION_ID: HeaderName = HeaderName::from_static("genesys-correlation-id");

/// A body that is a page, and one that is not text.
const PAGE: &[u8] = b"<html>";
const UNREADABLE: &[u8] = b"\0";

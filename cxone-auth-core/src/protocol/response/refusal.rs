//! What a server says if it gives no token, and what that means for the caller.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use http::{Response, StatusCode};

use super::reason;
use super::spelled;
use super::time::retry_after;
use super::words::Words;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Problem, Reason, Refusal};
use crate::protocol::evidence::Responded;
use crate::protocol::redaction;

static CORRELATION_IDS: [HeaderName; 2] = [
    HeaderName::from_static("genesys-correlation-id"),
    HeaderName::from_static("inin-correlation-id"),
];

impl Refusal {
    pub(crate) fn of(
        config: &Config,
        sent_at: Moment,
        response: &Response<Bytes>,
        words: &Words<'_>,
    ) -> Self {
        let (status, headers) = (response.status(), response.headers());
        let word = |text: &str| redaction::word(text, config);
        let field = |name| word(field(headers, name)?);
        let retry_after = retry_after(headers, sent_at);
        Self {
            status,
            reason: reason::decide(status, retry_after.is_some(), words),
            code: reason::code(words).and_then(|code| word(&code)),
            oauth_code: words.error.as_deref().and_then(word),
            vendor_code: words.code.as_deref().and_then(word),
            description: description(config, status, words),
            retry_after,
            correlation_id: CORRELATION_IDS.iter().find_map(field),
            redirected_to: redirected_to(config, response),
            content_type: field(&CONTENT_TYPE),
            problem: None,
        }
    }

    fn message(&self, kind: ErrorKind) -> String {
        let mut message = String::from(match kind {
            ErrorKind::Throttled => "token request throttled: ",
            _ if self.redirected_to.is_some() => "token endpoint redirects: ",
            // The server refuses nothing: it does not work at the moment.
            ErrorKind::Unavailable => "token endpoint unavailable: ",
            _ => "token request refused: ",
        });
        message.push_str(&spelled(self.status));
        if let Some(target) = &self.redirected_to {
            let _ = write!(message, " to {target}");
        }
        if let Some(code) = self.oauth_code.as_ref().or(self.vendor_code.as_ref()) {
            let _ = write!(message, ", {code}");
        }
        self.add_words(&mut message);
        message
    }

    fn unusable(&self, problem: &Problem) -> String {
        let content_type = self.content_type.as_deref().unwrap_or("no content type");
        let status = spelled(self.status);
        let mut message = format!(
            "unusable response from the token endpoint: {status} with {problem} ({content_type})"
        );
        self.add_words(&mut message);
        message
    }

    fn add_words(&self, message: &mut String) {
        if let Some(description) = &self.description {
            let _ = write!(message, ": {description}");
        }
    }
}

/// Returns the server's words. In a success, words that look like a token are removed.
fn description(config: &Config, status: StatusCode, words: &Words<'_>) -> Option<String> {
    let text = words.description.as_deref()?;
    if !status.is_success() {
        return redaction::description(text, config);
    }
    // A single word instead of an object may be the token.
    let is_words = text.trim().contains(char::is_whitespace);
    // Secrets first: one that was cut is not found afterwards.
    let text = redaction::without_secrets(text, config);
    let text = redaction::without_tokens(&text, redaction::Uuid::Token);
    redaction::description(&text, config).filter(|_| is_words)
}

/// Returns the error for a response without a usable token: a refusal, or a success with this
/// problem.
pub(super) fn error(
    config: &Config,
    sent_at: Moment,
    response: &Response<Bytes>,
    body: &str,
    problem: Option<Problem>,
) -> Error {
    // A proxy may quote the password that it received. It is not one of the configuration's
    // secrets.
    let words = match response.status() {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => Words::default(),
        _ => Words::read(response.headers(), body),
    };
    let mut refusal = Refusal::of(config, sent_at, response, &words);
    let kind = refusal.reason.kind();
    // A success with the words of a refusal is a refusal.
    refusal.problem = problem.filter(|_| matches!(refusal.reason, Reason::Status(_)));
    let message = match &refusal.problem {
        Some(problem) => refusal.unusable(problem),
        None => refusal.message(kind),
    };
    Responded {
        config,
        kind,
        refusal,
        sent_at,
        response,
    }
    .into_error(message)
}

/// Returns where a redirect points, without user information, query and fragment.
fn redirected_to(config: &Config, response: &Response<Bytes>) -> Option<String> {
    let target = field(response.headers(), &LOCATION)?;
    let target = response.status().is_redirection().then_some(target)?;
    // Secrets first: one that was cut is not found afterwards.
    let target = redaction::without_secrets(target, config);
    redaction::description(&redaction::place(&target), config)
}

fn field<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

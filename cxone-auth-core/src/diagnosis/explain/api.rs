//! Explains what an API's response says about the token and the call.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{Response, StatusCode};
use zeroize::Zeroizing;

use crate::api::MAX_REFUSAL_BODY;
use crate::config::Config;
use crate::finding::Confidence::{self, Certain, Likely, Possible};
use crate::finding::catalogue::{CatalogueEntry, api as cause};
use crate::finding::{Diagnosis, Finding};
use crate::protocol::redaction::{self, Secrets};
use crate::protocol::{AccessToken, Challenges, Text, Words, stated_reason};

static LIMITS: [HeaderName; 4] = [
    RETRY_AFTER,
    HeaderName::from_static("inin-ratelimit-count"),
    HeaderName::from_static("inin-ratelimit-allowed"),
    HeaderName::from_static("inin-ratelimit-reset"),
];

/// The known codes, with the causes that they stand for.
///
/// Source: RFC 6750 §3.1, and the error bodies of Genesys Cloud's API.
static CODES: [(&str, &CatalogueEntry); 10] = [
    ("bad.credentials", &cause::TOKEN_UNKNOWN),
    ("invalid_token", &cause::TOKEN_UNKNOWN),
    ("credentials.expired", &cause::TOKEN_EXPIRED),
    ("authentication.required", &cause::TOKEN_NOT_SEEN),
    ("missing.permissions", &cause::PERMISSION_MISSING),
    ("missing.any.permissions", &cause::PERMISSION_MISSING),
    ("not.authorized", &cause::PERMISSION_MISSING),
    ("insufficient_scope", &cause::PERMISSION_MISSING),
    ("too.many.requests", &cause::API_THROTTLED),
    ("unsupported.media.type", &cause::RESPONSE_NOT_RENDERED),
];

/// Explains an API's response to a call with a token: a token that is not accepted, a missing
/// permission or user, a limit that was reached, or a response in an unexpected format.
///
/// It reads the status, the header fields and the JSON body as Genesys Cloud and CXone write them.
/// For other servers it follows RFC 6750 §3. If a response needs no explanation, or if its
/// explanation has nothing to do with the token, there is no finding. A finding repeats the API's
/// own words, without anything that may be the token.
///
/// If you know what the call was made with, pass it: then the words are also repeated without the
/// secrets of that configuration and that token, in any spelling. Credentials that were read for the
/// token's request count as well: the token knows them. A token of [`AccessToken::bearer`] knows
/// none.
///
/// ```
/// use cxone_auth_core::bytes::Bytes;
/// use cxone_auth_core::diagnosis::diagnose_api_response;
/// use cxone_auth_core::{ClientCredentials, Config, Moment, http, read_token_response};
///
/// let body = Bytes::from_static(br#"{"status":401,"code":"credentials.expired"}"#);
/// let response = http::Response::builder().status(401).body(body)?;
/// let diagnosis = diagnose_api_response(&response, None);
/// assert_eq!(diagnosis.first().ok_or("nothing found")?.code().to_string(), "CXA-802");
///
/// let credentials = ClientCredentials::new("client-id", "client-secret");
/// let config = Config::custom("https://login.example.com/token".parse()?, credentials)?;
/// let body = Bytes::from_static(br#"{"access_token":"ab/cd=="}"#);
/// let token = read_token_response(&config, Moment::now(), &http::Response::new(body))?;
///
/// let body = Bytes::from_static(br#"{"message":"ab%2Fcd is unknown to client-secret"}"#);
/// let response = http::Response::builder().status(401).body(body)?;
/// let diagnosis = diagnose_api_response(&response, Some((&config, &token)));
/// let first = diagnosis.first().ok_or("nothing found")?;
/// assert_eq!(first.evidence(), "status 401: [redacted] is unknown to [redacted]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn diagnose_api_response(
    response: &Response<Bytes>,
    made_with: Option<(&Config, &AccessToken)>,
) -> Diagnosis {
    let (body, secrets) = (read_body(response), secrets(made_with));
    Diagnosis::explanation(Case::of(response, &body, &secrets).findings())
}

/// Returns the words with which an API refuses a call: its code and its message, or its reason.
/// `None` if the response is a success or says nothing.
///
/// They are one line of limited length, without anything that may be a token. As for
/// [`diagnose_api_response`], pass what the call was made with, and they do not contain its
/// secrets.
///
/// ```
/// use cxone_auth_core::bytes::Bytes;
/// use cxone_auth_core::diagnosis::api_response_words;
/// use cxone_auth_core::http;
///
/// let body = Bytes::from_static(br#"{"code":"bad.request","message":"no name"}"#);
/// let response = http::Response::builder().status(400).body(body)?;
/// let words = api_response_words(&response, None);
/// assert_eq!(words.as_deref(), Some("bad.request: no name"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn api_response_words(
    response: &Response<Bytes>,
    made_with: Option<(&Config, &AccessToken)>,
) -> Option<String> {
    let (body, secrets) = (read_body(response), secrets(made_with));
    let case = Case::of(response, &body, &secrets);
    let parts = [case.code(), case.words()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

fn secrets(made_with: Option<(&Config, &AccessToken)>) -> Secrets {
    made_with.map_or_else(Secrets::default, |(config, token)| {
        let read = token.read_for_it();
        let sent = read.and_then(|read| config.with_what_was_read(read).ok());
        Secrets::of(sent.as_ref().unwrap_or(config)).and_token(token.expose_secret())
    })
}

fn read_body(response: &Response<Bytes>) -> Text<'_> {
    Text::of_body(&response.body()[..response.body().len().min(MAX_REFUSAL_BODY)])
}

struct Case<'a> {
    response: &'a Response<Bytes>,
    words: Words<'a>,
    body: &'a str,
    challenges: Challenges,
    /// What must not be repeated.
    secrets: &'a Secrets,
}

impl<'a> Case<'a> {
    fn of(response: &'a Response<Bytes>, body: &'a str, secrets: &'a Secrets) -> Self {
        Self {
            secrets,
            response,
            words: Words::read(response.headers(), body),
            body,
            challenges: Challenges::read(response.headers()),
        }
    }
}

impl Case<'_> {
    fn findings(&self) -> Vec<Finding> {
        let status = self.status();
        let mut findings = Vec::new();
        findings.extend(self.no_user());
        findings.extend(self.by_code());
        match status {
            StatusCode::UNAUTHORIZED => findings.extend(self.of_401()),
            StatusCode::FORBIDDEN => findings.extend(self.of_403()),
            StatusCode::TOO_MANY_REQUESTS => {
                findings.push(self.found(&cause::API_THROTTLED, Certain));
            }
            StatusCode::NOT_FOUND => findings.extend(self.moved()),
            StatusCode::NOT_ACCEPTABLE | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                findings.push(self.found(&cause::RESPONSE_NOT_RENDERED, Certain));
            }
            status if status.is_client_error() || status.is_success() => {
                findings.extend(self.not_rendered());
            }
            _ => {}
        }
        findings
    }

    fn status(&self) -> StatusCode {
        self.response.status()
    }

    fn found(&self, entry: &'static CatalogueEntry, confidence: Confidence) -> Finding {
        entry.found(confidence, self.evidence(entry))
    }

    /// Returns the status, the code, numbers and names, and the API's own words.
    fn evidence(&self, entry: &CatalogueEntry) -> String {
        let mut evidence = format!("status {}", self.status().as_str());
        let mut add = |part: String| {
            evidence.push_str(", ");
            evidence.push_str(&part);
        };
        let known = self.known_code().map(|(code, _)| code.to_owned());
        known.or_else(|| self.code()).into_iter().for_each(&mut add);
        if *entry == cause::API_THROTTLED {
            self.limits().for_each(&mut add);
        }
        if *entry == cause::PERMISSION_MISSING {
            self.permissions().for_each(&mut add);
        }
        if let Some(words) = self.words() {
            evidence.push_str(": ");
            evidence.push_str(&words);
        }
        evidence
    }

    /// Returns the API's own code.
    fn code(&self) -> Option<String> {
        let code = self.words.code.as_ref().or(self.words.error.as_ref());
        self.shown(code?)
    }

    /// Returns the API's own words, or those of its challenge.
    fn words(&self) -> Option<String> {
        let description = self.words.description.as_deref();
        let challenge = self.challenges.description.as_ref();
        self.shown(description.or_else(|| challenge.map(|text| text.as_str()))?)
    }

    /// Returns the words of a refusal. The text of a success is data and is not shown.
    fn shown(&self, text: &str) -> Option<String> {
        if self.status().is_success() {
            return None;
        }
        redaction::line(text, self.secrets)
    }

    /// Returns the first known code, from the challenge or the body.
    fn known_code(&self) -> Option<(&'static str, &'static CatalogueEntry)> {
        let in_body = [self.words.code.as_deref(), self.words.error.as_deref()];
        let in_challenge = self.challenges.error.as_ref().map(|error| error.as_str());
        let codes = in_challenge
            .into_iter()
            .chain(in_body.into_iter().flatten());
        codes.into_iter().find_map(|code| {
            let mut codes = CODES.iter();
            codes.find(|(known, _)| code == *known).copied()
        })
    }

    fn by_code(&self) -> Option<Finding> {
        let (code, entry) = self.known_code()?;
        if !self.status().is_client_error() {
            return None;
        }
        // RFC 6750 has the same code for an expired token and a revoked one.
        if code == "invalid_token" && self.speaks_of("expired") {
            return Some(self.found(&cause::TOKEN_EXPIRED, Likely));
        }
        let confidence = match (code, self.status()) {
            // With another status, the word may be about something else.
            ("not.authorized", _) | (_, StatusCode::BAD_REQUEST) => Likely,
            _ => Certain,
        };
        Some(self.found(entry, confidence))
    }

    /// Explains a 401 by its code, its challenge or its reason. Without any of them, three causes
    /// are possible.
    fn of_401(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.known_code().is_none() && !self.challenges.want_no_token() {
            findings = self.unexplained_401();
        }
        findings.extend(self.replaced());
        // Skipped if the code says that it is something else.
        if self
            .by_code()
            .is_none_or(|found| found.code() == cause::TOKEN_UNKNOWN.code)
        {
            findings.extend(self.moved());
        }
        findings
    }

    /// Finds a token that somebody ended. One response alone cannot show that another process of
    /// the client did it. Nor can a response that only says that the server does not know the
    /// token.
    fn replaced(&self) -> Option<Finding> {
        let is_unknown = self
            .known_code()
            .is_none_or(|(_, entry)| *entry == cause::TOKEN_UNKNOWN);
        (is_unknown && self.speaks_of("revoked"))
            .then(|| self.found(&cause::TOKEN_REPLACED, Possible))
    }

    fn unexplained_401(&self) -> Vec<Finding> {
        if self.speaks_of("revoked") {
            return vec![self.found(&cause::TOKEN_UNKNOWN, Likely)];
        }
        if self.speaks_of("expired") {
            return vec![self.found(&cause::TOKEN_EXPIRED, Likely)];
        }
        // RFC 6750 §3.1: a challenge to a request without a token has no error.
        let not_seen = if self.challenges.bearer && self.challenges.error.is_none() {
            Likely
        } else {
            Possible
        };
        vec![
            self.found(&cause::TOKEN_UNKNOWN, Possible),
            self.found(&cause::TOKEN_EXPIRED, Possible),
            self.found(&cause::TOKEN_NOT_SEEN, not_seen),
        ]
    }

    /// Explains a 403 without a known code. A page is from a gateway, which knows nothing about
    /// permissions.
    fn of_403(&self) -> Option<Finding> {
        if self.known_code().is_some() || self.needs_user() {
            return None;
        }
        let confidence = if self.is_json() || self.reason().is_some() {
            Likely
        } else {
            Possible
        };
        Some(self.found(&cause::PERMISSION_MISSING, confidence))
    }

    fn no_user(&self) -> Option<Finding> {
        self.needs_user()
            .then(|| self.found(&cause::NO_USER_CONTEXT, Certain))
    }

    fn needs_user(&self) -> bool {
        let statuses = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN];
        statuses.contains(&self.status()) && self.speaks_of("user context")
    }

    /// Finds a moved tenant. Only CXone moves tenants. Its API is recognized by where it gives its
    /// reasons.
    fn moved(&self) -> Option<Finding> {
        let is_cxone = self.reason().is_some();
        is_cxone.then(|| self.found(&cause::MOVED_TENANT, Possible))
    }

    /// Finds a short text about rendering in place of data.
    fn not_rendered(&self) -> Option<Finding> {
        const SENTENCE: usize = 1_024;
        let body = self.body.trim_ascii();
        let is_words = (1..=SENTENCE).contains(&body.len()) && !body.starts_with(['{', '[', '<']);
        let body = Zeroizing::new(body.to_ascii_lowercase());
        (is_words && body.contains("render"))
            .then(|| self.found(&cause::RESPONSE_NOT_RENDERED, Likely))
    }

    fn reason(&self) -> Option<Text<'_>> {
        stated_reason(self.response.headers())
    }

    fn is_json(&self) -> bool {
        let is_named = || {
            let value = self.response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
            Some(value.to_ascii_lowercase().contains("json"))
        };
        self.body.trim_ascii_start().starts_with('{') || is_named().unwrap_or(false)
    }

    /// Reports whether the description or the reason contains these words. Case is ignored.
    fn speaks_of(&self, words: &str) -> bool {
        let said = [
            self.words.description.as_deref(),
            self.challenges
                .description
                .as_ref()
                .map(|text| text.as_str()),
        ];
        let speaks = |text: &str| Zeroizing::new(text.to_ascii_lowercase()).contains(words);
        let reason = self.reason();
        said.into_iter().flatten().any(speaks) || reason.is_some_and(|text| speaks(&text))
    }

    /// Returns the fields that count calls, if they are numbers.
    fn limits(&self) -> impl Iterator<Item = String> {
        LIMITS.iter().filter_map(|name| {
            let value = self.response.headers().get(name)?.to_str().ok()?.trim();
            let is_number =
                (1..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| format!("{name} {value}"))
        })
    }

    /// Returns the permissions that Genesys Cloud's message names, such as `routing:queue:view`.
    fn permissions(&self) -> impl Iterator<Item = String> {
        const MOST: usize = 5;
        let message = self.words.description.as_deref().unwrap_or_default();
        let message = redaction::without(message, self.secrets);
        let names: Vec<String> = message
            .split(|c: char| c.is_whitespace() || "[](),;.'\"".contains(c))
            .filter(|word| is_permission(word))
            .take(MOST)
            .map(str::to_owned)
            .collect();
        names.into_iter()
    }
}

/// Reports whether a word is a permission: domain, entity and action, each made of letters or a
/// star. A token contains no colon (RFC 6750 §2.1), and no part of a token is so short and without
/// digits.
fn is_permission(word: &str) -> bool {
    const LONGEST: usize = 32;
    let is_word = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        part == "*" || letters && (1..=LONGEST).contains(&part.len())
    };
    word.split(':').count() == 3 && word.split(':').all(is_word)
}

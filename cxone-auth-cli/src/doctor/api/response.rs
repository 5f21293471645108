//! What came of the call.

use std::time::Duration;

use cxone_auth_core::api::{ApiBase, RateLimit};
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::{
    Confidence, Finding, FindingCode, Setting, Severity, api_response_words, diagnose_api_response,
};
use cxone_auth_core::http::{Response, Uri};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{AccessToken, Config, Error, Moment};

use crate::doctor::cause::Cause;
use crate::doctor::check::{Check, Step};
use crate::failure::{Failure, Kind};
use crate::words;

/// What an API's response means, or that there is none.
pub(crate) struct ApiResponse {
    pub(crate) check: Check,
    pub(crate) outcome: Outcome,
}

/// What a response has to do with the verdict.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) causes: Vec<Cause>,
    /// Why the API did not serve the call.
    pub(crate) kind: Option<Kind>,
    /// The same in one line.
    pub(crate) message: Option<String>,
    /// The wait that it asks for, in seconds.
    pub(crate) retry_after: Option<u64>,
}

/// What says where the API is.
const ADDRESS: [Setting; 3] = [Setting::ApiBase, Setting::Region, Setting::Issuer];

impl ApiResponse {
    /// The API is known, and nothing that most clients may read there.
    pub(super) fn unasked(base: &ApiBase) -> Self {
        Self {
            check: Step::Api.skipped(format!(
                "the API is at {base}; name what the client may read there, --api=/PATH"
            )),
            outcome: Outcome::default(),
        }
    }

    /// The token must not go there, or the API was not found.
    pub(super) fn refused_before(error: Error) -> Self {
        let retry_after = error.retry_after().map(|wait| wait.as_secs());
        let failure = Failure::from(error);
        let message = failure.message().to_owned();
        let causes = failure.diagnosis().iter().map(Cause::from).collect();
        Self::failed(causes, failure.kind(), message, retry_after)
    }

    pub(super) fn unreached(uri: &Uri, failure: TransportError) -> Self {
        let line = format!("{}: {failure}", host(uri));
        let failure = Failure::from(Error::of_transport(failure));
        let causes = failure.diagnosis().iter().map(|finding| {
            let mut cause = Cause::worded(finding, words::of_an_api);
            cause.title = format!("On the way to the API: {}", cause.title);
            if cause.settings.contains(&Setting::TokenEndpoint) {
                cause.settings = ADDRESS.to_vec();
            }
            cause.with_evidence(&line)
        });
        Self::failed(causes.collect(), failure.kind(), line.clone(), None)
    }

    pub(super) fn judged(
        config: &Config,
        token: &AccessToken,
        uri: &Uri,
        response: &Response<Bytes>,
    ) -> Self {
        let diagnosis = diagnose_api_response(response, Some((config, token)));
        let causes: Vec<Cause> = diagnosis.iter().map(judged_of_a_new_token).collect();
        let status = response.status();
        let line = |text: &str| format!("{} responds with {}: {text}", host(uri), status.as_str());
        let check = match causes.first() {
            Some(cause) if cause.severity == Severity::Error => {
                let line = line(&cause.heading());
                let limit = RateLimit::read(Moment::now(), response.headers());
                let wait = limit.and_then(|limit| limit.wait());
                let wait = wait.map(|wait| wait.as_secs());
                let kind = kind(cause);
                return Self::failed(causes, kind, line, wait);
            }
            Some(cause) => Step::Api.warned(line(&cause.heading())),
            None if status.is_success() => Step::Api.passed(line("the token is good")),
            None => {
                let words = api_response_words(response, Some((config, token)));
                let words = words.map_or_else(String::new, |words| format!(": {words}"));
                Step::Api.warned(line(&format!("that says nothing about the token{words}")))
            }
        };
        Self {
            check,
            outcome: Outcome {
                causes,
                ..Outcome::default()
            },
        }
    }

    fn failed(causes: Vec<Cause>, kind: Kind, line: String, retry_after: Option<u64>) -> Self {
        Self {
            check: Step::Api.failed(&line),
            outcome: Outcome {
                causes,
                kind: Some(kind),
                message: Some(line),
                retry_after,
            },
        }
    }

    pub(super) fn with_details(mut self, details: Vec<String>) -> Self {
        self.check = self.check.with_details(details);
        self
    }

    pub(super) fn with_time(mut self, took: Duration) -> Self {
        self.check = self.check.with_time(took);
        self
    }
}

/// A cause as it is told of a token that came with the request before.
fn judged_of_a_new_token(finding: &Finding) -> Cause {
    let mut cause = Cause::from(finding);
    // Who has ended it has done so within the last seconds, as a busy process would.
    if cause.is(FindingCode::TOKEN_REPLACED) {
        cause.confidence = Confidence::Likely;
    }
    let of_the_token = [
        FindingCode::TOKEN_UNKNOWN,
        FindingCode::TOKEN_EXPIRED,
        FindingCode::TOKEN_REPLACED,
    ];
    if of_the_token.iter().any(|code| cause.is(*code)) {
        cause.with_evidence("the token was issued a moment ago")
    } else {
        cause
    }
}

/// What the caller does next follows from the cause that is read first, whatever the status.
fn kind(cause: &Cause) -> Kind {
    match cause.code {
        Some(
            FindingCode::TOKEN_UNKNOWN
            | FindingCode::TOKEN_EXPIRED
            | FindingCode::TOKEN_NOT_SEEN
            | FindingCode::PERMISSION_MISSING
            | FindingCode::TOKEN_REPLACED,
        ) => Kind::Credentials,
        Some(FindingCode::API_THROTTLED) => Kind::Throttled,
        _ => Kind::Other,
    }
}

/// Host and port, as they were written. An address with user information does not come so far.
fn host(uri: &Uri) -> &str {
    uri.authority().map_or("", |authority| authority.as_str())
}

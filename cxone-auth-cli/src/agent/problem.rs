//! Responses of the agent's own: bodies, and errors as RFC 6749 §5.2 writes them.

use std::error::Error as StdError;
use std::time::Duration;

use cxone_auth_core::api::ApiBase;
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use cxone_auth_core::http::{HeaderName, HeaderValue, Response, StatusCode};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{Error, ErrorKind, Moment};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::failure::{Kind, finding_worded};
use crate::words;

pub(super) type BoxError = Box<dyn StdError + Send + Sync>;
pub(super) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// An error that the agent responds with.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    error: &'static str,
    description: String,
    finding: Value,
    /// Why there is no token, for what decides by it.
    kind: Option<Kind>,
    /// A field of the head. Most errors have none.
    field: Option<Box<(HeaderName, HeaderValue)>>,
    closes: bool,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            error,
            description: description.into(),
            finding: Value::Null,
            kind: None,
            field: None,
            closes: false,
        }
    }

    /// Returns the error for a request that is malformed or not for the agent. Nothing else is read
    /// of its connection.
    pub(super) fn refused(status: StatusCode, description: impl Into<String>) -> Self {
        let mut problem = Self::new(status, "invalid_request", description);
        problem.closes = true;
        problem
    }

    pub(super) fn not_found(description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "invalid_request", description)
    }

    pub(super) fn method_not_allowed(allowed: &'static str) -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        let description = format!("only {allowed} is for this path");
        Self::new(status, "invalid_request", description)
            .with(ALLOW, HeaderValue::from_static(allowed))
    }

    /// Returns the error for a client that does not know the local secret. `way` says how it is sent
    /// there.
    pub(super) fn wrong_local_secret(is_sent: bool, way: &str) -> Self {
        let description = if is_sent {
            "the client secret is not the agent's local secret, which cxone-auth agent env prints; \
             the credentials of the platform do not belong here"
                .to_owned()
        } else {
            format!(
                "no secret was sent: send the local secret, which cxone-auth agent env prints, {way}"
            )
        };
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description).with(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"cxone-auth agent\""),
        )
    }

    /// Returns the error for a call without the gateway's token of this profile.
    pub(super) fn wrong_gateway_token(profile: &str, is_sent: bool) -> Self {
        let what = if is_sent {
            format!("the token is not the agent's for profile {profile}")
        } else {
            "no token was sent in Authorization: Bearer".to_owned()
        };
        let description = format!(
            "{what}: log in at /{profile}/login/oauth/token; the agent takes no token of the platform"
        );
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description).with(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"cxone-auth agent\", error=\"invalid_token\""),
        )
    }

    /// Returns the error for a call that cannot be made because there is no token, or no address.
    pub(super) fn no_token(now: Moment, error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable => "temporarily_unavailable",
            _ => "server_error",
        };
        let until = error.retry_at().map(|moment| now.until(moment));
        let wait = until.or(error.retry_after()).unwrap_or_default();
        let mut problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code, in_words(error)).about(error);
        problem.kind = Some(Kind::of(error));
        problem.after(wait)
    }

    /// Returns the error for an API that did not respond.
    pub(super) fn no_response(base: &ApiBase, failure: TransportError, status: StatusCode) -> Self {
        let description = format!("the API at {base} did not respond: {failure}");
        let error = Error::of_transport(failure);
        Self::new(status, "temporarily_unavailable", description).about_the_api(error.diagnosis())
    }

    /// Returns the error with the first finding about an API call.
    pub(super) fn about_the_api(self, diagnosis: &Diagnosis) -> Self {
        let finding = diagnosis.first();
        let finding = finding.map(|own| finding_worded(own, words::of_the_agent));
        self.with_finding(finding.unwrap_or_default())
    }

    /// Replaces the evidence of the finding.
    pub(super) fn seen(mut self, evidence: &str) -> Self {
        if self.finding.is_object() {
            self.finding["evidence"] = evidence.into();
        }
        self
    }

    fn with_finding(mut self, finding: Value) -> Self {
        self.finding = finding;
        self
    }

    fn about(self, error: &Error) -> Self {
        let finding = error.diagnosis().first();
        let finding = finding.map(|own| finding_worded(own, words::of_a_profile));
        self.with_finding(finding.unwrap_or_default())
    }

    /// Says when another try may help: in a second at the earliest.
    pub(super) fn after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with(RETRY_AFTER, seconds.max(1).into())
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.field = Some(Box::new((name, value)));
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn description(&self) -> &str {
        &self.description
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut object = json!({
            "error": self.error,
            "error_description": self.description,
            "finding": self.finding,
        });
        if let Some(kind) = self.kind {
            object["kind"] = kind.name().into();
        }
        let mut response = of_json(self.status, &object);
        if let Some(field) = self.field {
            let (name, value) = *field;
            response.headers_mut().insert(name, value);
        }
        if self.closes {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        response
    }
}

fn in_words(error: &Error) -> String {
    error.in_words(words::of_a_profile).to_string()
}

/// Returns a response that no cache keeps. What it holds is overwritten behind it.
pub(super) fn of_json(status: StatusCode, object: &Value) -> Response<Body> {
    let bytes = Zeroizing::new(object.to_string().into_bytes());
    let body = Full::new(Bytes::from_owner(bytes));
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

//! Explains a response, a failure or a token, using the configuration that led to it.

mod api;
mod refusal;
mod store;
mod token;
mod transport;

use http::StatusCode;

use super::inspect::{self, Subject};
use crate::error::{ErrorKind, Explain, Reason, TransportError};
use crate::finding::catalogue::{address, credential, response};
use crate::finding::{Diagnosis, Finding};
use crate::protocol::{Failed, Responded, is_code};

pub use api::{api_response_words, diagnose_api_response};
pub use store::diagnose_store;
pub use token::diagnose_token;

/// Checks a response for one cause.
type Rule = fn(&Case<'_>) -> Option<Finding>;

/// A configuration and the response that it led to.
struct Case<'a> {
    subject: Subject<'a>,
    response: &'a Responded<'a>,
}

impl Explain for Responded<'_> {
    fn explain(&self) -> Diagnosis {
        let case = Case {
            subject: Subject::of(self.config),
            response: self,
        };
        let mut findings = Vec::from_iter(unlisted(&case));
        findings.extend(seen_before(&case));
        findings.extend(refusal::RULES.iter().flat_map(|rules| look(rules, &case)));
        if findings.iter().all(is_beside_the_point) {
            findings.push(refusal::unexplained(&case));
        }
        Diagnosis::explanation(findings)
    }
}

impl Explain for Failed<'_> {
    fn explain(&self) -> Diagnosis {
        let subject = Subject::of(self.config);
        Diagnosis::explanation(transport::findings(Some(&subject), self.failure))
    }
}

/// Without a configuration, only the failure itself can be explained.
impl Explain for TransportError {
    fn explain(&self) -> Diagnosis {
        Diagnosis::explanation(transport::findings(None, self))
    }
}

/// Returns what the server's metadata does not list, if that explains why the client is refused. It
/// comes first: the server says it of itself.
fn unlisted(case: &Case<'_>) -> Option<Finding> {
    let config = case.subject.config;
    let listed = config
        .listed
        .as_ref()
        .filter(|_| case.is_client_refused())?;
    inspect::unlisted(config, listed)
}

/// Returns what was visible before the request and can explain the response. It leaves out what the
/// server has accepted by its response.
fn seen_before(case: &Case<'_>) -> Vec<Finding> {
    let config = case.subject.config;
    let mut findings = if case.may_be_misaddressed() {
        inspect::findings(inspect::ADDRESS, &case.subject)
    } else {
        Vec::new()
    };
    if case.is_scope_refused() {
        // A server that judges the scopes has accepted the grant.
        findings.retain(|finding| finding.code() != address::CLIENT_CREDENTIALS_AT_CXONE.code);
    }
    if case.is_client_refused() {
        let client = Subject::of(config).with_client_only();
        let found = inspect::findings(inspect::CREDENTIAL, &client).into_iter();
        // Another rule judges the spelling together with the response, which tells more about it.
        findings.extend(found.filter(|found| found.code() != credential::SPELLING_DIFFERS.code));
    }
    if case.is_key_refused() {
        let key = Subject::of(config).with_access_key_only();
        findings.extend(inspect::findings(inspect::CREDENTIAL, &key));
    }
    if case.is_scope_refused() {
        findings.extend(inspect::findings(inspect::SCOPE, &case.subject));
    }
    findings.into_iter().map(Finding::into_cause).collect()
}

/// Reports whether a finding explains nothing alone.
fn is_beside_the_point(finding: &Finding) -> bool {
    finding.code() == response::CLOCK_OFF.code
}

fn look(rules: &[Rule], case: &Case<'_>) -> Vec<Finding> {
    rules.iter().filter_map(|rule| rule(case)).collect()
}

impl Case<'_> {
    /// Returns the code of the response. A web framework's text in that place, such as `Not Found`,
    /// says no more than the status.
    fn error(&self) -> Option<&str> {
        let code = self.response.refusal.code.as_deref();
        code.filter(|code| is_code(code))
    }

    fn status(&self) -> StatusCode {
        self.response.refusal.status
    }

    /// Returns what the refusal is about. The error's kind is derived from the same reason.
    fn reason(&self) -> Reason {
        self.response.refusal.reason
    }

    /// Reports whether the response is about the server's state or its load, and not about the
    /// client.
    fn is_of_the_moment(&self) -> bool {
        matches!(
            self.response.kind,
            ErrorKind::Throttled | ErrorKind::Unavailable
        )
    }

    /// Reports whether the client is refused, by words or by status.
    fn is_client_refused(&self) -> bool {
        self.subject.has_client() && self.are_credentials_refused()
    }

    fn are_credentials_refused(&self) -> bool {
        self.reason() == Reason::Client || self.is_barely_refused()
    }

    /// Reports whether the response is a 401 or 403 that explains nothing. The page of a 403 has
    /// its own explanation.
    fn is_barely_refused(&self) -> bool {
        let is_bare = match self.reason() {
            Reason::Client => self.status() == StatusCode::UNAUTHORIZED,
            Reason::Status(ErrorKind::Credentials) => !self.response.is_web_page(),
            _ => false,
        };
        self.error().is_none() && is_bare
    }

    /// Reports whether a 403 is more probably from a gateway than from the token endpoint. One
    /// server was seen that responds to a wrong secret with an empty 403. The vendors' servers do
    /// not.
    fn is_barely_forbidden(&self) -> bool {
        self.is_barely_refused()
            && self.status() == StatusCode::FORBIDDEN
            && (self.subject.is_a_vendors() || !self.response.response.body().is_empty())
    }

    /// Reports whether the access key is refused. The server has then accepted the client, if there
    /// is one. If the key is used alone, nothing else can be refused.
    fn is_key_refused(&self) -> bool {
        let is_alone = !self.subject.has_client();
        self.subject.has_access_key()
            && (self.reason() == Reason::Grant || is_alone && self.are_credentials_refused())
    }

    /// Reports whether the scopes are refused, in the RFC's words or in some servers' own. An
    /// access key alone asks for no scopes.
    fn is_scope_refused(&self) -> bool {
        self.subject.has_client() && self.reason() == Reason::Scope
    }

    /// Reports whether the grant is refused, in the RFC's words or in some servers' own.
    fn is_grant_refused(&self) -> bool {
        self.reason() == Reason::GrantType
    }

    /// Reports whether client credentials are refused as a grant. Some servers respond to a wrong
    /// secret with `invalid_grant`.
    fn is_secret_refused_as_grant(&self) -> bool {
        self.reason() == Reason::Grant && !self.subject.has_access_key() && !self.subject.is_cxone()
    }

    /// Reports whether nothing at this address serves the request.
    fn is_missing(&self) -> bool {
        let statuses = [
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::GONE,
            StatusCode::NOT_IMPLEMENTED,
        ];
        let is_unexplained = matches!(self.reason(), Reason::Status(_));
        is_unexplained && statuses.contains(&self.status())
    }

    /// Reports whether the address may be the cause. The address is right if the server applies a
    /// rate limit, or if it says that the access key is wrong.
    fn may_be_misaddressed(&self) -> bool {
        (!self.is_key_refused() || self.is_barely_refused())
            && self.response.kind != ErrorKind::Throttled
            && (!self.is_of_the_moment() || self.error().is_none())
    }
}

//! Where things are: the token endpoint of any server that publishes metadata, and CXone's API.
//!
//! No request carries a credential or the token. For CXone, a [`TokenSource`](crate::TokenSource)
//! does it all: `api_base` and `tenant_configuration`.
//!
//! | to | see |
//! |---|---|
//! | find the token endpoint of a server by its issuer | [`IssuerUrl`], [`discover`], [`discover_blocking`] |
//! | configure a client by what the server states | [`ServerMetadata`], [`Config::from_metadata`] |
//! | bring a loop of your own for that | [`metadata_requests`], [`read_metadata_response`] |
//! | ask an issuer of CXone, and read its response | [`openid_request`], [`read_openid_response`] |
//! | know the tenant of a token | [`TenantId`] |
//! | ask for a tenant, and read where its API is | [`tenant_request`], [`read_tenant_response`] |

mod configuration;
mod metadata;
mod tenant;
mod tenant_id;
mod well_known;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::address::TokenEndpoint;
use crate::clock::Moment;
use crate::config::{Config, own_user_agent};
use crate::error::{Error, ErrorKind, Refusal};
use crate::finding::catalogue::{api, response};
use crate::finding::{CatalogueEntry, Confidence, Diagnosis};
use crate::platform::{Issuer, Platform};
use crate::protocol::{Text, Words, kind_by_status, object, spelled, text};
use crate::transport::{MAX_RESPONSE_BODY, TransportError, TransportErrorKind};

pub use crate::address::IssuerUrl;
pub use metadata::ServerMetadata;
pub(crate) use tenant::stated_base;
pub use tenant::{TenantConfiguration, read_tenant_response};
pub use tenant_id::TenantId;
pub use well_known::{discover, discover_blocking, metadata_requests, read_metadata_response};

/// Returns the request for an issuer's OpenID configuration (OpenID Connect Discovery 1.0 §4.1).
/// Read the response with [`read_openid_response`].
///
/// It carries no credential.
#[must_use]
pub fn openid_request(issuer: &Issuer) -> Request<Bytes> {
    get(&format!("{}{}", issuer.url(), Document::OpenId.path()))
}

/// Returns the request for the configuration of a CXone tenant. Read the response with
/// [`read_tenant_response`].
///
/// It carries no credential. Source: NICE's page "Using the API global authentication service".
#[must_use]
pub fn tenant_request(issuer: &Issuer, tenant: &TenantId) -> Request<Bytes> {
    let (issuer, path) = (issuer.url(), Document::Tenant.path());
    get(&format!("{issuer}{path}?tenantId={tenant}"))
}

fn get(url: &str) -> Request<Bytes> {
    let uri: Uri = url
        .parse()
        .expect("an issuer is a sound URL, and a tenant's id has no character that ends a query");
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(ACCEPT, json);
    let plain = HeaderValue::from_static("identity");
    request.headers_mut().insert(ACCEPT_ENCODING, plain);
    request.headers_mut().insert(USER_AGENT, own_user_agent());
    request
}

/// What an issuer states about itself (OpenID Connect Discovery 1.0 §3), as far as it is used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdConfiguration {
    issuer: Issuer,
    token_endpoint: Option<TokenEndpoint>,
}

/// The members that are read, in their original text.
#[derive(Deserialize)]
struct OpenIdMembers<'a> {
    #[serde(borrow)]
    issuer: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
}

/// Reads the response to the [`openid_request`] of `config`'s issuer.
///
/// The document must name exactly the issuer that was asked (§4.3), character by character. A slash
/// at the end makes no difference: [`Issuer`] removes it, and §4.1 asks issuers with and without it
/// at the same address.
///
/// # Errors
///
/// - [`ErrorKind::Configuration`]: fix the issuer. `config` is not for CXone, the issuer has no
///   such document, or the document names another issuer or an unacceptable token endpoint.
/// - [`ErrorKind::Throttled`], [`ErrorKind::Unavailable`]: ask again later.
/// - [`ErrorKind::Protocol`]: the response is not an OpenID configuration. Report it.
pub fn read_openid_response(
    config: &Config,
    sent_at: Moment,
    response: &http::Response<Bytes>,
) -> Result<OpenIdConfiguration, Error> {
    let issuer = issuer(config)?;
    let reading = Reading {
        document: Document::OpenId,
        config,
        sent_at,
        response,
    };
    let body = reading.body()?;
    let members: OpenIdMembers<'_> = reading.members(&body)?;
    let named = reading.required("issuer", members.issuer)?;
    if named.strip_suffix('/').unwrap_or(&named) != issuer.url() {
        return Err(reading.unfit(
            ErrorKind::Configuration,
            &api::DISCOVERY_ISSUER,
            "it names another issuer",
        ));
    }
    let token_endpoint = members.token_endpoint.map(|member| {
        let text = reading.required("token_endpoint", Some(member))?;
        TokenEndpoint::parse(&text).map_err(|fault| {
            let problem = format!("its token_endpoint {}", fault.problem);
            reading.unfit(ErrorKind::Configuration, &api::DISCOVERY_ENDPOINT, &problem)
        })
    });
    Ok(OpenIdConfiguration {
        issuer: issuer.clone(),
        token_endpoint: token_endpoint.transpose()?,
    })
}

impl OpenIdConfiguration {
    /// Returns the issuer that was asked and that the document names.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Returns the token endpoint, if the document names one. A [`Config`] uses
    /// `{issuer}/auth/token` unless [`with_token_endpoint`](Config::with_token_endpoint) sets
    /// another one.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&TokenEndpoint> {
        self.token_endpoint.as_ref()
    }
}

/// A kind of discovery document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    OpenId,
    Tenant,
}

impl Document {
    /// Returns the path below the issuer.
    fn path(self) -> &'static str {
        match self {
            Self::OpenId => "/.well-known/openid-configuration",
            Self::Tenant => "/.well-known/cxone-configuration",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::OpenId => "OpenID configuration",
            Self::Tenant => "tenant's configuration",
        }
    }

    /// Returns the error for a request without a complete response.
    pub(crate) fn failed(self, failure: TransportError) -> Error {
        let kind = failure.kind();
        let error = Error::of_other_failure(&format!("request for the {}", self.name()), failure);
        match kind {
            TransportErrorKind::BodyTooLarge | TransportErrorKind::InvalidResponse => {
                let evidence = format!("{}: {kind}", self.name());
                let finding = api::DISCOVERY_UNREADABLE.found(Confidence::Certain, evidence);
                error.with_finding(finding)
            }
            _ => error,
        }
    }
}

/// Returns the issuer of `config`.
pub(crate) fn issuer(config: &Config) -> Result<&Issuer, Error> {
    match config.platform() {
        Platform::Cxone(issuer) => Ok(issuer),
        _ => Err(Error::configuration(
            "no discovery: only a configuration for NICE CXone has an issuer and a tenant",
        )),
    }
}

/// A response to a request for a document.
struct Reading<'r> {
    document: Document,
    config: &'r Config,
    sent_at: Moment,
    response: &'r Response<Bytes>,
}

impl<'r> Reading<'r> {
    /// Returns the text of a successful response.
    fn body(&self) -> Result<Text<'r>, Error> {
        if !self.response.status().is_success() {
            return Err(self.refused());
        }
        if self.response.body().len() > MAX_RESPONSE_BODY {
            return Err(self.unreadable("a body that is too long"));
        }
        Ok(Text::of_body(self.response.body()))
    }

    /// Returns the members of a JSON object, in their original text.
    fn members<'a, T: Deserialize<'a>>(&self, body: &'a str) -> Result<T, Error> {
        object(body).map_err(|problem| self.unreadable(problem))
    }

    /// Returns a required text member.
    fn required<'a>(&self, name: &str, member: Option<&'a RawValue>) -> Result<Text<'a>, Error> {
        let Some(member) = member else {
            return Err(self.unreadable(&format!("no {name}")));
        };
        string(member).ok_or_else(|| self.unreadable(&format!("a {name} that is not text")))
    }

    /// Returns the error for a response that is not such a document.
    fn unreadable(&self, problem: &str) -> Error {
        self.unfit(ErrorKind::Protocol, &api::DISCOVERY_UNREADABLE, problem)
    }

    /// Returns the error for a document that is not trusted or not readable. It keeps no part of
    /// the body.
    fn unfit(&self, kind: ErrorKind, cause: &'static CatalogueEntry, problem: &str) -> Error {
        let name = self.document.name();
        let refusal = self.refusal(&Words::default());
        let finding = cause.found(Confidence::Certain, format!("{name}: {problem}"));
        Error::refused(kind, format!("unusable {name}: {problem}"), refusal).with_finding(finding)
    }

    fn refused(&self) -> Error {
        let (name, status) = (self.document.name(), self.response.status());
        let body = Text::of_body(self.response.body());
        let refusal = self.refusal(&Words::read(self.response.headers(), &body));
        let kind = kind(status, refusal.retry_after.is_some());
        let (cause, confidence) = match kind {
            ErrorKind::Throttled => (&response::THROTTLED, Confidence::Certain),
            ErrorKind::Unavailable => (&response::OUT_OF_ORDER, Confidence::Certain),
            _ if self.is_tenant_missing() => (&api::UNKNOWN_TENANT, Confidence::Likely),
            _ => (&api::DISCOVERY_UNREADABLE, Confidence::Likely),
        };
        let evidence = format!("{name}: status {}", status.as_str());
        let outcome = match kind {
            ErrorKind::Throttled => "throttled",
            ErrorKind::Unavailable => "failed",
            _ => "refused",
        };
        let message = format!("request for the {name} {outcome}: {}", spelled(status));
        Error::refused(kind, message, refusal)
            .with_diagnosis(Diagnosis::of(cause.found(confidence, evidence)))
    }

    fn is_tenant_missing(&self) -> bool {
        self.document == Document::Tenant && self.response.status() == StatusCode::NOT_FOUND
    }

    fn refusal(&self, words: &Words<'_>) -> Refusal {
        Refusal::of(self.config, self.sent_at, self.response, words)
    }
}

/// Returns what the caller does next. No credential was sent, so none was rejected: a 401 or 403
/// does not come from the issuer.
fn kind(status: StatusCode, is_told_to_wait: bool) -> ErrorKind {
    let waits = status == StatusCode::SERVICE_UNAVAILABLE && is_told_to_wait;
    match kind_by_status(status) {
        _ if waits || status == StatusCode::TOO_MANY_REQUESTS => ErrorKind::Throttled,
        ErrorKind::Credentials => ErrorKind::Configuration,
        kind => kind,
    }
}

/// Returns the content of a JSON string.
fn string(member: &RawValue) -> Option<Text<'_>> {
    text(member).filter(|_| member.get().starts_with('"'))
}

#[cfg(test)]
mod tests;

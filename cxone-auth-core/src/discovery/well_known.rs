//! Where an authorization server's metadata is, and how it is fetched.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, Response};

use super::metadata::Unfit;
use super::{ServerMetadata, get, kind};
use crate::address::IssuerUrl;
use crate::clock::Moment;
use crate::error::{Error, ErrorKind, Reason, Refusal};
use crate::finding::catalogue::{api, response};
use crate::finding::{Confidence, Setting};
use crate::protocol::{Text, redaction, retry_after, spelled};
use crate::transport::{
    BlockingTransport, MAX_RESPONSE_BODY, Transport, TransportError, TransportErrorKind,
    TransportResult,
};

/// A place where metadata is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// RFC 8414 §3: between the host and the path of the issuer.
    OAuth,
    /// OpenID Connect Discovery 1.0 §4: below the path of the issuer.
    OpenId,
}

impl Place {
    const ALL: [Self; 2] = [Self::OAuth, Self::OpenId];

    fn request(self, issuer: &IssuerUrl) -> Request<Bytes> {
        let (origin, path) = (issuer.origin(), issuer.path());
        get(&match self {
            Self::OAuth => format!("{origin}/.well-known/oauth-authorization-server{path}"),
            Self::OpenId => format!("{origin}{path}/.well-known/openid-configuration"),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::OAuth => "OAuth metadata",
            Self::OpenId => "OpenID configuration",
        }
    }
}

/// Returns the requests for the metadata of a server: RFC 8414 §3.1 first, then OpenID Connect
/// Discovery 1.0 §4.1, if there is nothing at the first address. Read each response with
/// [`read_metadata_response`].
///
/// They carry no credential.
#[must_use]
pub fn metadata_requests(issuer: &IssuerUrl) -> [Request<Bytes>; 2] {
    Place::ALL.map(|place| place.request(issuer))
}

/// Reads the response to one of the [`metadata_requests`].
///
/// # Errors
///
/// The errors of [`ServerMetadata::read`]. Also:
///
/// - [`ErrorKind::Configuration`]: fix the issuer. There is no metadata at this address.
/// - [`ErrorKind::Throttled`], [`ErrorKind::Unavailable`]: ask again later.
pub fn read_metadata_response(
    issuer: &IssuerUrl,
    sent_at: Moment,
    response: &Response<Bytes>,
) -> Result<ServerMetadata, Error> {
    read(issuer, sent_at, response).map_err(|miss| miss.into_error(issuer))
}

/// Fetches the metadata of a server, with at most two requests: see [`metadata_requests`]. Call it
/// once, when a program starts. It is not repeated and not cached.
///
/// The second request follows only if there is no metadata at the first address: another status, a
/// redirect, or a web page. Metadata that names another issuer or an unacceptable endpoint ends the
/// discovery.
///
/// ```
/// use cxone_auth_core::discovery::{IssuerUrl, discover};
/// use cxone_auth_core::{ClientCredentials, Config, Error, Transport};
///
/// async fn configure(transport: &dyn Transport) -> Result<Config, Error> {
///     let issuer: IssuerUrl = "https://id.example.com/realms/main".parse()?;
///     let metadata = discover(transport, &issuer).await?;
///     Config::from_metadata(&metadata, ClientCredentials::new("client-id", "client-secret"))
/// }
/// ```
///
/// # Errors
///
/// The errors of [`read_metadata_response`]. If no complete response arrived,
/// [`transport`](Error::transport) returns the transport's own error.
pub async fn discover(
    transport: &dyn Transport,
    issuer: &IssuerUrl,
) -> Result<ServerMetadata, Error> {
    let mut lookup = Lookup::of(issuer);
    loop {
        let response = transport.send(lookup.request()).await;
        if let Some(outcome) = lookup.read(response) {
            return outcome;
        }
    }
}

/// Fetches metadata like [`discover`], blocking the calling thread.
///
/// # Errors
///
/// The errors of [`discover`].
pub fn discover_blocking(
    transport: &dyn BlockingTransport,
    issuer: &IssuerUrl,
) -> Result<ServerMetadata, Error> {
    let mut lookup = Lookup::of(issuer);
    loop {
        let response = transport.send(lookup.request());
        if let Some(outcome) = lookup.read(response) {
            return outcome;
        }
    }
}

/// A discovery that is under way.
struct Lookup<'i> {
    issuer: &'i IssuerUrl,
    place: Place,
    sent_at: Moment,
    /// Why there is no metadata at the first address.
    first: Option<String>,
}

/// A response without metadata.
enum Miss {
    /// There is no metadata at this address. The other one may have it.
    Absent(Box<Absence>),
    /// The discovery ends.
    Final(Error),
}

struct Absence {
    kind: ErrorKind,
    /// What came instead.
    problem: String,
    refusal: Refusal,
}

impl<'i> Lookup<'i> {
    fn of(issuer: &'i IssuerUrl) -> Self {
        Self {
            issuer,
            place: Place::OAuth,
            sent_at: Moment::now(),
            first: None,
        }
    }

    fn request(&mut self) -> Request<Bytes> {
        self.sent_at = Moment::now();
        self.place.request(self.issuer)
    }

    /// Returns the outcome, or `None` if the other address has to be asked.
    fn read(&mut self, response: TransportResult) -> Option<Result<ServerMetadata, Error>> {
        let issuer = self.issuer;
        let response = match response {
            Ok(response) => response,
            Err(failure) => return Some(Err(failed(issuer, self.place, failure))),
        };
        match (read(issuer, self.sent_at, &response), self.first.take()) {
            (Err(Miss::Absent(absence)), None) => {
                self.first = Some(absence.problem);
                self.place = Place::OpenId;
                None
            }
            (Err(Miss::Absent(absence)), Some(first)) => {
                let (oauth, openid) = (Place::OAuth.name(), Place::OpenId.name());
                let problem = format!("{oauth}: {first}; {openid}: {}", absence.problem);
                let both = Absence {
                    problem,
                    ..*absence
                };
                Some(Err(both.into_error(issuer)))
            }
            (outcome, _) => Some(outcome.map_err(|miss| miss.into_error(issuer))),
        }
    }
}

impl Miss {
    fn into_error(self, issuer: &IssuerUrl) -> Error {
        match self {
            Self::Absent(absence) => absence.into_error(issuer),
            Self::Final(error) => error,
        }
    }
}

impl Absence {
    fn into_error(self, issuer: &IssuerUrl) -> Error {
        let evidence = format!("the metadata of {issuer}: {}", self.problem);
        let finding = api::DISCOVERY_UNREADABLE.found(Confidence::Certain, evidence);
        let message = format!("no metadata of {issuer}: {}", self.problem);
        Error::refused(self.kind, message, self.refusal)
            .with_finding(finding.about(vec![Setting::Discovery]))
    }
}

fn read(
    issuer: &IssuerUrl,
    sent_at: Moment,
    response: &Response<Bytes>,
) -> Result<ServerMetadata, Miss> {
    if !response.status().is_success() {
        return Err(refused(issuer, sent_at, response));
    }
    let body = Text::of_body(response.body());
    let parsed = if body.len() > MAX_RESPONSE_BODY {
        Err(Unfit::unreadable("a body that is too long"))
    } else {
        ServerMetadata::parse(issuer, &body)
    };
    parsed.map_err(|unfit| {
        let refusal = refusal(unfit.kind, sent_at, response);
        if unfit.is_unreadable() {
            return Miss::Absent(Box::new(Absence {
                kind: unfit.kind,
                problem: unfit.problem,
                refusal,
            }));
        }
        let message = unfit.message(issuer);
        let error = Error::refused(unfit.kind, message, refusal);
        Miss::Final(error.with_finding(unfit.finding(issuer)))
    })
}

/// Returns the error for a request without a complete response.
fn failed(issuer: &IssuerUrl, place: Place, failure: TransportError) -> Error {
    let (name, kind) = (place.name(), failure.kind());
    let error = Error::of_other_failure(&format!("request for the {name} of {issuer}"), failure);
    match kind {
        TransportErrorKind::BodyTooLarge | TransportErrorKind::InvalidResponse => {
            let unfit = Unfit::unreadable(kind.to_string());
            error.with_finding(unfit.finding(issuer))
        }
        _ => error,
    }
}

fn refused(issuer: &IssuerUrl, sent_at: Moment, response: &Response<Bytes>) -> Miss {
    let status = response.status();
    let is_told_to_wait = retry_after(response.headers(), sent_at).is_some();
    let kind = kind(status, is_told_to_wait);
    let refusal = refusal(kind, sent_at, response);
    let cause = match kind {
        ErrorKind::Throttled => &response::THROTTLED,
        ErrorKind::Unavailable => &response::OUT_OF_ORDER,
        _ => {
            let target = refusal.redirected_to.as_deref();
            let target = target.map(|target| format!(" to {target}"));
            let problem = format!("{}{}", spelled(status), target.unwrap_or_default());
            return Miss::Absent(Box::new(Absence {
                kind,
                problem,
                refusal,
            }));
        }
    };
    let evidence = format!("the metadata of {issuer}: status {}", status.as_str());
    let message = format!("no metadata of {issuer}: {}", spelled(status));
    let finding = cause.found(Confidence::Certain, evidence);
    Miss::Final(Error::refused(kind, message, refusal).with_finding(finding))
}

/// Returns what is kept of a response. No credential is known, so that the server's own words could
/// not be redacted. They are left out.
fn refusal(kind: ErrorKind, sent_at: Moment, response: &Response<Bytes>) -> Refusal {
    let headers = response.headers();
    let field = |name| headers.get(name)?.to_str().ok();
    let target = field(LOCATION).filter(|_| response.status().is_redirection());
    Refusal {
        status: response.status(),
        reason: Reason::Status(kind),
        code: None,
        oauth_code: None,
        vendor_code: None,
        description: None,
        retry_after: retry_after(headers, sent_at),
        correlation_id: None,
        redirected_to: target
            .map(redaction::place)
            .and_then(|target| redaction::line_of_nobody(&target)),
        content_type: field(CONTENT_TYPE).and_then(redaction::line_of_nobody),
        problem: None,
    }
}

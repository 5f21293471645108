//! The types of the core.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::api::{
    ApiBase, Authorizer, BlockingAuthorizer, BlockingTokenPool, CallError, Choice, Origin,
    RateLimit, SpareHead, TokenPool,
};
use cxone_auth_core::config::{
    Assertion, Attempt, Backoff, BasicEncoding, CredentialError, CredentialErrorKind,
    RenewalPolicy, RetryPolicy, ScopeSeparator, Secret, SigningAlgorithm, SigningKey,
    UnsignedAssertion,
};
use cxone_auth_core::diagnosis::{
    Confidence, FindingCode, Setting, Severity, Term, Text, Theme, Vendor, Wording,
};
use cxone_auth_core::protocol::Lifetime;
use cxone_auth_core::session::{Action, Counts, Requirements, Ticket, TokenOrigin, TokenState};
use cxone_auth_core::source::{Event, OnShort, SystemClock, TokenOptions};
use cxone_auth_core::store::{
    EntryName, Forget, Forgotten, Lease, LeaseId, Seal, StoreError, StoreErrorKind, StoreOptions,
    StoreOutcome,
};
use cxone_auth_core::transport::{
    ClientCertificate, EnvironmentProxy, PemFile, ProxyChoice, ResponseBody, TransportError,
    TransportErrorKind,
};
use cxone_auth_core::{
    BlockingTokenSource, ClientAuthentication, ErrorKind, Moment, SecretString, Session,
    TokenEndpoint, TokenSource, TokenSources, TransportOptions,
};
use http::{Request, Uri};
use secrecy::SecretSlice;

use super::fixture::{
    Exhibit, FakeTransport, SECRET, TOKEN, config, good, key, proxy, quoting, ready, refused,
    shown, told,
};

/// Lists names of types, and has the compiler check that those before the semicolon are `Copy`.
macro_rules! plain {
    ($($copied:ident),+; $($other:literal),+ $(,)?) => {{
        const fn is_copied<T: Copy>() {}
        $(is_copied::<$copied>();)+
        [$(stringify!($copied),)+ $($other),+]
    }};
}
/// Types that hold nothing of anybody's: what can be copied owns no text. The public names, their
/// tables and what is made for tests are among them.
pub(super) const PLAIN: [&str; 50] = plain![
    BasicEncoding,
    Choice,
    ClientAuthentication,
    Confidence,
    Counts,
    CredentialErrorKind,
    Backoff,
    ErrorKind,
    FindingCode,
    Forgotten,
    Lease,
    LeaseId,
    Lifetime,
    Moment,
    OnShort,
    RateLimit,
    RenewalPolicy,
    RetryPolicy,
    ScopeSeparator,
    Setting,
    Severity,
    SigningAlgorithm,
    StoreErrorKind,
    StoreOutcome,
    SystemClock,
    Term,
    Text,
    Theme,
    Ticket,
    TokenOptions,
    TokenOrigin,
    TokenState,
    TransportErrorKind,
    Vendor,
    Wording;
    // These hold text that was checked to be an address, a name or a scope, what an issuer says to
    // anyone who asks without a token, a keyed hash, what a store has of a sealed entry, or no text
    // at all.
    "Area",
    "CatalogueEntry",
    "Central",
    "EntryName",
    "Issuer",
    "IssuerUrl",
    "ManualClock",
    "OpenIdConfiguration",
    "Region",
    "Scope",
    "ScopeSet",
    "ServerMetadata",
    "StoredEntry",
    "TenantConfiguration",
    "TenantId",
];

pub(super) fn exhibits() -> Vec<Exhibit> {
    [
        configuration(),
        credentials(),
        responses(),
        sessions(),
        sources(),
        stores(),
        calls(),
    ]
    .concat()
}

fn configuration() -> Vec<Exhibit> {
    let config = config();
    let block = |label| {
        let content = STANDARD.encode(SECRET);
        format!("-----BEGIN {label}-----\n{content}\n-----END {label}-----\n{SECRET}")
    };
    let certificate = ClientCertificate::from_pem(block("CERTIFICATE"), block("PRIVATE KEY"));
    let no_file = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let identity = certificate.load(no_file).unwrap();
    let without_pem = ClientCertificate::from_pem(block("CERTIFICATE"), SECRET).load(no_file);
    let options = TransportOptions::new()
        .with_proxy(ProxyChoice::Url(proxy()))
        .with_root_certificates(SECRET)
        .with_client_certificate(certificate.clone());
    let environment = EnvironmentProxy::read(|name| {
        (name == "HTTPS_PROXY").then(|| format!("http://me:{SECRET}@proxy.example.com"))
    });
    vec![
        shown("AccessKey", &key()),
        shown(
            "ClientCredentials",
            &cxone_auth_core::ClientCredentials::new(SECRET, SECRET),
        ),
        shown("Config", &config),
        shown("Grant", config.grant()),
        shown("Config", &key_alone()),
        shown("Grant", key_alone().grant()),
        shown("SecretString", &SecretString::from(SECRET)),
        shown("TransportOptions", &options),
        shown("ClientCertificate", &certificate),
        shown("PemFile", &PemFile::new(SECRET.into())),
        shown("ClientIdentity", &identity),
        told("TransportError", &without_pem.unwrap_err()),
        shown("ProxyChoice", options.proxy()),
        told("ProxyUrl", &proxy()),
        shown("EnvironmentProxy", &environment),
        shown("NamedProxy", &environment.named().unwrap()),
        told("TokenEndpoint", config.endpoint()),
        shown("Platform", config.platform()),
        told(
            "ApiBase",
            &"https://api.example.com/x".parse::<ApiBase>().unwrap(),
        ),
        told(
            "Origin",
            &"https://api.example.com".parse::<Origin>().unwrap(),
        ),
        told("Error", &misplaced::<TokenEndpoint>()),
        told("Error", &misplaced::<ApiBase>()),
        told("Error", &misplaced::<Origin>()),
    ]
}

fn credentials() -> Vec<Exhibit> {
    let secret = Secret::new(SECRET).with_previous(SECRET);
    let key = SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]))
        .with_key_id(SECRET)
        .with_jwk_thumbprint(SECRET);
    let client = cxone_auth_core::ClientCredentials::signed_by(SECRET, key.clone());
    let endpoint = "https://as.example.com/token".parse().unwrap();
    let config = cxone_auth_core::Config::custom(endpoint, client.clone()).unwrap();
    let unsigned = UnsignedAssertion::new(&config, &key, Moment::now().wall(), [7; 16]);
    let assertion = Assertion::parse(format!("e30.e30.{SECRET}")).unwrap();
    let attempt = Attempt::new()
        .with_secret(SECRET)
        .with_assertion(assertion.clone());
    let read = config.for_attempt(Moment::now(), &attempt).unwrap();
    let error = CredentialError::new(CredentialErrorKind::Unreadable, "the file is empty");
    let failed = cxone_auth_core::Error::of_credential(Setting::ClientSecret, error);
    vec![
        shown("Secret", &secret),
        shown("SigningKey", &key),
        shown("ClientCredentials", &client),
        shown("Config", &config),
        shown("Config", &read),
        shown("UnsignedAssertion", &unsigned),
        shown("Assertion", &assertion),
        shown("Attempt", &attempt),
        told("CredentialError", failed.credential().unwrap()),
        told("Error", &failed),
    ]
}

fn key_alone() -> cxone_auth_core::Config {
    cxone_auth_core::Config::cxone_access_key(cxone_auth_core::Area::Na1, key()).unwrap()
}

/// An address with a secret where none belongs.
fn misplaced<T: std::str::FromStr<Err = cxone_auth_core::Error> + std::fmt::Debug>()
-> cxone_auth_core::Error {
    format!("https://user:{TOKEN}@example.com/?secret={TOKEN}")
        .parse::<T>()
        .unwrap_err()
}

fn responses() -> Vec<Exhibit> {
    let error = refused();
    let now = Moment::now();
    let token = cxone_auth_core::read_token_response(&config(), now, &good()).unwrap();
    let mut body = ResponseBody::new(None).unwrap();
    body.extend(TOKEN.as_bytes()).unwrap();
    let finding = error.diagnosis().first().unwrap();
    vec![
        told("Error", &error),
        told("Report", &error.report()),
        told("Diagnosis", error.diagnosis()),
        told("Finding", finding),
        told("InWords", &finding.in_words(|_| None)),
        told("InWords", &error.in_words(|_| None)),
        shown("AccessToken", &token),
        told("GrantedScope", token.scope()),
        shown("ResponseBody", &body),
        told(
            "TransportError",
            &TransportError::new(TransportErrorKind::Timeout),
        ),
        told(
            "CallError",
            &CallError::<cxone_auth_core::Error>::Token(error.clone()),
        ),
        told("CallError", &CallError::Client(error)),
    ]
}

fn sessions() -> Vec<Exhibit> {
    let now = Moment::now();
    let mut session = Session::new(config(), 7);
    let (mut exhibits, mut outcomes) = (Vec::new(), Vec::new());
    for response in [good(), quoting()] {
        let action = session.poll(now);
        exhibits.push(shown("Action", &action));
        if let Action::Send(exchange) = action {
            exhibits.push(shown("Exchange", &exchange));
            exhibits.push(shown("Session", &session));
            outcomes.push(session.handle_response(now, exchange, &response));
        }
        exhibits.push(shown("Action", &session.poll(now)));
        exhibits.push(shown("Session", &session));
        exhibits.push(shown("Status", &session.status(now)));
        if let Some(token) = session.current().cloned() {
            let requirements = Requirements::new().with_other_than(token.clone());
            exhibits.push(shown("Requirements", &requirements));
            session.invalidate(now, &token);
        }
    }
    assert_eq!(outcomes.len(), 2, "both responses were asked for");
    exhibits.extend(outcomes.iter().map(|outcome| shown("Outcome", outcome)));
    exhibits
}

fn sources() -> Vec<Exhibit> {
    let source = TokenSource::new(config(), FakeTransport::new(|_| Ok(good())));
    let blocking = BlockingTokenSource::new(config(), FakeTransport::new(|_| Ok(quoting())));
    let failed = refused();
    let took = std::time::Duration::ZERO;
    let obtained = ready(source.token_with(TokenOptions::new())).unwrap();
    blocking.token().unwrap_err();
    let sources =
        TokenSources::new(|config| TokenSource::new(config, FakeTransport::new(|_| Ok(good()))));
    let _ = ready(sources.source(&config()).token());
    vec![
        shown("TokenSource", &source),
        shown("BlockingTokenSource", &blocking),
        shown("Status", &source.status()),
        shown("Obtained", &obtained),
        told(
            "Event",
            &Event::Failed {
                error: failed,
                took,
            },
        ),
        shown("Subscription", &source.events(|_| {})),
        shown("TokenSources", &sources),
        shown("TokenPool", &TokenPool::from(source)),
        shown("BlockingTokenPool", &BlockingTokenPool::from(blocking)),
    ]
}

/// Keys that the options never use.
struct NoKeys;

impl Seal for NoKeys {
    fn name(&self, _: &[u8]) -> [u8; 32] {
        [0; 32]
    }

    fn seal(&self, _: &EntryName, _: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(Vec::new())
    }

    fn open(&self, _: &EntryName, _: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        Ok(Vec::new().into())
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        Ok([0; 16])
    }
}

fn stores() -> Vec<Exhibit> {
    let error = StoreError::new(StoreErrorKind::Damaged, "a problem").within("a place");
    vec![
        shown(
            "StoreOptions",
            &StoreOptions::new(NoKeys).with_identity(SECRET),
        ),
        shown("Forget", &Forget::Token(TOKEN.into())),
        told("StoreError", &error),
    ]
}

fn calls() -> Vec<Exhibit> {
    let uri = Uri::from_static("https://api.example.com/users");
    let authorizer = Authorizer::new(TokenSource::new(
        config(),
        FakeTransport::new(|_| Ok(good())),
    ));
    let call = ready(authorizer.begin(&uri)).unwrap();
    let blocking = BlockingTokenSource::new(config(), FakeTransport::new(|_| Ok(good())));
    let blocking = BlockingAuthorizer::new(blocking);
    let blocking_call = blocking.begin(&uri).unwrap();
    let request = Request::get(uri).header("cookie", SECRET).body(());
    let (head, ()) = request.unwrap().into_parts();
    vec![
        shown("Authorizer", &authorizer),
        shown("AuthorizedCall", &call),
        shown("BlockingAuthorizer", &blocking),
        shown("BlockingAuthorizedCall", &blocking_call),
        shown("SpareHead", &SpareHead::of(&head)),
    ]
}

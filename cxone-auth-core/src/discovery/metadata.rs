//! What an authorization server states about itself (RFC 8414 §2).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::string;
use crate::address::{IssuerUrl, TokenEndpoint};
use crate::config::Listed;
use crate::error::{Error, ErrorKind};
use crate::finding::catalogue::{address, api, metadata};
use crate::finding::{CatalogueEntry, Confidence, Finding, Setting};
use crate::platform::is_of_another_owner;
use crate::protocol::{Text, object, redaction};

/// The metadata of an authorization server, as far as it is used here.
///
/// [`discover`](crate::discovery::discover) fetches it,
/// [`Config::from_metadata`](crate::Config::from_metadata) uses it, and
/// [`inspect_metadata`](crate::diagnosis::inspect_metadata) compares a configuration with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerMetadata {
    issuer: IssuerUrl,
    token_endpoint: TokenEndpoint,
    mtls_token_endpoint: Option<TokenEndpoint>,
    methods: Option<Vec<String>>,
    signing_algorithms: Vec<String>,
    grant_types: Option<Vec<String>>,
    scopes: Option<Vec<String>>,
}

/// The members that are read, in their original text.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    issuer: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint_auth_methods_supported: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint_auth_signing_alg_values_supported: Option<&'a RawValue>,
    #[serde(borrow)]
    grant_types_supported: Option<&'a RawValue>,
    #[serde(borrow)]
    scopes_supported: Option<&'a RawValue>,
    #[serde(borrow)]
    mtls_endpoint_aliases: Option<&'a RawValue>,
}

/// The one alias that is read (RFC 8705 §5).
#[derive(Deserialize)]
struct Aliases<'a> {
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
}

/// Why a body is not the metadata of the server that was asked.
pub(super) struct Unfit {
    pub(super) kind: ErrorKind,
    pub(super) cause: &'static CatalogueEntry,
    /// The rest of a sentence about the metadata.
    pub(super) problem: String,
}

/// What a server is taken to accept if its metadata lists no method (RFC 8414 §2).
const DEFAULT_METHOD: &str = "client_secret_basic";

/// The longest name of a method, a grant or a scope that is kept, in bytes.
const LONGEST_NAME: usize = 200;

impl ServerMetadata {
    /// Reads the metadata that was fetched from `issuer`, or a copy of it. It makes no request.
    ///
    /// The document must name exactly this issuer, byte for byte (RFC 8414 §3.3). Its token endpoint
    /// must be https. Plain http may go to loopback if the issuer is there too, and to the host of
    /// [`IssuerUrl::with_insecure_host`]. An endpoint at a vendor that does not own the issuer is
    /// refused: a client of the issuer does not exist there. Any other host is accepted, and
    /// [`inspect_metadata`](crate::diagnosis::inspect_metadata) shows it.
    ///
    /// ```
    /// use cxone_auth_core::discovery::{IssuerUrl, ServerMetadata};
    ///
    /// let issuer: IssuerUrl = "https://id.example.com".parse()?;
    /// let document = r#"{
    ///     "issuer": "https://id.example.com",
    ///     "token_endpoint": "https://id.example.com/token",
    ///     "token_endpoint_auth_methods_supported": ["client_secret_post"]
    /// }"#;
    /// let metadata = ServerMetadata::read(&issuer, document)?;
    /// assert_eq!(metadata.token_endpoint().to_string(), "https://id.example.com/token");
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Configuration`]: fix the issuer, or have the server fixed. The document names
    ///   another issuer, or an endpoint that must not get a secret.
    /// - [`ErrorKind::Protocol`]: the text is not such a document.
    pub fn read(issuer: &IssuerUrl, document: &str) -> Result<Self, Error> {
        Self::parse(issuer, document).map_err(|unfit| {
            Error::new(unfit.kind, unfit.message(issuer)).with_finding(unfit.finding(issuer))
        })
    }

    pub(super) fn parse(issuer: &IssuerUrl, document: &str) -> Result<Self, Unfit> {
        let members: Members<'_> = object(document).map_err(Unfit::unreadable)?;
        let named = required("issuer", members.issuer)?;
        if *named != *issuer.as_str() {
            return Err(Unfit::of_issuer(&named));
        }
        let token_endpoint = required("token_endpoint", members.token_endpoint)?;
        let alias = members.mtls_endpoint_aliases.and_then(alias);
        let endpoint = |name, text: &str| endpoint(issuer, name, text);
        Ok(Self {
            issuer: issuer.clone(),
            token_endpoint: endpoint("token_endpoint", &token_endpoint)?,
            mtls_token_endpoint: alias
                .map(|text| endpoint("mtls_endpoint_aliases.token_endpoint", &text))
                .transpose()?,
            methods: names(members.token_endpoint_auth_methods_supported),
            signing_algorithms: names(members.token_endpoint_auth_signing_alg_values_supported)
                .unwrap_or_default(),
            grant_types: names(members.grant_types_supported),
            scopes: names(members.scopes_supported),
        })
    }

    /// Returns the issuer that was asked and that the document names.
    #[must_use]
    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// Returns the token endpoint.
    #[must_use]
    pub fn token_endpoint(&self) -> &TokenEndpoint {
        &self.token_endpoint
    }

    /// Returns the token endpoint for a client that presents a certificate (RFC 8705 §5). It is the
    /// [`token_endpoint`](Self::token_endpoint) if the document names no other.
    #[must_use]
    pub fn mtls_token_endpoint(&self) -> &TokenEndpoint {
        let own = self.mtls_token_endpoint.as_ref();
        own.unwrap_or(&self.token_endpoint)
    }

    /// Returns the client authentication methods, as `token_endpoint_auth_methods_supported` lists
    /// them. If it lists none, that is `client_secret_basic` (RFC 8414 §2).
    pub fn authentication_methods(&self) -> impl Iterator<Item = &str> {
        let listed = self.methods.as_deref().unwrap_or_default();
        let default = self.methods.is_none().then_some(DEFAULT_METHOD);
        listed.iter().map(String::as_str).chain(default)
    }

    /// Returns the algorithms that a client may sign an assertion with, as
    /// `token_endpoint_auth_signing_alg_values_supported` lists them.
    #[must_use]
    pub fn signing_algorithms(&self) -> &[String] {
        &self.signing_algorithms
    }

    /// Returns `grant_types_supported`, if the document has it.
    #[must_use]
    pub fn grant_types(&self) -> Option<&[String]> {
        self.grant_types.as_deref()
    }

    /// Returns `scopes_supported`, if the document has it. Many servers list only some.
    #[must_use]
    pub fn scopes(&self) -> Option<&[String]> {
        self.scopes.as_deref()
    }

    /// Returns what a configuration keeps of it.
    pub(crate) fn listed(&self) -> Listed {
        Listed {
            methods: self.authentication_methods().map(str::to_owned).collect(),
            algorithms: self.signing_algorithms.clone(),
        }
    }

    /// Reports whether the server lists this client authentication method.
    pub(crate) fn lists_method(&self, method: &str) -> bool {
        self.authentication_methods().any(|own| own == method)
    }

    /// Reports whether the token endpoint is on another host than the issuer.
    pub(crate) fn leads_elsewhere(&self) -> bool {
        self.token_endpoint.host() != self.issuer.host()
    }
}

impl Unfit {
    pub(super) fn unreadable(problem: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Protocol,
            cause: &api::DISCOVERY_UNREADABLE,
            problem: problem.into(),
        }
    }

    fn of_issuer(named: &str) -> Self {
        let named = redaction::line_of_nobody(named);
        let named = named.as_deref().unwrap_or("nothing");
        Self {
            kind: ErrorKind::Configuration,
            cause: &metadata::OTHER_ISSUER,
            problem: format!("it names {named} as its issuer"),
        }
    }

    /// Reports whether the body is no metadata at all.
    pub(super) fn is_unreadable(&self) -> bool {
        self.cause.code == api::DISCOVERY_UNREADABLE.code
    }

    pub(super) fn message(&self, issuer: &IssuerUrl) -> String {
        format!("unusable metadata of {issuer}: {}", self.problem)
    }

    /// Returns the finding, which names the issuer that was asked.
    pub(super) fn finding(&self, issuer: &IssuerUrl) -> Finding {
        let evidence = format!("the metadata of {issuer}: {}", self.problem);
        let finding = self.cause.found(Confidence::Certain, evidence);
        finding.about(vec![Setting::Discovery])
    }
}

/// Parses an endpoint, and refuses one that belongs to a vendor that does not own the issuer.
fn endpoint(issuer: &IssuerUrl, name: &str, text: &str) -> Result<TokenEndpoint, Unfit> {
    let unfit = |cause, problem| Unfit {
        kind: ErrorKind::Configuration,
        cause,
        problem,
    };
    let endpoint = issuer.endpoint(text).map_err(|fault| {
        let problem = format!("its {name} {}", fault.problem);
        unfit(&address::MALFORMED_ENDPOINT, problem)
    })?;
    if is_of_another_owner(endpoint.host(), issuer.host()) {
        let host = endpoint.host();
        let problem = format!("its {name} is at {host}, which belongs to another vendor");
        return Err(unfit(&address::OTHER_VENDOR, problem));
    }
    Ok(endpoint)
}

/// Returns a required text member.
fn required<'a>(name: &str, member: Option<&'a RawValue>) -> Result<Text<'a>, Unfit> {
    let Some(member) = member else {
        return Err(Unfit::unreadable(format!("no {name}")));
    };
    string(member).ok_or_else(|| Unfit::unreadable(format!("a {name} that is not text")))
}

fn alias(member: &RawValue) -> Option<Text<'_>> {
    let aliases: Aliases<'_> = object(member.get()).ok()?;
    string(aliases.token_endpoint?)
}

/// Returns the names of a list. A list that is empty or not a list counts as missing (RFC 8414
/// §3.2). A name with other characters than names have is left out, so that each can be shown.
fn names(member: Option<&RawValue>) -> Option<Vec<String>> {
    let members: Vec<&RawValue> = serde_json::from_str(member?.get()).ok()?;
    let is_name = |name: &Text<'_>| {
        !name.is_empty()
            && name.len() <= LONGEST_NAME
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let names = members.into_iter().filter_map(string).filter(is_name);
    let names: Vec<String> = names.map(|name| (*name).to_owned()).collect();
    (!names.is_empty()).then_some(names)
}

//! The configuration of a CXone tenant.

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Document, Reading, TenantId, issuer, string};
use crate::address::ApiBase;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::finding::catalogue::api;
use crate::finding::{Confidence, Message, Term};
use crate::platform::takes_token_of_nice;
use crate::protocol::{AccessToken, redaction};

/// The addresses and the location of a CXone tenant. Clones share the data.
///
/// Take addresses from here. Do not build them from the name of an area or a cluster: tenants move,
/// and hosts vary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantConfiguration(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    tenant: TenantId,
    api_base: ApiBase,
    area: Option<String>,
    cluster: Option<String>,
    domain: Option<String>,
}

/// The members that are read, in their original text.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, rename = "tenantId")]
    tenant_id: Option<&'a RawValue>,
    #[serde(borrow)]
    api_endpoint: Option<&'a RawValue>,
    #[serde(borrow)]
    area: Option<&'a RawValue>,
    #[serde(borrow)]
    cluster: Option<&'a RawValue>,
    #[serde(borrow)]
    domain: Option<&'a RawValue>,
}

/// Reads the response to the [`tenant_request`](crate::discovery::tenant_request) for `tenant`
/// at `config`'s issuer.
///
/// The document must belong to the requested tenant. The token goes to its `api_endpoint`, so that
/// address must be `https` under a domain of NICE, matched by whole labels, or allowed by the
/// configuration ([`Config::with_api_origin`], [`Config::with_api_base`]).
///
/// # Errors
///
/// - [`ErrorKind::Configuration`]: `config` is not for CXone, the issuer does not know the tenant,
///   or the token must not go to the API that the document names. Fix the issuer, or allow the API.
/// - [`ErrorKind::Throttled`], [`ErrorKind::Unavailable`]: ask again later.
/// - [`ErrorKind::Protocol`]: the response is not the configuration of this tenant. Report it.
pub fn read_tenant_response(
    config: &Config,
    tenant: &TenantId,
    sent_at: Moment,
    response: &http::Response<Bytes>,
) -> Result<TenantConfiguration, Error> {
    issuer(config)?;
    let reading = Reading {
        document: Document::Tenant,
        config,
        sent_at,
        response,
    };
    let body = reading.body()?;
    let members: Members<'_> = reading.members(&body)?;
    let named = reading.required("tenantId", members.tenant_id)?;
    // The id is a UUID. Its letters have no case (RFC 9562 §4).
    if !named.eq_ignore_ascii_case(tenant.as_str()) {
        return Err(reading.unfit(
            ErrorKind::Protocol,
            &api::DISCOVERY_ISSUER,
            "it belongs to another tenant",
        ));
    }
    let endpoint = reading.required("api_endpoint", members.api_endpoint)?;
    let api_base = api_base(config, &endpoint).map_err(|problem| {
        let problem = format!("its api_endpoint {problem}");
        reading.unfit(ErrorKind::Configuration, &api::DISCOVERY_ENDPOINT, &problem)
    })?;
    // These values are for people only. A value that is not text counts as missing.
    let word = |member: Option<&RawValue>| redaction::word(&string(member?)?, config);
    Ok(TenantConfiguration(Arc::new(Inner {
        tenant: tenant.clone(),
        api_base,
        area: word(members.area),
        cluster: word(members.cluster),
        domain: word(members.domain),
    })))
}

impl TenantConfiguration {
    /// Returns the tenant.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.0.tenant
    }

    /// Returns the base of the API: the document's `api_endpoint`.
    #[must_use]
    pub fn api_base(&self) -> &ApiBase {
        &self.0.api_base
    }

    /// Returns the area, such as `na1`, if the document names it.
    #[must_use]
    pub fn area(&self) -> Option<&str> {
        self.0.area.as_deref()
    }

    /// Returns the cluster, such as `B32`, if the document names it.
    #[must_use]
    pub fn cluster(&self) -> Option<&str> {
        self.0.cluster.as_deref()
    }

    /// Returns the domain, such as `niceincontact.com`, if the document names it.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.0.domain.as_deref()
    }
}

/// Returns the API base that a discovery document names, if the token may go there: it must be
/// `https` under a domain of NICE, or allowed by `config`. The error is the problem, with the host
/// if it can be shown.
fn api_base(config: &Config, text: &str) -> Result<ApiBase, String> {
    let base = ApiBase::parse(text).map_err(|fault| fault.problem.to_owned())?;
    admitted(config, &base)?;
    Ok(base)
}

/// Where the API is, as the response that brought `token` names it, where the token may go there.
/// For a token that names no tenant to ask for.
pub(crate) fn stated_base(config: &Config, token: &AccessToken) -> Result<ApiBase, Error> {
    const MEMBER: &str = "resource_server_base_uri";
    let Some(base) = token.resource_server() else {
        let message = format!(
            "no API is known: the token names no tenant, and its response no {MEMBER}: name it with "
        );
        let message = Message::from(message).term(Term::ApiBase);
        let evidence = format!("no tenantId in the token, no {MEMBER} in its response");
        return Err(Error::configuration(message)
            .with_finding(api::NO_API_BASE.found(Confidence::Certain, evidence)));
    };
    admitted(config, base).map_err(|problem| {
        let problem = format!("{MEMBER} {problem}");
        Error::configuration(format!(
            "the token's response names no usable API: {problem}"
        ))
        .with_finding(api::DISCOVERY_ENDPOINT.found(Confidence::Certain, problem))
    })?;
    Ok(base.clone())
}

/// Whether a token may go to an API that a document or a response names.
fn admitted(config: &Config, base: &ApiBase) -> Result<(), String> {
    let origin = base.origin();
    if redaction::names_a_secret(origin.host(), config) {
        return Err("names a host that repeats a secret".to_owned());
    }
    let is_nice = takes_token_of_nice(origin.host());
    if config.allows_api(origin) || origin.is_https() && is_nice {
        Ok(())
    } else {
        let origin = redaction::word(&origin.to_string(), config)
            .filter(|_| !redaction::repeats_a_secret(origin.host(), config));
        let origin = origin.as_deref().unwrap_or("at a host");
        Err(format!("is {origin}, which is not under a domain of NICE"))
    }
}

//! The OpenID configuration of an issuer.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Document, Reading, issuer};
use crate::address::TokenEndpoint;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::finding::catalogue::api;
use crate::platform::Issuer;

/// What an issuer says of itself (OpenID Connect Discovery 1.0 §3), as far as it is of use here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdConfiguration {
    issuer: Issuer,
    token_endpoint: Option<TokenEndpoint>,
}

/// The members that are read, as they were written.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    issuer: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
}

impl OpenIdConfiguration {
    /// Reads the response to the [`openid_request`](crate::discovery::openid_request) of `config`'s
    /// issuer.
    ///
    /// The document must name the very issuer that was asked (§4.3), character by character. A
    /// slash at the end makes no difference: [`Issuer`] does not keep it, and §4.1 asks issuers
    /// with and without it at the same address.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Configuration`]: `config` is not for CXone, there is no such document at the
    ///   issuer's address, it names another issuer, or a token endpoint that gets no secret.
    /// - [`ErrorKind::Throttled`], [`ErrorKind::Unavailable`]: ask again later.
    /// - [`ErrorKind::Protocol`]: what came back is no OpenID configuration.
    pub fn read(
        config: &Config,
        sent_at: Moment,
        response: &http::Response<Bytes>,
    ) -> Result<Self, Error> {
        let issuer = issuer(config)?;
        let reading = Reading {
            document: Document::OpenId,
            config,
            sent_at,
            response,
        };
        let body = reading.body()?;
        let members: Members<'_> = reading.members(&body)?;
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
            text.parse().map_err(|_| {
                reading.unfit(
                    ErrorKind::Configuration,
                    &api::DISCOVERY_ENDPOINT,
                    "its token_endpoint is not https, or no address of one",
                )
            })
        });
        Ok(Self {
            issuer: issuer.clone(),
            token_endpoint: token_endpoint.transpose()?,
        })
    }

    /// The issuer that was asked, and that the document names.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Where the issuer gives tokens, when it says so. A
    /// [`Config`] asks `{issuer}/auth/token` unless
    /// [`with_token_endpoint`](Config::with_token_endpoint) is told otherwise.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&TokenEndpoint> {
        self.token_endpoint.as_ref()
    }
}

//! Where CXone's API is: the OpenID configuration of an issuer, and the configuration of a tenant.
//!
//! Requests and reading, without IO. Neither request carries a credential or the token. A
//! [`TokenSource`](crate::TokenSource) does all of it: `api_base` and `tenant_configuration`.
//!
//! | to | see |
//! |---|---|
//! | ask an issuer, and read what it says | [`openid_request`], [`OpenIdConfiguration`] |
//! | know the tenant of a token | [`TenantId`] |
//! | ask for a tenant, and read where its API is | [`tenant_request`], [`TenantConfiguration`] |

mod domain;
mod openid;
mod reading;
mod tenant;
mod tenant_id;

use bytes::Bytes;
use http::header::{ACCEPT, HeaderValue};
use http::{Request, Uri};

use crate::platform::Issuer;

pub use openid::OpenIdConfiguration;
pub(crate) use reading::{Document, issuer};
pub use tenant::TenantConfiguration;
pub use tenant_id::TenantId;

/// The request for an issuer's OpenID configuration (OpenID Connect Discovery 1.0 §4.1), which
/// [`OpenIdConfiguration::read`] reads the response to.
///
/// It carries no credential.
#[must_use]
pub fn openid_request(issuer: &Issuer) -> Request<Bytes> {
    get(&format!("{}{}", issuer.url(), Document::OpenId.path()))
}

/// The request for the configuration of a CXone tenant, which [`TenantConfiguration::read`] reads
/// the response to.
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
    request
}

#[cfg(test)]
mod tests;

//! The two discovery documents of a CXone issuer.

use serde_json::{Value, json};

use super::AREA;
use crate::sandbox::desk::{Desk, Hosts};
use crate::server::{Received, Reply};

const OPENID: &str = "/.well-known/openid-configuration";
const TENANT: &str = "/.well-known/cxone-configuration";

/// What is sent instead of the truth.
#[derive(Default)]
pub(super) struct Lies {
    pub(super) openid: Option<Reply>,
    pub(super) tenant: Option<Reply>,
}

pub(super) fn is_below(path: &str) -> bool {
    path == OPENID || path == TENANT
}

pub(super) fn response(tenant_id: &str, lies: &Lies, desk: &Desk, request: &Received) -> Reply {
    let lie = match request.path() {
        OPENID => &lies.openid,
        TENANT => &lies.tenant,
        _ => &None,
    };
    lie.clone()
        .unwrap_or_else(|| truth(tenant_id, desk, request))
}

fn truth(tenant_id: &str, desk: &Desk, request: &Received) -> Reply {
    let query = request.query();
    let asks_for_tenant = query.contains(&("tenantId".to_owned(), tenant_id.to_owned()));
    match (request.method.as_str(), request.path()) {
        ("GET", OPENID) => Reply::json(200, &openid_configuration(&desk.hosts().login)),
        ("GET", TENANT) if asks_for_tenant => {
            Reply::json(200, &tenant_configuration(tenant_id, desk.hosts()))
        }
        _ => Reply::json(404, &json!({ "message": "not found" })),
    }
}

/// Returns the provider's metadata. The vendor's description lists only Basic as client
/// authentication, a published sample lists Basic and the body. The sandbox accepts both and says
/// so.
pub(super) fn openid_configuration(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth/authorize"),
        "token_endpoint": format!("{issuer}/auth/token"),
        "jwks_uri": format!("{issuer}/auth/jwks"),
        "userinfo_endpoint": format!("{issuer}/auth/userinfo"),
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["password"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    })
}

/// Returns the tenant's configuration with the members of the published example, or 404 for an
/// unknown tenant.
pub(super) fn tenant_configuration(tenant_id: &str, hosts: &Hosts) -> Value {
    json!({
        "private": false,
        "area": AREA,
        "cluster": "B32",
        "domain": "niceincontact.com",
        "acdDomain": "nice-incontact.com",
        "uhDomain": "nice-incontact.com",
        "ui_endpoint": hosts.login,
        "auth_endpoint": hosts.login,
        "api_endpoint": hosts.api,
        "tenantId": tenant_id,
        "globaldomain": "niceincontact.com",
    })
}

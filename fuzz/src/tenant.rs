//! The tenant in a token: whatever the claims are, an id is read that may stand in a query, or the
//! error tells nothing of them.
//!
//! An input is the payload of a JWT as it is before base64; it is also tried as the token itself.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::discovery::{TenantId, tenant_request};
use cxone_auth_core::{AccessToken, Error, ErrorKind, Issuer, Moment};
use serde_json::Value;

use super::spoken::{all_text, assert_well_spoken};

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let jwt = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(data));
    let jwt = token(&jwt).expect("base64 is what tokens are made of");
    let text = String::from_utf8_lossy(data);
    let tenant_of_jwt = tenant(&jwt);
    // The other claims are passed over, also where they are not sound.
    if let (Some(tenant), Ok(claims)) = (tenant_of_jwt, serde_json::from_str::<Value>(&text)) {
        assert_eq!(claims["tenantId"], tenant.as_str());
    }
    if let Some(token) = token(&text) {
        tenant(&token);
    }
    if let Ok(tenant) = text.parse::<TenantId>().inspect_err(check_error) {
        assert_eq!(tenant.as_str(), text);
        check_tenant(&tenant);
    }
}

fn token(text: &str) -> Option<AccessToken> {
    let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
    let token = AccessToken::bearer(text, now, Duration::from_mins(1));
    token.inspect_err(check_error).ok()
}

fn tenant(token: &AccessToken) -> Option<TenantId> {
    let tenant = TenantId::of(token).inspect_err(check_error).ok()?;
    check_tenant(&tenant);
    Some(tenant)
}

fn check_tenant(tenant: &TenantId) {
    let text = tenant.as_str();
    assert!((1..=64).contains(&text.len()), "{text}");
    let uri = tenant_request(&Issuer::Global, tenant).uri().to_string();
    let (address, id) = uri
        .split_once("?tenantId=")
        .expect("a tenant is asked about");
    let issuer = Issuer::Global.url();
    assert_eq!(address, format!("{issuer}/.well-known/cxone-configuration"));
    assert_eq!(id, text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    assert!(id.bytes().all(is_plain), "{uri}");
}

fn check_error(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_well_spoken(error);
    // Nothing of a token is told, and no text of the library has a tilde.
    let shown = all_text(error);
    assert!(!shown.contains('~'), "{shown}");
}

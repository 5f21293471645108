//! Discovery: a token that is decoded for the tenant it names, and documents that quote a secret.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cxone_auth_core::diagnosis::diagnose_token;
use cxone_auth_core::discovery::TenantId;
use cxone_auth_core::{AccessToken, BlockingTokenSource, Config, Issuer, Moment};
use cxone_auth_watch::{Needle, watch};
use http::{Response, StatusCode};
use zeroize::Zeroizing;

use super::fixture::{FakeTransport, NEEDLES, SECRET, credentials, key, leaves_nothing_of};
use crate::shared::spelling::spellings;

/// What nobody but the token's reader should know, beside the tenant.
const CLAIM: &str = "a-cla1m/of+the=token~";

/// A token that names a tenant, and one that names none.
static TOKENS: LazyLock<[String; 2]> = LazyLock::new(|| {
    let payloads = [
        format!(r#"{{"tenantId":"tenant-1","name":"{CLAIM}"}}"#),
        format!(r#"{{"tenantId":"{CLAIM}","name":"{CLAIM}"}}"#),
    ];
    payloads.map(|payload| format!("e30.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(payload)))
});

fn needles() -> Vec<Needle> {
    let claim = spellings(CLAIM).into_iter();
    let claim = claim.map(|text| Needle::new("a claim", text.as_bytes()));
    let tokens = TOKENS.iter();
    let tokens = tokens.map(|token| Needle::new("the token", token.as_bytes()));
    let needles = NEEDLES.iter().cloned();
    needles.chain(claim).chain(tokens).collect()
}

fn config() -> Config {
    Config::cxone(Issuer::Global, credentials(), key()).unwrap()
}

/// A source whose server gives this token, and this response to the request for the tenant's
/// configuration.
fn tenancy(token: &'static str, status: StatusCode, document: Bytes) -> BlockingTokenSource {
    let transport = FakeTransport::new(move |request| {
        let path = request.uri().path();
        let (status, body) = if path == "/auth/token" {
            (StatusCode::OK, good(token))
        } else if path.ends_with("/openid-configuration") {
            let issuer = br#"{"issuer":"https://cxone.niceincontact.com"}"#;
            (StatusCode::OK, Bytes::from_static(issuer))
        } else {
            (status, document.clone())
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    });
    BlockingTokenSource::new(config(), transport)
}

/// In a block of its own, of its final size.
fn good(token: &str) -> Bytes {
    let body = [r#"{"access_token":""#, token, r#"","expires_in":300}"#].concat();
    Bytes::from(body.into_bytes())
}

#[test]
fn a_tenant_that_is_found_leaves_nothing_of_its_token() {
    let document = br#"{"tenantId":"tenant-1","api_endpoint":"https://api-x.niceincontact.com"}"#;
    leaves_nothing_of(&needles(), || {
        let source = tenancy(&TOKENS[0], StatusCode::OK, Bytes::from_static(document));
        let found = source.tenant_configuration().unwrap();
        assert_eq!(found.tenant().as_str(), "tenant-1");
        source.invalidate(&source.token().unwrap());
        drop(source.api_base().unwrap());
        source.forget_tenant();
        drop(source.api_base().unwrap());
        drop(format!("{source:?} {found:?}"));
    });
}

#[test]
fn a_tenant_that_is_not_found_leaves_nothing_either() {
    let document = [
        r#"{"message":""#,
        SECRET,
        r#"","tenantId":""#,
        SECRET,
        r#""}"#,
    ]
    .concat();
    let document = Bytes::from_owner(Zeroizing::new(document));
    for (token, status) in [(0, 404), (0, 200), (1, 200)] {
        leaves_nothing_of(&needles(), || {
            let status = StatusCode::from_u16(status).unwrap();
            let source = tenancy(&TOKENS[token], status, document.clone());
            let error = source.tenant_configuration().unwrap_err();
            let shown = format!("{error:#} {error:?} {} {source:?}", error.report());
            assert!(!shown.contains(SECRET) && !shown.contains(CLAIM), "{shown}");
        });
    }
}

#[test]
fn a_token_that_is_decoded_leaves_nothing() {
    for text in TOKENS.iter() {
        let now = Moment::now();
        let token = AccessToken::bearer(text, now, Duration::from_mins(5)).unwrap();
        leaves_nothing_of(&needles(), || {
            drop(TenantId::of(&token).map_err(|error| format!("{error:#} {error:?}")));
            drop(diagnose_token(&config(), &token));
            drop(token);
        });
    }
}

#[test]
fn a_token_that_is_decoded_carelessly_is_seen() {
    let payload = TOKENS[0].split('.').nth(1).unwrap();
    let careless = || drop(URL_SAFE_NO_PAD.decode(payload).unwrap());
    assert_eq!(watch(&needles(), careless).1.len(), 1);
}

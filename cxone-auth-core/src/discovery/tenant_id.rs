//! The id of a CXone tenant, as a token names it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::finding::Confidence;
use crate::finding::catalogue::api;
use crate::protocol::AccessToken;

/// The id of a CXone tenant: a UUID, or any other text of letters, digits and hyphens.
///
/// ```
/// use cxone_auth_core::discovery::TenantId;
///
/// let tenant: TenantId = "11eb0e3c-6c1a-4a2e-8a3f-0242ac110002".parse()?;
/// assert!("x&tenantId=y".parse::<TenantId>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantId(String);

/// The longest accepted id, in characters. A UUID has 36.
const LONGEST: usize = 64;

/// The claims that are read, in their original text.
#[derive(Deserialize)]
struct Claims<'a> {
    #[serde(borrow, rename = "tenantId")]
    tenant_id: Option<&'a RawValue>,
}

impl TenantId {
    /// Reads the tenant from a CXone token: the claim `tenantId` of the JWT.
    ///
    /// The signature is not checked, and need not be. The token came from the token endpoint over
    /// TLS, and the claim is used only to ask the issuer about this tenant. A wrong id leads to the
    /// configuration of another tenant at the same issuer. The issuer's response, not the token,
    /// decides where the token may go.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the token is not a JWT or
    /// names no tenant: it comes from another server. The error contains no part of the token.
    pub fn of(token: &AccessToken) -> Result<Self, Error> {
        claimed(token.expose_secret()).map_err(|problem| {
            Error::configuration(format!("no tenant in the token: {problem}"))
                .with_finding(api::NO_TENANT.found(Confidence::Certain, problem))
        })
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: &str) -> Option<Self> {
        let is_of_ids = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_fit = (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_of_ids);
        is_fit.then(|| Self(text.to_owned()))
    }
}

fn claimed(token: &str) -> Result<TenantId, &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it is not a JWT");
    };
    let claims = decoded(payload).ok_or("its payload is not base64url")?;
    let claims = claims.trim_ascii();
    if !claims.starts_with(b"{") {
        return Err("its payload is not a JSON object");
    }
    let claims: Claims<'_> =
        serde_json::from_slice(claims).map_err(|_| "its payload is not a JSON object")?;
    let written = claims.tenant_id.ok_or("it has no claim tenantId")?.get();
    written
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .and_then(TenantId::new)
        .ok_or("its claim tenantId is not an id")
}

/// Decodes the payload into one buffer that is overwritten when it is dropped.
fn decoded(payload: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(payload.len())]);
    let length = URL_SAFE_NO_PAD.decode_slice(payload, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

impl FromStr for TenantId {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the text is empty, longer
    /// than 64 characters, or has other characters than letters, digits and hyphens. Fix the id.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text).ok_or_else(|| {
            Error::configuration("tenant id is not made of letters, digits and hyphens")
        })
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use std::time::{Duration, SystemTime};

    fn tenant_of(token: &str) -> Result<TenantId, Error> {
        let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
        TenantId::of(&AccessToken::bearer(token, now, Duration::from_secs(60)).unwrap())
    }

    fn jwt(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_tenant_is_read_from_the_payload() {
        let id = "11eb0e3c-6c1a-4a2e-8a3f-0242ac110002";
        for payload in [
            format!(r#"{{"tenantId":"{id}"}}"#),
            format!(r#" {{"iss":"x","tenantId" : "{id}","role":{{"tenantId":5}},"exp":1}} "#),
        ] {
            assert_eq!(tenant_of(&jwt(&payload)).unwrap().as_str(), id, "{payload}");
        }
    }

    #[test]
    fn a_token_without_a_sound_tenant_is_refused_and_not_told() {
        let long = format!(r#"{{"tenantId":"{}"}}"#, "a".repeat(LONGEST + 1));
        let payloads = [
            "{}",
            "",
            "[]",
            r#"["11eb0e3c"]"#,
            "null",
            r#"{"tenantId":null}"#,
            r#"{"tenantId":7}"#,
            r#"{"tenantId":""}"#,
            r#"{"tenantId":"a b"}"#,
            r#"{"tenantId":"a&x=hunter2"}"#,
            r#"{"tenantId":"a/../hunter2"}"#,
            r#"{"tenantId":"hunter2\u0041"}"#,
            r#"{"tenantId":"hunter2","tenantId":"b"}"#,
            r#"{"tenantId":{"id":"hunter2"}}"#,
            r#"{"tenantId":"hunter2""#,
            &long,
        ];
        let tokens = [
            "hunter2",
            "e30.eyJ0ZW5hbnRJZCI6InQtMSJ9",
            "e30.hunter2=.x",
            "e30.eyJ0ZW5hbnRJZCI6InQtMSJ9.e30.e30.e30",
        ];
        let tokens = tokens.iter().map(|token| (*token).to_owned());
        for token in payloads.iter().map(|payload| jwt(payload)).chain(tokens) {
            let error = tenant_of(&token).unwrap_err();
            let code = error.diagnosis().first().unwrap().code().to_string();
            assert_eq!(code, "CXA-815", "{token}");
            let shown = format!("{error:#} {error:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn an_id_is_what_can_stand_in_a_query() {
        for good in ["a", "A-1", &"a".repeat(LONGEST)] {
            assert_eq!(good.parse::<TenantId>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "a b",
            "a%20",
            "é",
            "a.b",
            "a\n",
            &"a".repeat(LONGEST + 1),
        ] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad}");
        }
    }
}

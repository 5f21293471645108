use std::time::{Duration, SystemTime};

use http::header::LOCATION;
use http::{Method, Response};

use super::*;
use crate::clock::Moment;
use crate::config::{AccessKey, ClientCredentials, Config};
use crate::discovery::TenantConfiguration;
use crate::error::{Error, ErrorKind};
use crate::platform::Area;
use crate::transport::{MAX_RESPONSE_BODY, TransportError, TransportErrorKind};

const TENANT: &str = "11eb0e3c-6c1a-4a2e-8a3f-0242ac110002";
const OPENID: &str = r#"{"issuer":"https://cxone.niceincontact.com",
    "token_endpoint":"https://cxone.niceincontact.com/auth/token","jwks_uri":"x"}"#;

fn config_of(issuer: Issuer) -> Config {
    let client = ClientCredentials::new("the-client", "hunter2-secret");
    Config::cxone(issuer, client, AccessKey::new("KEY", "hunter2-key")).unwrap()
}

fn config() -> Config {
    config_of(Issuer::Global)
}

fn tenant() -> TenantId {
    TENANT.parse().unwrap()
}

fn sent_at() -> Moment {
    Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH)
}

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let builder = Response::builder().status(status);
    builder.body(body.into()).unwrap()
}

fn openid(body: impl Into<Bytes>) -> Result<OpenIdConfiguration, Error> {
    read_openid_response(&config(), sent_at(), &response(200, body))
}

fn located(body: impl Into<Bytes>) -> Result<TenantConfiguration, Error> {
    read_tenant_response(&config(), &tenant(), sent_at(), &response(200, body))
}

/// A tenant's configuration, with this address of the API.
fn document(api_endpoint: &str) -> String {
    format!(
        r#"{{"private":false,"area":"na1","cluster":"B32","domain":"niceincontact.com",
        "tenantId":"{TENANT}","api_endpoint":"{api_endpoint}","ui_endpoint":"http://x"}}"#
    )
}

fn assert_refused<T: std::fmt::Debug>(
    result: Result<T, Error>,
    code: u16,
    kind: ErrorKind,
    case: &str,
) {
    let error = result.unwrap_err();
    let finding = error.diagnosis().first().unwrap();
    assert_eq!(finding.code().number(), code, "{case}: {error:#}");
    assert_eq!(error.kind(), kind, "{case}: {error}");
    let shown = format!("{error:#} {error:?}");
    assert!(!shown.contains("hunter2"), "{case}: {shown}");
}

#[test]
fn the_requests_carry_no_credential() {
    for (request, uri) in [
        (
            openid_request(&Issuer::Global),
            "https://cxone.niceincontact.com/.well-known/openid-configuration".to_owned(),
        ),
        (
            tenant_request(
                &Issuer::custom("http://127.0.0.1:9/cxone/").unwrap(),
                &tenant(),
            ),
            format!("http://127.0.0.1:9/cxone/.well-known/cxone-configuration?tenantId={TENANT}"),
        ),
    ] {
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.uri().to_string(), uri);
        assert_eq!(request.headers().len(), 3);
        assert_eq!(request.headers()["accept-encoding"], "identity");
        assert_eq!(request.headers()["accept"], "application/json");
        let own = concat!("cxone-auth/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.headers()["user-agent"], own);
        assert!(request.body().is_empty());
    }
}

/// An issuer that is longer than `Uri` takes with a path behind it made the request panic.
#[test]
fn each_issuer_that_is_taken_can_be_asked() {
    for length in [7_900, 8_000, 65_400, 65_500, 65_534, 100_000] {
        let start = "https://127.0.0.1:9/";
        let address = format!("{start}{}", "a".repeat(length - start.len()));
        if let Ok(issuer) = address.parse::<IssuerUrl>() {
            let requests = metadata_requests(&issuer);
            assert!(requests.iter().all(|it| it.uri().path().len() > 7_900));
        }
        let area = Area::custom(&address).map(|area| area.issuer());
        let issuers = [Issuer::custom(&address), area];
        for issuer in issuers.into_iter().flatten() {
            assert!(openid_request(&issuer).uri().path().len() > 7_800);
            let request = tenant_request(&issuer, &tenant());
            assert!(request.uri().query().is_some());
        }
        assert_eq!(address.parse::<IssuerUrl>().is_ok(), length <= 8_000);
        assert_eq!(Issuer::custom(&address).is_ok(), length < 8_000);
    }
}

#[test]
fn the_published_documents_are_read() {
    let found = openid(OPENID).unwrap();
    assert_eq!(found.issuer(), &Issuer::Global);
    assert_eq!(
        found.token_endpoint(),
        Some(&Issuer::Global.token_endpoint())
    );
    let found = located(document("https://api-na1.niceincontact.com")).unwrap();
    assert_eq!(found.tenant(), &tenant());
    let base = found.api_base().to_string();
    assert_eq!(base, "https://api-na1.niceincontact.com");
    assert_eq!(
        (found.area(), found.cluster(), found.domain()),
        (Some("na1"), Some("B32"), Some("niceincontact.com"))
    );
}

#[test]
fn what_tells_nothing_that_decides_may_be_missing_or_odd() {
    let bare = r#"{"issuer":"https://cxone.niceincontact.com/","token_endpoint":null,"x":[1e999]}"#;
    assert_eq!(openid(bare).unwrap().token_endpoint(), None);
    let odd = format!(
        "\u{FEFF} {{\"tenantId\":\"{}\",\"api_endpoint\":\"https:\\/\\/api-eu1.niceincontact.com\\/\",\
         \"area\":7,\"cluster\":{{}},\"domain\":\"a\\u0000\\u202eb\",\"n\":1e999}}",
        TENANT.to_uppercase()
    );
    let found = located(odd).unwrap();
    assert_eq!(
        found.api_base().to_string(),
        "https://api-eu1.niceincontact.com"
    );
    assert_eq!((found.area(), found.cluster()), (None, None));
    assert_eq!(found.domain(), Some("a b"));
}

#[test]
fn a_document_that_cannot_be_read_is_refused() {
    let huge = format!("{}{OPENID}", " ".repeat(MAX_RESPONSE_BODY));
    for body in [
        "",
        "[]",
        "null",
        "\"https://cxone.niceincontact.com\"",
        "<html>hunter2</html>",
        "{",
        "{}",
        r#"{"issuer":null}"#,
        r#"{"issuer":7}"#,
        r#"{"issuer":["https://cxone.niceincontact.com"]}"#,
        r#"{"issuer":"https://cxone.niceincontact.com","issuer":"https://cxone.niceincontact.com"}"#,
        r#"{"issuer":"https://cxone.niceincontact.com","token_endpoint":7}"#,
        r#"{"issuer":"hunter2"#,
        "\u{0}",
        &huge,
    ] {
        let case = body.trim_start().chars().take(80).collect::<String>();
        let body = Bytes::copy_from_slice(body.as_bytes());
        assert_refused(openid(body), 816, ErrorKind::Protocol, &case);
    }
    let good = document("https://api-na1.niceincontact.com");
    for (member, other) in [
        ("\"tenantId\"", "\"tenant\""),
        ("\"api_endpoint\"", "\"api\""),
        ("\"ui_endpoint\"", "\"api_endpoint\""),
        ("\"area\"", "\"tenantId\""),
        ("\"https://api-na1.niceincontact.com\"", "5"),
        ("\"https://api-na1.niceincontact.com\"", "{}"),
        ("}", ""),
    ] {
        let body = good.replace(member, other);
        assert_refused(located(body), 816, ErrorKind::Protocol, member);
    }
    let huge = format!("{}{good}", " ".repeat(MAX_RESPONSE_BODY));
    assert_refused(located(huge), 816, ErrorKind::Protocol, "huge");
}

#[test]
fn a_document_of_somebody_else_is_not_believed() {
    for issuer in [
        "https://cxone.niceincontact.com//",
        "https://cxone.niceincontact.com/x",
        "https://CXONE.niceincontact.com",
        "http://cxone.niceincontact.com",
        "https://cxone.niceincontact.com:443",
        "https://cxone.niceincontact.com.evil.example",
        "https://cxone-gov.niceincontact.com",
        " https://cxone.niceincontact.com",
        "",
        "hunter2-secret",
    ] {
        let body = OPENID.replace(
            "https://cxone.niceincontact.com\",",
            &format!("{issuer}\","),
        );
        assert_refused(openid(body), 817, ErrorKind::Configuration, issuer);
    }
    for other in ["x", "", "11eb0e3c-6c1a-4a2e-8a3f-0242ac110003", "hunter2"] {
        let body = document("https://api-na1.niceincontact.com").replace(TENANT, other);
        assert_refused(located(body), 817, ErrorKind::Protocol, other);
    }
}

#[test]
fn the_token_goes_to_no_api_outside_nices_domains() {
    for endpoint in [
        "http://api-na1.niceincontact.com",
        "http://127.0.0.1:8080",
        "https://127.0.0.1",
        "https://niceincontact.com.evil.example",
        "https://api-na1.niceincontact.com.evil.example",
        "https://evilniceincontact.com",
        "https://api-evil-niceincontact.com",
        "https://niceincontact.com@evil.example",
        "https://hunter2:x@api-na1.niceincontact.com",
        "https://evil.example/niceincontact.com",
        "https://evil.example?x=.niceincontact.com",
        "https://evil.example#.niceincontact.com",
        "https://evil.example\\\\.niceincontact.com",
        "https://api.niceincontact.com.",
        "https://nicecxone-sov1.au.example",
        "https://hunter2-secret.example",
        "https://hunter2-secre.example",
        "https://niceincontact.co",
        "https://nicecxone-gov.com.evil.example",
        "https://api.nicecxone.com",
        "https://api.cxone.com",
        "https://api.mypurecloud.com",
        "https://com",
        "https://",
        "//api-na1.niceincontact.com",
        "api-na1.niceincontact.com",
        "ftp://api-na1.niceincontact.com",
        "https://api-na1.niceincontact.com:0",
        "https://api-na1.niceincontact.com/ x",
        "",
    ] {
        let body = document(endpoint);
        assert_refused(located(body), 818, ErrorKind::Configuration, endpoint);
    }
    for (endpoint, base) in [
        (
            "https://API-NA2.niceincontact.com:443/",
            "https://api-na2.niceincontact.com",
        ),
        (
            "https://api-c72.nice-incontact.com/x/",
            "https://api-c72.nice-incontact.com/x",
        ),
        (
            "https://api-e32.incontact.eu",
            "https://api-e32.incontact.eu",
        ),
        (
            "https://api-b2.incontact.com",
            "https://api-b2.incontact.com",
        ),
        (
            "https://api-de-na2.nicecxone-gov.com",
            "https://api-de-na2.nicecxone-gov.com",
        ),
        ("https://nicecxone-sov1.au", "https://nicecxone-sov1.au"),
        (
            "https://api.nicecxone-sov1.uk:8443",
            "https://api.nicecxone-sov1.uk:8443",
        ),
    ] {
        let found = located(document(endpoint)).unwrap();
        assert_eq!(found.api_base().to_string(), base);
    }
}

#[test]
fn the_user_may_allow_another_api() {
    for (endpoint, allowed) in [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://cxone.example.com/api", "https://cxone.example.com"),
    ] {
        let config = config().with_api_origin(allowed.parse().unwrap());
        let read = |endpoint: &str| {
            let response = response(200, document(endpoint));
            read_tenant_response(&config, &tenant(), sent_at(), &response)
        };
        assert_eq!(read(endpoint).unwrap().api_base().to_string(), endpoint);
        let elsewhere = "https://cxone.example.com.evil.example";
        assert_refused(read(elsewhere), 818, ErrorKind::Configuration, elsewhere);
    }
}

#[test]
fn a_token_endpoint_that_gets_no_secret_is_refused() {
    for endpoint in [
        "http://cxone.niceincontact.com/auth/token",
        "https://hunter2:x@cxone.niceincontact.com/auth/token",
        "",
    ] {
        let body = OPENID.replace("https://cxone.niceincontact.com/auth/token", endpoint);
        assert_refused(openid(body), 818, ErrorKind::Configuration, endpoint);
    }
}

/// Parsing makes a host lower case, and so would hide a secret from those who look for it.
#[test]
fn a_secret_as_the_host_of_an_api_is_not_repeated() {
    for host in [
        "hunter2-secret.example",
        "HUNTER2-SECRET.example",
        "x-unter2-s.example",
        "Hunter2-Secret.niceincontact.com",
    ] {
        let error = located(document(&format!("https://{host}"))).unwrap_err();
        let shown = format!("{error:#} {error:?}").to_lowercase();
        assert!(!shown.contains("unter2"), "{shown}");
    }
}

#[test]
fn a_refusal_is_of_the_address_the_moment_or_the_tenant() {
    let read = |status: u16, header: Option<(&str, &str)>| {
        let mut response = response(
            status,
            r#"{"error":"hunter2-secret","message":"hunter2-key"}"#,
        );
        if let Some((name, value)) = header {
            let name: http::HeaderName = name.parse().unwrap();
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        (
            read_openid_response(&config(), sent_at(), &response),
            read_tenant_response(&config(), &tenant(), sent_at(), &response),
        )
    };
    let wait = Some(("retry-after", "7"));
    for (status, header, kind, openid_code, tenant_code) in [
        (404, None, ErrorKind::Configuration, 816, 814),
        (400, None, ErrorKind::Configuration, 816, 816),
        (401, None, ErrorKind::Configuration, 816, 816),
        (403, None, ErrorKind::Configuration, 816, 816),
        (302, None, ErrorKind::Configuration, 816, 816),
        (429, None, ErrorKind::Throttled, 502, 502),
        (503, wait, ErrorKind::Throttled, 502, 502),
        (503, None, ErrorKind::Unavailable, 503, 503),
        (500, None, ErrorKind::Unavailable, 503, 503),
        (408, None, ErrorKind::Unavailable, 503, 503),
    ] {
        let (openid, located) = read(status, header);
        let case = status.to_string();
        let error = openid.as_ref().unwrap_err();
        let outcome = match kind {
            ErrorKind::Throttled => "throttled",
            ErrorKind::Unavailable => "failed",
            _ => "refused",
        };
        let begin = format!("request for the OpenID configuration {outcome}: {status} ");
        assert!(error.to_string().starts_with(&begin), "{error}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(
            error.retry_after(),
            header.map(|_| Duration::from_secs(7)),
            "{case}"
        );
        assert_refused(openid, openid_code, kind, &case);
        assert_refused(located, tenant_code, kind, &case);
    }
}

#[test]
fn a_failure_on_the_way_says_which_request_it_was() {
    let failed = |kind| Document::OpenId.failed(TransportError::new(kind));
    let lost = failed(TransportErrorKind::Connect);
    assert_eq!(
        lost.to_string(),
        "request for the OpenID configuration failed: no connection to the server"
    );
    assert_refused::<()>(Err(lost), 602, ErrorKind::Unavailable, "connect");
    for kind in [
        TransportErrorKind::BodyTooLarge,
        TransportErrorKind::InvalidResponse,
    ] {
        assert_refused::<()>(Err(failed(kind)), 816, ErrorKind::Protocol, "unreadable");
    }
}

#[test]
fn only_cxone_has_tenants() {
    let client = ClientCredentials::new("id", "secret");
    let config = Config::custom("https://as.example.com/t".parse().unwrap(), client).unwrap();
    let error = read_openid_response(&config, sent_at(), &response(200, OPENID)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let response = response(200, document("https://api-na1.niceincontact.com"));
    let read = read_tenant_response(&config, &tenant(), sent_at(), &response);
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn a_custom_issuer_is_asked_and_held_to_its_own_name() {
    let issuer = Issuer::custom("https://gateway.example.com/cxone/").unwrap();
    let config = config_of(issuer);
    for (named, good) in [
        ("https://gateway.example.com/cxone", true),
        ("https://gateway.example.com/cxone/", true),
        ("https://gateway.example.com", false),
        ("https://cxone.niceincontact.com", false),
    ] {
        let response = response(200, format!(r#"{{"issuer":"{named}"}}"#));
        let read = read_openid_response(&config, sent_at(), &response);
        assert_eq!(read.is_ok(), good, "{named}");
    }
}

#[test]
fn a_redirect_is_told_without_query_and_user_information() {
    let issuer: IssuerUrl = "https://id.example.com".parse().unwrap();
    for (location, told) in [
        (
            "https://id.example.com/login?x=s3cret",
            " to https://id.example.com/login",
        ),
        (
            "https://u:s3cret@id.example.com#f",
            " to https://id.example.com",
        ),
        ("/a ?s3cret", " to /a"),
        ("?s3cret", ""),
        ("#s3cret", ""),
        ("", ""),
    ] {
        let mut response = response(301, "");
        let fields = response.headers_mut();
        fields.insert(LOCATION, location.parse().unwrap());
        let error = read_metadata_response(&issuer, sent_at(), &response).unwrap_err();
        let text = format!("no metadata of {issuer}: 301 Moved Permanently{told}");
        assert_eq!(error.to_string(), text, "{location}");
        assert_eq!(
            error.redirected_to(),
            told.strip_prefix(" to "),
            "{location}"
        );
        assert!(!format!("{error:?}{}", error.report()).contains("s3cret"));
    }
}

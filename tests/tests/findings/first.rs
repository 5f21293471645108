//! The finding that is read first, for each cause that a client can see.

use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::transport::TransportErrorKind as Kind;
use cxone_auth_core::{AccessKey, Area, ClientCredentials, Config, Region};

use super::fixture::{
    KEY_ID, KEY_SECRET, SECRET, UUID, address, at, central, custom, cxone, cxone_with,
    cxone_with_key, diagnosed, error_of, failed, genesys, genesys_with, invalid_client, moved,
    plain, raw, refused, scoped, seen, token, unmade, user_hub, user_hub_with_key,
    with_refresh_before,
};

const HTML: &str = "<html><body>Sign in</body></html>";
const FORUM: &str = "/api/v2/oauth/token";

fn assert_first(cause: &str, diagnosis: &Diagnosis, expected: &str) {
    let first = diagnosis.first().map(|finding| finding.code().to_string());
    assert_eq!(first.as_deref(), Some(expected), "{cause}: {diagnosis:#?}");
}

#[test]
#[rustfmt::skip]
fn at_genesys_cloud() {
    let api_shape = r#"{"message":"m","code":"bad.credentials","status":401}"#;
    for (cause, diagnosis, expected) in [
        ("wrong region", refused(&genesys(), 400, "invalid_client", "client not found"), "CXA-206"),
        ("API host", diagnosed(&address("https://api.mypurecloud.com/oauth/token"), 404, &[], ""), "CXA-202"),
        ("API host, behind a gateway", diagnosed(&genesys(), 401, &[], api_shape), "CXA-202"),
        ("forum path", diagnosed(&address(&format!("https://api.mypurecloud.com{FORUM}")), 404, &[], ""), "CXA-203"),
        ("unknown client, or wrong secret", invalid_client(&genesys()), "CXA-206"),
        ("blank at the secret's end", invalid_client(&genesys_with(UUID, &format!("{SECRET} "))), "CXA-102"),
        ("name of the client as its id", invalid_client(&genesys_with("my-service", SECRET)), "CXA-110"),
        ("swapped", invalid_client(&genesys_with(SECRET, UUID)), "CXA-105"),
        ("token endpoint of another region", invalid_client(&genesys().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap())), "CXA-217"),
        ("id in place of the secret", invalid_client(&genesys_with(UUID, UUID)), "CXA-115"),
        ("file in place of the secret", seen(&genesys_with(UUID, "/run/secrets/genesys")), "CXA-115"),
        ("API of another region", seen(&genesys().with_api_base("https://api.mypurecloud.com".parse().unwrap())), "CXA-820"),
        ("other grant type", refused(&genesys(), 400, "unauthorized_client", ""), "CXA-302"),
        ("a token per request", refused(&genesys(), 400, "invalid_request", "rate limit exceeded; x"), "CXA-501"),
        ("proxy or captive page", diagnosed(&genesys(), 200, &[("content-type", "text/html")], HTML), "CXA-210"),
        ("proxy that refuses with a page", diagnosed(&genesys(), 403, &[], HTML), "CXA-210"),
        ("refresh_before beyond the lifetime", token(&with_refresh_before(genesys(), 300), r#"{"access_token":"t","expires_in":300}"#), "CXA-703"),
        ("scopes at Genesys Cloud", refused(&scoped(genesys(), "users"), 400, "invalid_scope", ""), "CXA-404"),
        ("invented scope", refused(&scoped(genesys(), "urn:genesyscloud:all"), 400, "invalid_scope", ""), "CXA-403"),
    ] {
        assert_first(cause, &diagnosis, expected);
    }
}

#[test]
#[rustfmt::skip]
fn at_nice() {
    let client_grant = address("https://cxone.niceincontact.com/auth/token");
    let central_at_cxone = at("https://cxone.niceincontact.com/auth/token", "MyApp@MyVendor", "4012345");
    for (cause, diagnosis, expected) in [
        ("client credentials", refused(&client_grant, 400, "unsupported_grant_type", ""), "CXA-207"),
        ("client credentials, as unauthorized", refused(&client_grant, 400, "unauthorized_client", ""), "CXA-207"),
        ("no access key", refused(&client_grant, 400, "invalid_request", "username missing"), "CXA-207"),
        ("encoded ====", refused(&cxone_with_key("KEY", "abc%3D%3D%3D%3D"), 400, "invalid_grant", ""), "CXA-107"),
        ("access key revoked", refused(&cxone(), 401, "invalid_grant", ""), "CXA-304"),
        ("both pairs swapped", refused(&cxone_with(KEY_ID, KEY_SECRET, UUID, SECRET), 401, "invalid_client", ""), "CXA-113"),
        ("client in place of the key", refused(&cxone_with(UUID, SECRET, UUID, SECRET), 400, "invalid_grant", ""), "CXA-113"),
        ("key without ====", refused(&cxone_with_key(KEY_ID, &KEY_SECRET[..52]), 400, "invalid_grant", ""), "CXA-114"),
        ("issuer of FedRAMP", refused(&cxone().with_token_endpoint("https://cxone-gov.niceincontact.com/auth/token".parse().unwrap()), 401, "invalid_client", ""), "CXA-217"),
        ("access key alone, bare 401", diagnosed(&user_hub(), 401, &[], ""), "CXA-304"),
        ("access key alone, 401 in other words", diagnosed(&user_hub(), 401, &[], r#"{"message":"no"}"#), "CXA-304"),
        ("access key alone, invalid_grant", refused(&user_hub(), 400, "invalid_grant", ""), "CXA-304"),
        ("access key alone, invalid_client", refused(&user_hub(), 401, "invalid_client", ""), "CXA-304"),
        ("access key alone, encoded ====", diagnosed(&user_hub_with_key("KEY", "abc%3D%3D%3D%3D"), 401, &[], ""), "CXA-107"),
        ("access key alone at an issuer", diagnosed(&moved(user_hub(), "https://cxone.niceincontact.com/auth/token"), 415, &[], ""), "CXA-215"),
        ("client and key at UserHub", diagnosed(&moved(cxone(), "https://na1.nice-incontact.com/authentication/v1/token/access-key"), 415, &[], ""), "CXA-215"),
        ("access key alone at another path", diagnosed(&moved(user_hub(), "https://na1.nice-incontact.com/x"), 404, &[], ""), "CXA-202"),
        ("access key alone, asked too often", diagnosed(&user_hub(), 429, &[], ""), "CXA-502"),
        ("a client's id as that of a key", unmade(Config::cxone_access_key(Area::Na1, AccessKey::new(UUID, SECRET))), "CXA-313"),
        ("access key alone at the UserHub of another area", diagnosed(&moved(user_hub(), "https://eu1.nice-incontact.com/authentication/v1/token/access-key"), 401, &[], ""), "CXA-217"),
        ("access key alone, API of another area", seen(&user_hub().with_api_base("https://api-eu1.niceincontact.com".parse().unwrap())), "CXA-820"),
        ("client refused", refused(&cxone(), 401, "invalid_client", ""), "CXA-301"),
        ("Central's credentials at CXone", refused(&central_at_cxone, 401, "invalid_client", ""), "CXA-208"),
        ("application, vendor or business unit", refused(&central(), 401, "invalid_client", "client application not authorized for user"), "CXA-309"),
        ("Central beyond Patron", seen(&scoped(central(), "AdminApi")), "CXA-410"),
        ("connection cut", failed(&cxone(), Kind::Interrupted, None), "CXA-606"),
        ("Genesys Cloud's host", seen(&cxone().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap())), "CXA-201"),
    ] {
        assert_first(cause, &diagnosis, expected);
    }
}

#[test]
#[rustfmt::skip]
fn at_any_server() {
    for (cause, diagnosis, expected) in [
        ("invented host that is not found", failed(&address(&format!("https://api.nice.incontact.com{FORUM}")), Kind::Dns, None), "CXA-204"),
        ("invented host that responds", refused(&address(&format!("https://api.cxone.com{FORUM}")), 401, "invalid_client", "Bad client credentials"), "CXA-204"),
        ("a stranger's certificate", failed(&address("https://api.nicecxone.com/t"), Kind::Tls, None), "CXA-204"),
        ("forum path at a sandbox", diagnosed(&address(&format!("http://127.0.0.1:9{FORUM}")), 404, &[], "{}"), "CXA-203"),
        ("newline from echo", unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, "abc\n"))), "CXA-103"),
        ("base64 broken at 76", unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, format!("{}\nQQ==", "A".repeat(76))))), "CXA-108"),
        ("server that does not decode Basic", invalid_client(&custom("service", "a+b/c=")), "CXA-307"),
        ("server that decodes Basic", refused(&raw(custom("service", "a%b")), 400, "invalid_request", "credentials in the header are not properly encoded"), "CXA-307"),
        ("wrong secret", invalid_client(&plain()), "CXA-301"),
        ("wrong secret, said with an empty 403", diagnosed(&plain(), 403, &[], ""), "CXA-301"),
        ("comma scopes", refused(&scoped(plain(), "api:x:read,api:y:read"), 400, "invalid_scope", ""), "CXA-401"),
        ("scope of a user flow", refused(&scoped(plain(), "openid"), 400, "invalid_scope", ""), "CXA-402"),
        ("no scope", refused(&plain(), 400, "invalid_scope", "missing scope"), "CXA-411"),
        ("redirect", diagnosed(&plain(), 302, &[("location", "https://x.example.com/signin?s")], ""), "CXA-209"),
        ("outage with a page", diagnosed(&plain(), 502, &[("content-type", "text/html")], HTML), "CXA-503"),
        ("missing page", diagnosed(&plain(), 404, &[("content-type", "text/html")], HTML), "CXA-211"),
        ("lost token", diagnosed(&plain(), 200, &[], "{}"), "CXA-701"),
    ] {
        assert_first(cause, &diagnosis, expected);
    }
}

#[test]
fn a_redirect_is_named_without_its_query() {
    let location = [("location", "https://u:p@x.example.com/signin?state=abc#y")];
    let diagnosis = diagnosed(&plain(), 302, &location, "");
    let evidence = diagnosis.first().unwrap().evidence();
    assert_eq!(evidence, "to https://x.example.com/signin");
}

#[test]
fn evidence_names_the_setting_to_try_next() {
    let form = invalid_client(&custom("service", "a+b"));
    let evidence = form.first().unwrap().evidence();
    assert!(
        evidence.ends_with("ClientAuthentication::Basic(BasicEncoding::Raw)"),
        "{evidence}"
    );
    let colon = invalid_client(&custom("a:b", "Xq3"));
    let evidence = colon.first().unwrap().evidence();
    assert!(
        evidence.ends_with("ClientAuthentication::Body"),
        "{evidence}"
    );
}

#[test]
fn an_error_is_one_line_and_its_report_goes_on_with_cause_and_remedy() {
    let error = error_of(&genesys(), 400, &[], r#"{"error":"invalid_client"}"#);
    let line = "token request refused: 400 Bad Request, invalid_client";
    assert_eq!(error.to_string(), line);
    let report = error.report().to_string();
    assert_eq!(report, format!("{error:#}"));
    assert!(report.starts_with(line));
    let first = error.diagnosis().first().unwrap();
    let (cause, remedy) = (first.cause().to_string(), first.remedy().to_string());
    for part in ["CXA-206", first.evidence(), &cause, &remedy] {
        assert!(report.contains(part), "{report}");
    }
    assert_eq!(report.matches("CXA-").count(), 3);
}

#[test]
#[rustfmt::skip]
fn where_a_response_is_easily_taken_for_another() {
    let throttle = "rate limit exceeded; x";
    let keycloak = "Invalid client or Invalid client credentials";
    for (cause, diagnosis, expected) in [
        ("a secret that is a UUID", invalid_client(&custom("my-service", UUID)), "CXA-301"),
        ("invalid_grant for client credentials", refused(&plain(), 400, "invalid_grant", ""), "CXA-301"),
        ("a framework's 404", diagnosed(&plain(), 404, &[], r#"{"status":404,"error":"Not Found"}"#), "CXA-211"),
        ("a framework's 401", diagnosed(&plain(), 401, &[], r#"{"error":"Unauthorized"}"#), "CXA-301"),
        ("a framework's 405", diagnosed(&plain(), 405, &[], r#"{"error":"Method Not Allowed"}"#), "CXA-211"),
        ("wrong secret, called unauthorized", refused(&plain(), 401, "unauthorized_client", keycloak), "CXA-301"),
        ("wrong secret, called a server's error", refused(&plain(), 401, "server_error", "access_denied"), "CXA-301"),
        ("a 401 with a wait", diagnosed(&plain(), 401, &[("retry-after", "1")], ""), "CXA-301"),
        ("a proxy's 407 with a wait", diagnosed(&plain(), 407, &[("retry-after", "1")], ""), "CXA-604"),
        ("a gateway's 403", diagnosed(&genesys(), 403, &[], ""), "CXA-706"),
        ("a gateway's 403 in JSON", diagnosed(&plain(), 403, &[], r#"{"message":"Forbidden"}"#), "CXA-706"),
        ("a secret that was cut", invalid_client(&genesys_with(UUID, "Xq3Zk8Lw0PbY")), "CXA-301"),
        ("a throttle elsewhere", refused(&plain(), 400, "invalid_request", throttle), "CXA-502"),
        ("a request that was rewritten", diagnosed(&plain(), 415, &[], ""), "CXA-311"),
    ] {
        assert_first(cause, &diagnosis, expected);
    }
}

#[test]
fn a_grant_that_passed_is_not_blamed_for_a_scope() {
    let at_cxone = address("https://cxone.niceincontact.com/auth/token");
    let codes: Vec<String> = refused(&at_cxone, 400, "invalid_scope", "")
        .iter()
        .map(|finding| finding.code().to_string())
        .collect();
    assert!(!codes.contains(&"CXA-207".to_owned()), "{codes:?}");
}

#[test]
fn a_word_that_may_be_a_real_secret_is_a_note() {
    let diagnosis = seen(&custom("todo", "changeme"));
    let first = diagnosis.first().expect("it is worth a note");
    assert_eq!(first.code().to_string(), "CXA-101");
    assert_eq!(first.severity(), cxone_auth_core::diagnosis::Severity::Note);
}

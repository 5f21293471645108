//! Each code of the catalogue with what triggers it, and what comes near and must not.

use cxone_auth_core::api::{ApiBase, Origin};
use cxone_auth_core::config::ScopeSeparator;
use cxone_auth_core::diagnosis::{Diagnosis, FindingCode, catalogue, diagnose_store};
use cxone_auth_core::store::{StoreError, StoreErrorKind};
use cxone_auth_core::transport::TransportErrorKind as Kind;
use cxone_auth_core::{
    AccessKey, Area, Central, ClientCredentials, Config, Issuer, Region, ScopeSet, TokenEndpoint,
};

use super::certificate::{in_the_wrong_order, of_another_key, without_a_key};
use super::fixture::{
    KEY_ID, KEY_SECRET, SECRET, UUID, address, at, based, begun, called, central, custom, cxone,
    cxone_with, cxone_with_key, diagnosed, endpoint_says, failed, genesys, genesys_with, granted,
    hub_at, hub_says, in_body, in_clear, invalid_client, issuer_says, listing, metadata_says,
    moved, plain, pooled, raw, refused, scoped, seen, server_says, tenant_of, tenant_says, token,
    unmade, user_hub, user_hub_with_key, with_refresh_before,
};
use super::proof::{asserted, der, of_kubernetes, read_as, signed, signing, without_assertion};

type Fixture = fn() -> Diagnosis;

/// A code, what triggers it, and what must not.
struct Row(u16, &'static [Fixture], &'static [Fixture]);

const HTML: &str = "<!DOCTYPE html><html><body>Sign in</body></html>";
const ISSUER: &str = r#"{"issuer":"https://cxone.niceincontact.com"}"#;
const TENANT: &str = r#"{"tenantId":"t-1","api_endpoint":"https://api-na1.niceincontact.com"}"#;
const RATE_LIMIT: &str = "rate limit exceeded; please slow down";

const OTHER_UUID: &str = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

/// What stands behind `Basic` in a header.
fn basic(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn of_cluster(name: &str) -> Config {
    let credentials = ClientCredentials::central("MyApp", "MyVendor", "4012345");
    Config::central(Central::cluster(name).unwrap(), credentials).unwrap()
}

fn api(config: Config, base: &str) -> Diagnosis {
    seen(&config.with_api_base(base.parse().unwrap()))
}

fn variables(present: &'static [(&str, &str)]) -> Diagnosis {
    unmade(Config::from_variables(|name| {
        let found = present.iter().find(|(own, _)| *own == name)?;
        Some(found.1.to_owned())
    }))
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    Row(101,
        &[|| seen(&genesys_with("YOUR_CLIENT_ID", SECRET)), || seen(&custom("service", "<client_secret>")),
          || seen(&custom("service", "xxx")), || seen(&custom("service", "${CLIENT_SECRET}")),
          || seen(&custom("my-app-client-id", "my-app-secret")), || invalid_client(&custom("service", "changeme"))],
        &[|| seen(&genesys()), || seen(&custom("client", "secret")), || seen(&custom("service", "xxy")),
          || seen(&custom("service", "<7Hq%2>")), || refused(&custom("service", "changeme"), 400, "invalid_scope", "")]),
    Row(102,
        &[|| seen(&genesys_with(UUID, &format!("{SECRET} "))), || invalid_client(&custom(" service", "Xq3"))],
        &[|| seen(&custom("my service", "a b")), || refused(&custom("service", "Xq3 "), 400, "invalid_scope", "")]),
    Row(103,
        &[|| unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, "abc\n"))),
          || unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new("“id”", "abc"))),
          || seen(&Config::custom("https://as.example.com/t".parse().unwrap(),
                ClientCredentials::new("id", "a\u{200B}b").allow_unusual_characters()).unwrap())],
        &[|| seen(&custom("id", "pässwörd"))]),
    Row(104, &[|| seen(&custom("service", "\"Xq3abc\"")), || invalid_client(&custom("'service'", "Xq3abc"))],
        &[|| seen(&custom("service", "\"Xq3abc")), || seen(&custom("service", "Xq\"3\"abc"))]),
    Row(105, &[|| seen(&genesys_with(SECRET, UUID)), || seen(&cxone_with("cx-client", UUID, KEY_ID, KEY_SECRET)), || invalid_client(&genesys_with(SECRET, UUID))],
        &[|| seen(&genesys()), || seen(&genesys_with(UUID, UUID)), || seen(&custom("service", UUID)), || invalid_client(&custom("service", UUID))]),
    Row(106, &[|| seen(&custom("c2VydmljZTpYcTNhYmM=", "Xq3abc")), || seen(&genesys_with(UUID, &basic(&format!("{OTHER_UUID}:{SECRET}")))),
          || seen(&custom("service", &basic(&format!("{KEY_ID}:{KEY_SECRET}")))), || seen(&custom("service", "c2VydmljZTpYcTNhYmM=")), || seen(&custom("service", "Basic c2VydmljZTpYcTNhYmM="))],
        &[|| seen(&custom("other", "c2VydmljZTpYcTNhYmM=")), || seen(&custom("c2VydmljZTpYcTNhYmM=", "Xq3")), || seen(&custom("OlhxM2FiYw==", "Xq3abc")),
          || seen(&genesys_with(UUID, &basic(&format!("{OTHER_UUID};{SECRET}")))), || seen(&custom("service", "c2VydmljZVhxM2FiYw=="))]),
    Row(107, &[|| seen(&cxone_with_key("KEY", "abcdef%3D%3D%3D%3D")), || seen(&custom("service", "a%2Bb%2fc"))],
        &[|| seen(&custom("service", "a%41b")), || seen(&custom("service", "100%")), || seen(&custom("service", "a%3D=")), || seen(&cxone())]),
    Row(108, &[|| unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, format!("{}\nQQ==", "A".repeat(76)))))],
        &[|| unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, format!("{}\nQQ==", "A".repeat(75)))))]),
    Row(109, &[|| seen(&custom("service", "a+b/c=")), || seen(&raw(custom("service", "a%b"))),
          || unmade(custom("a:b", "Xq3").with_client_authentication(cxone_auth_core::ClientAuthentication::Basic(cxone_auth_core::config::BasicEncoding::Raw)))],
        &[|| seen(&custom("service", "a-b.c_d~e")), || seen(&raw(custom("service", "a/b=c"))), || seen(&in_body(custom("service", "a+b"))), || seen(&central())]),
    Row(110, &[|| seen(&genesys_with("my-client", SECRET)), || invalid_client(&at("https://login.mypurecloud.com/oauth/token", "my-client", SECRET))],
        &[|| seen(&genesys()), || seen(&cxone()), || seen(&plain())]),
    Row(111, &[|| seen(&custom("service", "Basic c2VydmljZQ==")), || seen(&custom("service", "bearer abcdef"))],
        &[|| seen(&custom("service", "Basics4ever"))]),
    Row(112, &[|| unmade(Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(UUID, ""))),
          || variables(&[("CXONE_AUTH_REGION", "us-east-1"), ("CXONE_AUTH_CLIENT_ID", UUID)])],
        &[|| variables(&[("CXONE_AUTH_REGION", "us-esat-1"), ("CXONE_AUTH_CLIENT_ID", UUID), ("CXONE_AUTH_CLIENT_SECRET", SECRET)])]),
    Row(113, &[|| seen(&cxone_with(KEY_ID, KEY_SECRET, UUID, SECRET)), || seen(&cxone_with(KEY_ID, SECRET, UUID, KEY_SECRET)),
          || seen(&cxone_with(UUID, KEY_SECRET, KEY_ID, SECRET)), || seen(&cxone_with(UUID, SECRET, UUID, KEY_SECRET)),
          || seen(&cxone_with(UUID, SECRET, UUID, SECRET)), || seen(&cxone_with(UUID, SECRET, KEY_ID, SECRET)),
          || invalid_client(&cxone_with(KEY_ID, KEY_SECRET, UUID, SECRET)),
          || variables(&[("CXONE_AUTH_ISSUER", "na1"), ("CXONE_AUTH_CLIENT_ID", KEY_ID), ("CXONE_AUTH_CLIENT_SECRET", KEY_SECRET)]),
          || refused(&cxone_with(UUID, SECRET, UUID, KEY_SECRET), 400, "invalid_grant", "")],
        &[|| variables(&[("CXONE_AUTH_ISSUER", "na1"), ("CXONE_AUTH_CLIENT_ID", UUID), ("CXONE_AUTH_CLIENT_SECRET", KEY_SECRET)]),
          || variables(&[("CXONE_AUTH_ISSUER", "na1"), ("CXONE_AUTH_CLIENT_ID", KEY_ID), ("CXONE_AUTH_CLIENT_SECRET", KEY_SECRET), ("CXONE_AUTH_ACCESS_KEY_SECRET", KEY_SECRET)]),
          || seen(&cxone()), || seen(&cxone_with(UUID, SECRET, KEY_ID, KEY_SECRET)), || seen(&cxone_with(UUID, KEY_SECRET, KEY_ID, KEY_ID)),
          || seen(&cxone_with("cx-client", SECRET, KEY_ID, KEY_SECRET)), || seen(&custom(KEY_ID, KEY_SECRET)), || seen(&genesys_with(KEY_ID, SECRET))]),
    Row(114, &[|| seen(&cxone_with_key(KEY_ID, KEY_SECRET.trim_end_matches('='))), || seen(&cxone_with_key(KEY_ID.trim_end_matches("=="), KEY_SECRET)),
          || refused(&cxone_with_key(KEY_ID, KEY_SECRET.trim_end_matches('=')), 400, "invalid_grant", "")],
        &[|| seen(&cxone_with_key(KEY_ID, KEY_SECRET)), || seen(&cxone_with_key("KEYID", "KEYSECRET")), || seen(&cxone_with_key(KEY_ID, &KEY_SECRET[1..52])),
          || seen(&custom("service", &KEY_SECRET[..52]))]),
    Row(115, &[|| seen(&genesys_with(UUID, UUID)), || seen(&genesys_with(UUID, OTHER_UUID)), || seen(&genesys_with(UUID, "undefined")),
          || seen(&genesys_with("null", SECRET)), || seen(&genesys_with(UUID, "/run/secrets/genesys")), || seen(&genesys_with(UUID, "C:\\secrets\\genesys")),
          || seen(&custom("service", "secret.txt")), || seen(&genesys_with(UUID, "https://login.mypurecloud.de")), || seen(&genesys_with(UUID, "me@example.com")),
          || seen(&genesys_with(UUID, "client_secret=Xq3abc")), || unmade(Config::genesys_cloud(Region::EuCentral1, ClientCredentials::new(UUID, "-----BEGIN PRIVATE KEY-----"))),
          || seen(&genesys_with(UUID, r#"{"client_secret":"Xq3"}"#)), || seen(&genesys_with(UUID, "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln")),
          || seen(&genesys_with(UUID, "q7Zr****")), || seen(&cxone_with_key(KEY_ID, KEY_ID)), || seen(&cxone_with_key("me@example.com", KEY_SECRET)),
          || seen(&custom("service", "null")), || invalid_client(&genesys_with(UUID, UUID)), || refused(&cxone_with_key(KEY_ID, "None"), 400, "invalid_grant", "")],
        &[|| seen(&genesys()), || seen(&central()), || seen(&cxone_with_key(KEY_ID, KEY_SECRET)), || seen(&custom("service", UUID)), || seen(&genesys_with(SECRET, UUID)), || seen(&custom("service", "service")),
          || seen(&custom("https://client.example.com", "Xq3")), || seen(&custom("me@example.com", "p@ss.word")), || seen(&custom("service", "/abc/def+ghi==")),
          || seen(&custom("service", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln")), || seen(&custom("nullify", "undefined-1")), || seen(&custom("service", "/etc/")),
          || refused(&genesys_with(UUID, UUID), 400, "invalid_scope", "")]),

    Row(201, &[|| seen(&genesys().with_token_endpoint("https://cxone.niceincontact.com/auth/token".parse().unwrap())),
          || seen(&cxone().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap())),
          || unmade("https://api-na1.niceincontact.com".parse::<Region>())],
        &[|| seen(&genesys().with_token_endpoint("https://gateway.example.com/oauth/token".parse().unwrap())), || seen(&cxone())]),
    Row(202, &[|| seen(&address("https://api.mypurecloud.com/oauth/token")), || seen(&address("https://api-na1.niceincontact.com/token")),
          || seen(&moved(user_hub(), "https://na1.nice-incontact.com/token")), || seen(&moved(cxone(), "https://na1.nice-incontact.com/")),
          || seen(&moved(user_hub(), "https://api-na1.niceincontact.com/authentication/v1/token/access-key")),
          || diagnosed(&genesys(), 401, &[], r#"{"message":"No authentication bearer token","code":"authentication.required","status":401}"#)],
        &[|| seen(&address("https://login.mypurecloud.com/oauth/token")), || seen(&address("https://api.example.com/oauth/token")),
          || diagnosed(&plain(), 401, &[], r#"{"code":"authentication.required"}"#), || seen(&user_hub()), || diagnosed(&user_hub(), 404, &[], ""),
          || seen(&moved(user_hub(), "https://br1.nice-incontact.com/authentication/v1/token/access-key"))]),
    Row(203, &[|| seen(&address("https://api.mypurecloud.com/api/v2/oauth/token")), || seen(&address("https://login.mypurecloud.com/api/v2/oauth/token/")),
          || diagnosed(&address("https://as.example.com/api/v2/oauth/token"), 404, &[], "")],
        &[|| seen(&address("https://as.example.com/api/v2/oauth/token")),
          || refused(&address("https://as.example.com/api/v2/oauth/token"), 400, "invalid_scope", ""),
          || seen(&address("https://login.mypurecloud.com/oauth/token"))]),
    Row(204, &[|| seen(&address("https://api.cxone.com/api/v2/oauth/token")), || seen(&address("https://api.nice.incontact.com/oauth/token")),
          || seen(&address("https://api.nicecxone.com/token")), || seen(&address("https://api.cisco.com/token")),
          || seen(&address("https://api.niceincontact.com/token")), || failed(&address("https://api.us.genesys.cloud/token"), Kind::Dns, None),
          || unmade("api.cxone.com".parse::<Issuer>())],
        &[|| seen(&address("https://id.cisco.com/oauth2/default/v1/token")), || seen(&address("https://api.notcxone.com/token")), || seen(&cxone()),
          || seen(&address("https://api.incontact.com/InContactAuthorizationServer/Token"))]),
    Row(205, &[|| seen(&address("https://login.mypurecloud.com/token")), || diagnosed(&address("https://cxone.niceincontact.com/oauth/token"), 404, &[], "")],
        &[|| seen(&genesys()), || seen(&cxone()), || seen(&central()), || seen(&address("https://gateway.example.com/x"))]),
    Row(206, &[|| invalid_client(&genesys()), || refused(&genesys(), 400, "invalid_client", "client not found"),
          || invalid_client(&address("https://login.mypurecloud.de/oauth/token"))],
        &[|| invalid_client(&plain()), || invalid_client(&cxone()), || refused(&genesys(), 400, "unauthorized_client", ""),
          || refused(&genesys(), 400, "invalid_request", RATE_LIMIT), || diagnosed(&genesys(), 401, &[], "")]),
    Row(207, &[|| seen(&address("https://cxone.niceincontact.com/auth/token")),
          || refused(&address("https://cxone-gov.niceincontact.com/auth/token"), 400, "unsupported_grant_type", "")],
        &[|| seen(&cxone()), || refused(&plain(), 400, "unsupported_grant_type", ""), || refused(&genesys(), 400, "unsupported_grant_type", "")]),
    Row(208, &[|| seen(&at("https://cxone.niceincontact.com/auth/token", "MyApp@MyVendor", "4012345")),
          || seen(&at("https://api.incontact.com/InContactAuthorizationServer/Token", "cx-client", "Xq3"))],
        &[|| seen(&central()), || seen(&cxone()), || seen(&custom("MyApp@MyVendor", "4012345"))]),
    Row(209, &[|| diagnosed(&plain(), 302, &[("location", "https://login.example.com/signin?state=abc")], "")],
        &[|| diagnosed(&plain(), 404, &[("location", "https://login.example.com/signin")], "")]),
    Row(210, &[|| diagnosed(&plain(), 200, &[("content-type", "text/html")], HTML), || diagnosed(&plain(), 403, &[], HTML),
          || diagnosed(&plain(), 511, &[], "")],
        &[|| diagnosed(&plain(), 400, &[("content-type", "text/html")], r#"{"error":"invalid_request"}"#), || diagnosed(&plain(), 403, &[], "")]),
    Row(211, &[|| diagnosed(&plain(), 404, &[], ""), || diagnosed(&plain(), 405, &[], HTML)],
        &[|| diagnosed(&plain(), 404, &[], r#"{"error":"other_error"}"#), || diagnosed(&plain(), 400, &[], "")]),
    Row(212, &[|| invalid_client(&cxone()), || diagnosed(&user_hub(), 401, &[], ""), || refused(&user_hub(), 400, "invalid_grant", "")],
        &[|| diagnosed(&user_hub(), 400, &[], ""), || refused(&cxone(), 400, "invalid_grant", ""), || invalid_client(&genesys()), || invalid_client(&plain())]),
    Row(213, &[|| unmade("http://login.example.com/token".parse::<TokenEndpoint>()), || unmade("https://a.example.com/t?client_secret=x".parse::<TokenEndpoint>())],
        &[|| seen(&address("http://127.0.0.1:9/token")), || seen(&address("https://a.example.com/t?p=x"))]),
    Row(214, &[|| unmade("us-esat-1".parse::<Region>()), || unmade("globl".parse::<Issuer>()), || unmade("global".parse::<Area>()), || unmade("na2".parse::<Area>()),
          || variables(&[("CXONE_AUTH_ACCESS_KEY_ID", "KEYID===="), ("CXONE_AUTH_ACCESS_KEY_SECRET", "KEYSECRET====")])],
        &[|| unmade("api.cxone.com".parse::<Issuer>()), || unmade("cxone.niceincontact.com".parse::<Region>())]),
    Row(215, &[|| seen(&moved(cxone(), "https://na1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&address("https://na1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&moved(user_hub(), "https://cxone.niceincontact.com/auth/token")), || diagnosed(&user_hub(), 415, &[], "")],
        &[|| seen(&user_hub()), || seen(&cxone()), || seen(&moved(user_hub(), "https://gateway.example.com/auth/token")),
          || diagnosed(&cxone(), 415, &[], ""), || diagnosed(&user_hub(), 401, &[], "")]),
    Row(216, &[|| unmade("na1".parse::<Region>()), || unmade("c42".parse::<Region>()), || unmade("eu-central-1".parse::<Issuer>()), || unmade("na99".parse::<Region>())],
        &[|| unmade("us-esat-1".parse::<Region>()), || unmade("globl".parse::<Issuer>()), || unmade("api-na1.niceincontact.com".parse::<Region>())]),
    Row(217, &[|| seen(&genesys().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap())),
          || seen(&genesys().with_token_endpoint("https://api.mypurecloud.ie/oauth/token".parse().unwrap())),
          || seen(&genesys().with_token_endpoint("https://login.xyz1.pure.cloud/oauth/token".parse().unwrap())),
          || seen(&cxone().with_token_endpoint("https://cxone-gov.niceincontact.com/auth/token".parse().unwrap())),
          || seen(&of_cluster("c32").with_token_endpoint("https://api-c33.incontact.com/InContactAuthorizationServer/Token".parse().unwrap())),
          || seen(&moved(user_hub(), "https://eu1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&moved(hub_at("https://na2.nice-incontact.com"), "https://na1.nice-incontact.com/authentication/v1/token/access-key")),
          || invalid_client(&genesys().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap()))],
        &[|| seen(&user_hub()), || seen(&moved(user_hub(), "https://na1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&moved(user_hub(), "https://br1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&moved(user_hub(), "https://gateway.example.com/authentication/v1/token/access-key")),
          || seen(&moved(hub_at("https://gateway.example.com"), "https://eu1.nice-incontact.com/authentication/v1/token/access-key")),
          || seen(&genesys()), || seen(&cxone()), || seen(&central()), || seen(&genesys().with_token_endpoint("https://login.mypurecloud.de/oauth/token".parse().unwrap())),
          || seen(&genesys().with_token_endpoint("https://gateway.example.com/oauth/token".parse().unwrap())),
          || seen(&genesys().with_token_endpoint("http://127.0.0.1:9/oauth/token".parse().unwrap())),
          || seen(&address("https://login.mypurecloud.com/oauth/token")),
          || seen(&of_cluster("c32").with_token_endpoint("https://c32.incontact.eu/InContactAuthorizationServer/Token".parse().unwrap())),
          || seen(&cxone().with_token_endpoint("https://cxone.niceincontact.com/auth/token".parse().unwrap())),
          || refused(&genesys().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap()), 400, "invalid_request", RATE_LIMIT)]),
    Row(218, &[|| seen(&in_clear("http://keycloak:8080/token")), || seen(&in_clear("http://keycloak/token"))],
        &[|| seen(&in_clear("https://keycloak/token")), || seen(&in_clear("http://localhost/token")), || diagnosed(&in_clear("http://keycloak/token"), 401, &[], r#"{"error":"invalid_client"}"#)]),
    Row(219, &[|| seen(&scoped(user_hub(), "read")), || seen(&in_body(user_hub())), || seen(&user_hub().with_parameter("audience", "x").unwrap()),
          || seen(&user_hub().with_scope_separator(ScopeSeparator::Comma))],
        &[|| seen(&user_hub()), || seen(&scoped(user_hub(), "")), || seen(&scoped(cxone(), "read")), || seen(&in_body(cxone()))]),

    Row(301, &[|| invalid_client(&genesys()), || invalid_client(&plain()), || diagnosed(&plain(), 403, &[], "")],
        &[|| refused(&plain(), 400, "invalid_scope", ""), || refused(&cxone(), 400, "invalid_grant", ""), || diagnosed(&plain(), 403, &[], HTML),
          || refused(&genesys(), 400, "invalid_request", RATE_LIMIT), || diagnosed(&plain(), 429, &[], r#"{"error":"invalid_client"}"#)]),
    Row(302, &[|| refused(&genesys(), 400, "unauthorized_client", "client is not authorized to use the client_credential grant type"),
          || refused(&plain(), 401, "unauthorized_client", ""), || refused(&plain(), 400, "authorization_type_invalid", ""),
          || refused(&plain(), 400, "invalid_request", "requested grant type is not allowed for this client")],
        &[|| invalid_client(&genesys()), || refused(&plain(), 400, "invalid_request", "grant_type is missing")]),
    Row(303, &[|| invalid_client(&genesys())], &[|| invalid_client(&cxone()), || invalid_client(&plain())]),
    Row(304, &[|| refused(&cxone(), 400, "invalid_grant", ""), || refused(&cxone(), 401, "invalid_grant", ""),
          || diagnosed(&user_hub(), 401, &[], ""), || refused(&user_hub(), 401, "invalid_client", "")],
        &[|| diagnosed(&user_hub(), 404, &[], ""), || diagnosed(&user_hub(), 429, &[], ""), || refused(&plain(), 400, "invalid_grant", ""), || invalid_client(&cxone())]),
    Row(305, &[|| refused(&cxone(), 401, "invalid_client", "")], &[|| refused(&cxone(), 401, "invalid_grant", ""), || invalid_client(&plain())]),
    Row(306, &[|| invalid_client(&plain()), || invalid_client(&in_body(genesys())), || invalid_client(&cxone())],
        &[|| invalid_client(&genesys()), || invalid_client(&user_hub()), || refused(&plain(), 400, "invalid_scope", "")]),
    Row(307, &[|| invalid_client(&custom("service", "a+b=")), || invalid_client(&raw(custom("service", "a%b"))),
          || refused(&raw(custom("service", "a%b")), 400, "invalid_request", "client_id and client_secret in the authorization header are not properly encoded")],
        &[|| invalid_client(&plain()), || invalid_client(&in_body(custom("service", "a+b="))), || refused(&custom("service", "a+b="), 400, "invalid_scope", "")]),
    Row(308, &[|| refused(&plain(), 400, "invalid_request", "client authentication must only be provided using one mechanism")],
        &[|| refused(&plain(), 400, "invalid_request", "client authentication is missing")]),
    Row(309, &[|| refused(&central(), 401, "invalid_client", "client application not authorized for user"), || diagnosed(&central(), 401, &[], "")],
        &[|| refused(&plain(), 401, "invalid_client", "client application not authorized for user"), || refused(&central(), 400, "invalid_scope", "")]),
    Row(310, &[|| refused(&address("https://cxone.niceincontact.com/auth/token"), 400, "invalid_request", "no user name"),
          || variables(&[("CXONE_AUTH_ISSUER", "global"), ("CXONE_AUTH_CLIENT_ID", "c"), ("CXONE_AUTH_CLIENT_SECRET", "s")]),
          || variables(&[("CXONE_AUTH_ISSUER", "na1")])],
        &[|| variables(&[("CXONE_AUTH_ISSUER", "na1"), ("CXONE_AUTH_CLIENT_ID", KEY_ID), ("CXONE_AUTH_CLIENT_SECRET", KEY_SECRET)]), || refused(&user_hub(), 400, "invalid_request", "no user name"), || refused(&cxone(), 400, "invalid_request", "no user name"), || refused(&plain(), 400, "invalid_request", "")]),

    Row(311, &[|| diagnosed(&plain(), 415, &[], ""), || refused(&plain(), 400, "invalid_request", "grant_type is missing")],
        &[|| diagnosed(&user_hub(), 415, &[], ""), || refused(&plain(), 400, "invalid_request", "audience is missing"), || diagnosed(&plain(), 400, &[], "")]),
    Row(312, &[|| refused(&plain(), 401, "invalid_client", "an assertion is required"), || refused(&plain(), 401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method."),
          || refused(&plain(), 401, "unauthorized", "a signed JWT is required"), || refused(&plain(), 400, "invalid_client", "client_assertion is missing")],
        &[|| invalid_client(&plain()), || refused(&plain(), 400, "invalid_scope", "private_key_jwt"), || refused(&plain(), 429, "invalid_client", "private_key_jwt"),
          || refused(&plain(), 401, "invalid_client", "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")]),
    Row(313, &[|| unmade(Config::cxone_access_key(Area::Na1, AccessKey::new(UUID, SECRET)))],
        &[|| seen(&user_hub()), || seen(&user_hub_with_key("KEYID====", UUID)), || seen(&cxone_with_key("KEYID====", SECRET))]),
    Row(314, &[|| refused(&genesys(), 403, "access_denied", "The IP address 192.0.2.7 is not allowed"), || refused(&genesys(), 400, "invalid_client", "request from a disallowed ip"),
          || refused(&genesys(), 400, "unauthorized_client", "not in the client's IP allow list"), || refused(&plain(), 401, "invalid_client", "your IP is not on the list"),
          || invalid_client(&genesys()), || diagnosed(&genesys(), 403, &[], ""), || diagnosed(&genesys(), 403, &[], r#"{"message":"Source IP denied"}"#)],
        &[|| invalid_client(&plain()), || refused(&cxone(), 401, "invalid_client", "membership, tip and zip"), || refused(&genesys(), 400, "invalid_request", "rate limit exceeded for this IP"),
          || diagnosed(&plain(), 429, &[], r#"{"message":"too many requests from your IP"}"#), || refused(&genesys(), 400, "unauthorized_client", "the grant is not allowed"),
          || diagnosed(&genesys(), 502, &[], r#"{"message":"no ip"}"#), || diagnosed(&genesys(), 403, &[], HTML), || invalid_client(&genesys_with("my-client", SECRET))]),
    Row(315, &[|| variables(&[("CXONE_AUTH_PLATFORM", "genesys"), ("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")]),
          || variables(&[("CXONE_AUTH_REGION", "us-east-1"), ("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3"), ("CXONE_AUTH_CLIENT_AUTH", "header")]),
          || variables(&[("CXONE_AUTH_PLATFORM", "custom"), ("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")])],
        &[|| variables(&[("CXONE_AUTH_REGION", "us-east-1")]), || variables(&[("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")]), || seen(&plain())]),
    Row(316, &[|| variables(&[("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")]),
          || variables(&[("CXONE_AUTH_REGION", "us-east-1"), ("CXONE_AUTH_ISSUER", "na1"), ("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")])],
        &[|| variables(&[("CXONE_AUTH_PLATFORM", "custom"), ("CXONE_AUTH_CLIENT_ID", "id"), ("CXONE_AUTH_CLIENT_SECRET", "Xq3")]), || seen(&plain())]),
    Row(401, &[|| seen(&scoped(plain(), "api:x,api:y")), || seen(&scoped(genesys(), "a b").with_scope_separator(ScopeSeparator::Comma)),
          || refused(&scoped(plain(), "api:x,api:y"), 400, "invalid_scope", "")],
        &[|| seen(&scoped(plain(), "a b").with_scope_separator(ScopeSeparator::Comma)), || seen(&scoped(plain(), "a b")), || seen(&scoped(plain(), "a,"))]),
    Row(402, &[|| seen(&scoped(plain(), "openid read")), || refused(&scoped(plain(), "offline_access"), 400, "invalid_scope", "")],
        &[|| seen(&scoped(plain(), "openid2 read")), || seen(&scoped(cxone(), "openid"))]),
    Row(403, &[|| seen(&scoped(genesys(), "urn:genesyscloud:all")), || seen(&scoped(cxone(), "admin:oauth")),
          || seen(&scoped(address("https://api.cxone.com/t"), "x,oauth:client_credentials")),
          || refused(&scoped(cxone(), "read:interaction"), 400, "invalid_scope", "")],
        &[|| seen(&scoped(plain(), "read:interaction")), || refused(&scoped(plain(), "read:interaction"), 400, "invalid_scope", ""), || seen(&scoped(genesys(), "users"))]),
    Row(404, &[|| seen(&scoped(genesys(), "users")), || refused(&scoped(genesys(), "users"), 400, "invalid_scope", "")],
        &[|| seen(&genesys()), || seen(&scoped(plain(), "users"))]),
    Row(405, &[|| refused(&scoped(plain(), "read"), 400, "invalid_scope", ""), || refused(&scoped(plain(), "read"), 400, "scope_invalid", "")],
        &[|| refused(&plain(), 400, "invalid_scope", ""), || invalid_client(&scoped(plain(), "read"))]),
    Row(406, &[|| granted(&scoped(plain(), "a b"), "a"), || granted(&scoped(plain(), "a"), "")],
        &[|| granted(&scoped(plain(), "a b"), "b a"), || granted(&scoped(plain(), "A"), "a"), || granted(&plain(), "a")]),
    Row(407, &[|| granted(&scoped(plain(), "a"), "a b")], &[|| granted(&plain(), "a b"), || granted(&scoped(plain(), "A"), "a")]),
    Row(408, &[|| granted(&scoped(plain(), "Users"), "users")], &[|| granted(&scoped(plain(), "users"), "users"), || granted(&scoped(plain(), "users Users"), "users Users")]),
    Row(409, &[|| token(&scoped(plain(), "a"), r#"{"access_token":"t","expires_in":60}"#)],
        &[|| token(&plain(), r#"{"access_token":"t","expires_in":60}"#), || granted(&scoped(plain(), "a"), "a")]),
    Row(410, &[|| seen(&scoped(central(), "AgentApi")), || granted(&scoped(central(), "AgentApi"), "AgentApi")],
        &[|| seen(&scoped(central(), "PatronApi")), || seen(&scoped(plain(), "AgentApi"))]),
    Row(411, &[|| refused(&plain(), 400, "invalid_scope", "")], &[|| refused(&scoped(plain(), "read"), 400, "invalid_scope", ""), || invalid_client(&plain())]),
    Row(412, &[|| unmade("“read”".parse::<ScopeSet>())], &[|| seen(&scoped(plain(), "read"))]),

    Row(501, &[|| refused(&genesys(), 400, "invalid_request", RATE_LIMIT)],
        &[|| diagnosed(&genesys(), 429, &[], ""), || refused(&genesys(), 400, "invalid_request", "no grant"), || refused(&plain(), 400, "slow_down", "")]),
    Row(502, &[|| diagnosed(&plain(), 429, &[("x-retry-after", "60")], ""), || diagnosed(&plain(), 503, &[("retry-after", "5")], ""),
          || refused(&plain(), 400, "invalid_request", "Client x has exceeded the rate limit of 10 tokens/28800 seconds"), || diagnosed(&plain(), 403, &[("retry-after", "5")], "")],
        &[|| diagnosed(&plain(), 503, &[], ""), || refused(&genesys(), 400, "invalid_request", RATE_LIMIT), || refused(&plain(), 400, "invalid_request", "too many failed login attempts"),
          || refused(&plain(), 400, "invalid_request", "too many scopes"), || diagnosed(&plain(), 401, &[("retry-after", "5")], "")]),
    Row(503, &[|| diagnosed(&plain(), 502, &[], HTML), || refused(&plain(), 400, "server_error", "")],
        &[|| diagnosed(&plain(), 501, &[], ""), || diagnosed(&plain(), 503, &[("retry-after", "5")], ""), || invalid_client(&plain())]),
    Row(504, &[|| refused(&genesys(), 400, "invalid_request", RATE_LIMIT), || diagnosed(&plain(), 429, &[], "")], &[|| diagnosed(&plain(), 503, &[], "")]),

    Row(601, &[|| failed(&plain(), Kind::Dns, None)], &[|| failed(&plain(), Kind::Connect, None)]),
    Row(602, &[|| failed(&plain(), Kind::Connect, None)], &[|| failed(&plain(), Kind::Tls, None)]),
    Row(603, &[|| failed(&plain(), Kind::Tls, Some("invalid peer certificate: UnknownIssuer"))], &[|| failed(&plain(), Kind::Connect, Some("UnknownIssuer"))]),
    Row(604, &[|| failed(&plain(), Kind::Proxy, None), || diagnosed(&plain(), 407, &[], "")], &[|| failed(&plain(), Kind::Connect, None)]),
    Row(605, &[|| failed(&plain(), Kind::Timeout, None)], &[|| failed(&plain(), Kind::Interrupted, None)]),
    Row(606, &[|| failed(&plain(), Kind::Interrupted, None)], &[|| failed(&plain(), Kind::Timeout, None)]),
    Row(607, &[|| failed(&plain(), Kind::InvalidResponse, None)], &[|| failed(&plain(), Kind::BodyTooLarge, None)]),
    Row(608, &[|| failed(&cxone(), Kind::Interrupted, Some("http2 error: connection error received"))],
        &[|| failed(&plain(), Kind::Interrupted, Some("http2 error")), || failed(&cxone(), Kind::Interrupted, Some("connection reset"))]),
    Row(609, &[|| failed(&plain(), Kind::BodyTooLarge, None)], &[|| failed(&plain(), Kind::InvalidResponse, None)]),
    Row(610, &[|| failed(&plain(), Kind::Configuration, None)], &[|| failed(&plain(), Kind::Other, None)]),
    Row(611, &[|| failed(&plain(), Kind::Other, None)], &[|| failed(&plain(), Kind::Configuration, None)]),

    Row(612, &[|| failed(&plain(), Kind::Tls, Some("received fatal alert: CertificateRequired")), || failed(&plain(), Kind::Interrupted, Some("tlsv13 alert certificate required"))],
        &[|| failed(&plain(), Kind::Tls, Some("received fatal alert: CertificateExpired"))]),
    Row(613, &[|| failed(&plain(), Kind::UncleanClose, None)], &[|| failed(&plain(), Kind::Interrupted, Some("peer closed connection without sending TLS close_notify"))]),
    Row(701, &[|| diagnosed(&plain(), 200, &[], "{}"), || diagnosed(&plain(), 200, &[], r#"{"access_token":""}"#)],
        &[|| diagnosed(&plain(), 200, &[], r#"{"access_token":"t","token_type":"mac"}"#), || diagnosed(&plain(), 200, &[], r#"{"error":"invalid_client"}"#)]),
    Row(702, &[|| diagnosed(&plain(), 200, &[], r#"{"access_token":"t","token_type":"DPoP"}"#), || diagnosed(&plain(), 200, &[], r#"{"access_token":"t","token_type":"bearers"}"#)], &[|| diagnosed(&plain(), 200, &[], "{}")]),
    Row(703, &[|| token(&with_refresh_before(plain(), 300), r#"{"access_token":"t","expires_in":300}"#), || seen(&with_refresh_before(cxone(), 3000))],
        &[|| token(&with_refresh_before(plain(), 60), r#"{"access_token":"t","expires_in":300}"#), || seen(&with_refresh_before(genesys(), 300)), || seen(&with_refresh_before(plain(), 90_000))]),
    Row(704, &[|| diagnosed(&plain(), 401, &[("date", "Fri, 06 Nov 2026 10:00:00 GMT")], ""), || failed(&plain(), Kind::Tls, Some("certificate has expired"))],
        &[|| diagnosed(&plain(), 401, &[("date", "Fri, 06 Nov 2026 08:00:20 GMT")], ""), || failed(&plain(), Kind::Tls, Some("UnknownIssuer"))]),
    Row(705, &[|| token(&plain(), r#"{"access_token":"t"}"#), || token(&plain(), r#"{"access_token":"t","expires_in":0}"#)],
        &[|| token(&plain(), r#"{"access_token":"t","expires_at":1793955600}"#), || token(&plain(), r#"{"access_token":"t","expires_in":"60"}"#)]),
    Row(706, &[|| diagnosed(&plain(), 400, &[], ""), || diagnosed(&plain(), 401, &[], "")], &[|| diagnosed(&plain(), 400, &[], r#"{"error":"x"}"#), || diagnosed(&plain(), 404, &[], "")]),
    Row(707, &[|| refused(&plain(), 400, "invalid_request", "audience is missing"), || refused(&plain(), 403, "access_denied", "")],
        &[|| invalid_client(&plain()), || diagnosed(&plain(), 400, &[], "")]),
    Row(708, &[|| diagnosed(&plain(), 200, &[("content-encoding", "gzip")], "\u{1F}\u{8}\u{2}\u{1}"), || diagnosed(&plain(), 400, &[("content-encoding", "br")], "\u{8B}\u{2}\u{80}")],
        &[|| diagnosed(&plain(), 200, &[("content-encoding", "gzip")], "{}"), || diagnosed(&plain(), 200, &[("content-encoding", "identity")], "\u{1F}\u{8}\u{2}\u{1}"),
          || diagnosed(&plain(), 400, &[("content-encoding", "gzip")], r#"{"error":"invalid_request"}"#)]),

    Row(801, &[|| called(401, &[], r#"{"code":"bad.credentials","status":401}"#), || called(401, &[("www-authenticate", "Bearer error=\"invalid_token\"")], ""), || called(401, &[("icStatusDescription", "no")], "")],
        &[|| called(401, &[], r#"{"code":"credentials.expired"}"#), || called(401, &[("www-authenticate", "Bearer error=\"invalid_token\", error_description=\"it expired\"")], ""),
          || called(403, &[], r#"{"code":"missing.permissions"}"#), || called(401, &[("www-authenticate", "Basic realm=\"proxy\"")], ""), || called(500, &[], r#"{"code":"bad.credentials"}"#)]),
    Row(802, &[|| called(401, &[], r#"{"code":"credentials.expired"}"#), || called(401, &[("www-authenticate", "Bearer error=\"invalid_token\", error_description=\"The token Expired\"")], ""),
          || called(401, &[("icStatusDescription", "The token has expired")], "")],
        &[|| called(401, &[], r#"{"code":"bad.credentials"}"#), || called(401, &[("www-authenticate", "Bearer error=\"invalid_token\"")], ""), || called(400, &[], r#"{"message":"the offer has expired"}"#)]),
    Row(803, &[|| called(401, &[], r#"{"code":"authentication.required"}"#), || called(401, &[("www-authenticate", "Bearer realm=\"x\"")], "")],
        &[|| called(401, &[("www-authenticate", "Bearer error=\"invalid_token\"")], ""), || called(401, &[], r#"{"code":"bad.credentials"}"#), || called(407, &[], "")]),
    Row(804, &[|| called(403, &[], r#"{"code":"missing.permissions"}"#), || called(403, &[("www-authenticate", "Bearer error=\"insufficient_scope\"")], ""), || called(403, &[], "")],
        &[|| called(401, &[], ""), || called(403, &[], r#"{"message":"This request requires a user context."}"#), || called(200, &[], r#"{"code":"missing.permissions"}"#)]),
    Row(805, &[|| called(400, &[], r#"{"code":"bad.request","message":"This request requires a User Context."}"#)],
        &[|| called(400, &[], r#"{"message":"no such user"}"#), || called(404, &[], r#"{"message":"user context"}"#)]),
    Row(806, &[|| called(429, &[], ""), || called(400, &[], r#"{"code":"too.many.requests"}"#)],
        &[|| called(503, &[("retry-after", "5")], ""), || called(200, &[("inin-ratelimit-count", "300")], "{}")]),
    Row(807, &[|| called(401, &[("icStatusDescription", "no")], ""), || called(404, &[("icStatusDescription", "No such resource")], "")],
        &[|| called(404, &[], ""), || called(401, &[], r#"{"code":"bad.credentials"}"#), || called(403, &[("icStatusDescription", "no")], "")]),
    Row(808, &[|| called(406, &[], ""), || called(415, &[], "{}"), || called(200, &[("content-type", "text/plain")], "The data cannot be rendered in the requested form"), || called(400, &[], "Cannot render")],
        &[|| called(200, &[], r#"{"name":"the render farm"}"#), || called(200, &[], "<html>render</html>"), || called(500, &[], "cannot render the template"), || called(200, &[], "")]),
    Row(809, &[|| begun(genesys(), "http://api.mypurecloud.de/api/v2/users"), || unmade("http://api.example.com".parse::<ApiBase>())],
        &[|| begun(genesys(), "https://api.mypurecloud.de/api/v2/users"), || begun(genesys(), "http://127.0.0.1:9/x")]),
    Row(810, &[|| begun(genesys(), "https://api.mypurecloud.de@evil.example/x"), || unmade("https://u:p@api.example.com".parse::<Origin>())],
        &[|| begun(genesys(), "https://api.mypurecloud.de/x@y")]),
    Row(811, &[|| begun(genesys(), "https://api.mypurecloud.com/x"), || begun(genesys(), "https://api.mypurecloud.de.evil.example/x"), || begun(plain(), "https://api.example.com/x")],
        &[|| begun(genesys(), "https://api.mypurecloud.de:443/x"), || begun(genesys().with_api_origin("https://api.example.com".parse().unwrap()), "https://api.example.com/x")]),
    Row(812, &[|| based(plain()), || based(central()), || hub_says(r#"{"access_token":"opaque"}"#)],
        &[|| hub_says(r#"{"access_token":"opaque","resource_server_base_uri":"https://api-na1.niceincontact.com"}"#), || based(genesys()), || based(cxone()), || based(plain().with_api_base("https://api.example.com".parse().unwrap()))]),
    Row(813, &[|| unmade("api.example.com".parse::<ApiBase>()), || unmade("https://api.example.com/x".parse::<Origin>()), || begun(genesys(), "/api/v2/users")],
        &[|| begun(genesys(), "https://api.mypurecloud.de/api/v2/users")]),
    Row(814, &[|| tenant_says(404, "")], &[|| issuer_says(404, ""), || tenant_says(400, ""), || tenant_says(200, TENANT)]),
    Row(815, &[|| tenant_of("opaque"), || tenant_of("e30.e30.e30")], &[|| tenant_of("e30.eyJ0ZW5hbnRJZCI6InQtMSJ9.e30")]),
    Row(816, &[|| issuer_says(200, HTML), || issuer_says(404, ""), || tenant_says(200, "{}"), || tenant_says(403, HTML)],
        &[|| issuer_says(200, ISSUER), || tenant_says(200, TENANT), || issuer_says(503, "")]),
    Row(817, &[|| issuer_says(200, r#"{"issuer":"https://cxone-gov.niceincontact.com"}"#), || tenant_says(200, &TENANT.replace("t-1", "t-2"))],
        &[|| issuer_says(200, ISSUER), || tenant_says(200, &TENANT.replace("t-1", "T-1"))]),
    Row(818, &[|| hub_says(r#"{"access_token":"opaque","resource_server_base_uri":"https://api-na1.niceincontact.com.evil.example"}"#),
          || tenant_says(200, &TENANT.replace(".com", ".com.evil.example")), || tenant_says(200, &TENANT.replace("https", "http")), || tenant_says(200, &TENANT.replace("api-na1.", "my")),
          || issuer_says(200, r#"{"issuer":"https://cxone.niceincontact.com","token_endpoint":"http://cxone.niceincontact.com/auth/token"}"#)],
        &[|| tenant_says(200, TENANT), || issuer_says(200, ISSUER), || hub_says(r#"{"access_token":"opaque","resource_server_base_uri":"http://na1"}"#)]),
    Row(819, &[|| pooled(11)], &[|| pooled(1), || pooled(10)]),
    Row(820, &[|| api(genesys(), "https://api.mypurecloud.com"), || api(genesys(), "https://login.mypurecloud.de"), || api(genesys(), "https://apps.mypurecloud.de"),
          || api(genesys(), "https://api-na1.niceincontact.com"), || api(genesys(), "https://api.pure.cloud"), || api(genesys(), "https://api.us.genesys.cloud"),
          || api(cxone(), "https://api-na2.niceincontact.com"), || api(cxone(), "https://api.nicecxone-sov1.eu"), || api(cxone(), "https://api.mypurecloud.com"),
          || api(central(), "https://api.mypurecloud.com"), || api(address("https://login.mypurecloud.de/oauth/token"), "https://api.mypurecloud.com"),
          || api(user_hub(), "https://api-eu1.niceincontact.com"), || api(user_hub(), "https://api-na2.niceincontact.com"), || api(user_hub(), "https://api.nicecxone-sov1.eu"),
          || api(user_hub(), "https://api.mypurecloud.de"), || api(hub_at("https://br1.nice-incontact.com"), "https://api.mypurecloud.de"),
          || api(hub_at("https://gateway.example.com"), "https://api.mypurecloud.de"), || api(moved(user_hub(), "https://gateway.example.com/t"), "https://api-eu1.niceincontact.com"),
          || api(moved(user_hub(), "https://eu1.nice-incontact.com/authentication/v1/token/access-key"), "https://api-na1.niceincontact.com"),
          || api(genesys().with_token_endpoint("https://gateway.example.com/t".parse().unwrap()), "https://api.mypurecloud.com")],
        &[|| api(genesys(), "https://api.mypurecloud.de"), || api(genesys(), "https://gateway.example.com/api"), || api(genesys(), "https://api-downloads.mypurecloud.de"),
          || api(cxone(), "https://api-na1.niceincontact.com"), || api(cxone(), "https://api-c42.nice-incontact.com"), || api(central(), "https://api-c32.incontact.com"),
          || api(user_hub(), "https://api-na1.niceincontact.com"), || api(user_hub(), "https://api-c42.nice-incontact.com"), || api(user_hub(), "https://api-br1.niceincontact.com"),
          || api(user_hub(), "https://gateway.example.com"), || api(hub_at("https://br1.nice-incontact.com"), "https://api-eu1.niceincontact.com"), || api(hub_at("https://gateway.example.com"), "https://api-eu1.niceincontact.com"),
          || api(plain(), "https://api.mypurecloud.com"), || api(genesys().with_token_endpoint("http://127.0.0.1:9/t".parse().unwrap()), "http://127.0.0.1:9"),
          || seen(&genesys().with_token_endpoint("https://login.mypurecloud.com/oauth/token".parse().unwrap()))]),
    Row(821, &[|| called(401, &[("www-authenticate", "Bearer error=\"invalid_token\", error_description=\"The access token was revoked\"")], ""), || called(401, &[], r#"{"error":"invalid_token","error_description":"Token has been REVOKED"}"#),
          || called(401, &[("icStatusDescription", "token revoked")], "")],
        &[|| called(401, &[("www-authenticate", "Bearer error=\"invalid_token\", error_description=\"The access token expired\"")], ""), || called(401, &[], r#"{"code":"bad.credentials"}"#), || called(403, &[], r#"{"message":"the permission was revoked"}"#),
          || called(401, &[], r#"{"code":"credentials.expired","message":"revoked"}"#), || called(401, &[("www-authenticate", "Basic realm=\"x\"")], "")]),
    Row(901, &[|| refused(&signed(), 400, "invalid_client", "Invalid claim: 'aud'"), || refused(&signed(), 401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request."),
          || refused(&signed(), 400, "invalid_client", "Client authentication with signed JWT failed: Token audience doesn't match domain. Realm audience is 'https://kc/realms/r'"),
          || refused(&of_kubernetes(), 401, "invalid_client", "AADSTS700212: No matching federated identity record found for presented assertion audience 'x'."), || invalid_client(&signed())],
        &[|| refused(&plain(), 401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request."), || refused(&signed(), 401, "invalid_client", "The client_assertion JWT kid is invalid."),
          || refused(&signed(), 400, "invalid_target", "the audience is not known"), || refused(&of_kubernetes(), 401, "invalid_client", "unknown kid"), || invalid_client(&plain()), || refused(&signed(), 400, "invalid_client", "No key for kid: 'unknown'"),
          || refused(&signed(), 401, "invalid_client", "no key is registered under this key id and algorithm"), || refused(&signed(), 401, "invalid_client", "Client not found")]),
    Row(902, &[|| refused(&signed(), 401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."), || refused(&signed(), 400, "invalid_client", "Client authentication with signed JWT failed: Token is not active"),
          || diagnosed(&signed(), 401, &[("date", "Fri, 06 Nov 2026 08:02:00 GMT")], r#"{"error":"invalid_client"}"#), || diagnosed(&of_kubernetes(), 401, &[("date", "Fri, 06 Nov 2026 07:50:00 GMT")], r#"{"error":"invalid_client"}"#)],
        &[|| diagnosed(&signed(), 401, &[("date", "Fri, 06 Nov 2026 08:00:20 GMT")], r#"{"error":"invalid_client"}"#), || diagnosed(&plain(), 401, &[("date", "Fri, 06 Nov 2026 08:02:00 GMT")], r#"{"error":"invalid_client"}"#),
          || diagnosed(&signed(), 400, &[("date", "Fri, 06 Nov 2026 08:02:00 GMT")], r#"{"error":"invalid_scope"}"#), || refused(&of_kubernetes(), 401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."),
          || diagnosed(&signed(), 401, &[("date", "Fri, 06 Nov 2026 08:02:00 GMT")], r#"{"error":"invalid_client","error_description":"The client_assertion JWT kid is invalid."}"#)]),
    Row(903, &[|| refused(&signed(), 400, "invalid_client", "No key for kid: 'unknown'"), || refused(&signed(), 401, "invalid_client", "The client_assertion JWT kid is invalid."), || refused(&signed(), 401, "invalid_client", "The client_assertion signature is invalid."), || refused(&signed(), 400, "unauthorized_client", "Client authentication with signed JWT failed: Signature on JWT token failed validation"),
          || refused(&signed(), 400, "invalid_client", "Unable to load public key"), || refused(&of_kubernetes(), 401, "invalid_client", "AADSTS700027: Client assertion contains an invalid signature."), || invalid_client(&signed())],
        &[|| refused(&plain(), 401, "invalid_client", "The client_assertion signature is invalid."), || refused(&signed(), 401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request."),
          || refused(&signed(), 400, "invalid_request", "the signature is invalid"), || invalid_client(&of_kubernetes()), || refused(&signed(), 400, "invalid_client", "Invalid claim: 'aud'")]),
    Row(904, &[|| signing(&der())], &[|| signing(&der()[..69]), || signing(&[0x30; 72]), || signing(&[]), || seen(&signed())]),
    Row(905, &[|| asserted("service-7", "service-7", 0), || asserted("service-7", "service-7", -3_600), || asserted("another", "another", 60), || refused(&of_kubernetes(), 401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."),
          || refused(&of_kubernetes(), 400, "invalid_request", "AADSTS70021: No matching federated identity record found for presented assertion.")],
        &[|| asserted("service-7", "service-7", 1), || asserted("https://oidc.example.com/cluster", "system:serviceaccount:calls:dialer", 1), || refused(&signed(), 401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."), || refused(&of_kubernetes(), 401, "invalid_client", "invalid audience"), || invalid_client(&plain())]),
    Row(906, &[of_another_key], &[in_the_wrong_order, without_a_key, || failed(&plain(), Kind::Tls, Some("received fatal alert: CertificateRequired"))]),
    Row(907, &[|| server_says(|config| config, r#","token_endpoint_auth_methods_supported":["private_key_jwt"]"#), || server_says(in_body, r#","token_endpoint_auth_methods_supported":["client_secret_basic"]"#), || server_says(in_body, ""), || server_says(raw, r#","token_endpoint_auth_methods_supported":["client_secret_post"]"#), || server_says(|_| signed(), r#","token_endpoint_auth_methods_supported":["client_secret_basic"]"#), || server_says(|_| certified(), r#","token_endpoint_auth_methods_supported":["private_key_jwt"]"#),
          || server_says(|_| signed(), &algorithms(r#""ES256","RS256""#)), || refused(&signed(), 401, "invalid_client", "Algorithm EdDSA not allowed"), || refused(&signed(), 401, "invalid_client", "client authentication method not allowed, use client_secret_basic"),
          || unlisted(plain(), r#"["private_key_jwt"]"#), || unlisted(signed(), r#"["client_secret_basic"]"#)],
        &[|| server_says(|config| config, ""), || server_says(raw, r#","token_endpoint_auth_methods_supported":["client_secret_basic"]"#), || server_says(in_body, r#","token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]"#), || server_says(in_body, r#","token_endpoint_auth_methods_supported":["client_secret_post"]"#), || server_says(|_| user_hub(), r#","token_endpoint_auth_methods_supported":["private_key_jwt"]"#), || server_says(|_| signed(), r#","token_endpoint_auth_methods_supported":["private_key_jwt"]"#), || server_says(|_| certified(), r#","token_endpoint_auth_methods_supported":["self_signed_tls_client_auth"]"#),
          || server_says(|_| signed(), &algorithms(r#""ES256","EdDSA""#)), || server_says(|_| signed(), &algorithms("")), || server_says(|_| of_kubernetes(), &algorithms(r#""ES256""#)),
          || refused(&signed(), 401, "invalid_client", "no key is registered under this key id and algorithm"), || refused(&plain(), 401, "invalid_client", "Algorithm EdDSA not allowed"), || unlisted(plain(), r#"["client_secret_basic"]"#), || refused(&listing(plain(), r#"["private_key_jwt"]"#), 400, "invalid_scope", "")]),
    Row(908, &[|| read_as(None), without_assertion, || signing(&[0; 63])], &[|| read_as(Some("")), || read_as(Some("Xq3-custom-only")), || signing(&der())]),
    Row(909, &[|| endpoint_says("https://tokens.example.com/t"), || endpoint_says("https://as.example.com.evil.example/t")],
        &[|| endpoint_says("https://as.example.com/t"), || endpoint_says("https://AS.example.com:8443/t")]),
    Row(910, &[|| metadata_says("https://as.example.com/", "https://as.example.com/t"), || metadata_says("https://AS.example.com", "https://as.example.com/t"), || metadata_says("", "https://as.example.com/t")],
        &[|| metadata_says("https://as.example.com", "https://as.example.com/t"), || metadata_says("https://as.example.com", "http://as.example.com/t")]),
    Row(912, &[|| server_says(|config| config, r#","grant_types_supported":["authorization_code"]"#), || server_says(|config| config, r#","grant_types_supported":["CLIENT_CREDENTIALS"]"#), || server_says(|_| cxone(), r#","grant_types_supported":["client_credentials"]"#)],
        &[|| server_says(|config| config, ""), || server_says(|config| config, r#","grant_types_supported":["password","client_credentials"]"#), || server_says(|config| config, r#","grant_types_supported":[]"#), || server_says(|_| cxone(), r#","grant_types_supported":["password"]"#)]),
    Row(913, &[|| server_says(|config| scoped(config, "read write"), r#","scopes_supported":["read"]"#), || server_says(|config| scoped(config, "READ"), r#","scopes_supported":["read"]"#)],
        &[|| server_says(|config| scoped(config, "read"), r#","scopes_supported":["read","write"]"#), || server_says(|config| config, r#","scopes_supported":["read"]"#), || server_says(|config| scoped(config, "read"), "")]),
    Row(920, &[|| unavailable("cache.example.com:6379: connection refused"), || unavailable("no response within 1 s")],
        &[|| unavailable("WRONGPASS invalid username-password pair"), || damaged("none of the keys opens it"), || unusable("something else")]),
    Row(921, &[|| damaged("none of the keys opens it"), || damaged("is damaged")], &[|| unavailable("connection refused"), || unusable("line 2: the key has 31 bytes")]),
    Row(922, &[|| unusable("/tmp/t: is open to other users (mode 0755)"), || unusable("belongs to another user (id 12345)"), || unusable("is a symbolic link")],
        &[|| unusable("/tmp/t: is not a directory"), || damaged("is open to other users (mode 0644)")]),
    Row(923, &[|| unusable("would send the password to cache.example.com in clear text"), || unusable("the password would go to cache.example.com without encryption")], &[|| unusable("the password is empty"), || unavailable("NOAUTH Authentication required.")]),
    Row(925, &[|| unavailable("WRONGPASS invalid username-password pair or user is disabled."), || unavailable("NOAUTH Authentication required."), || unusable("NOPERM this user has no permissions"), || unusable_at("redis://cache/0", "the server's user may not do this; allow it the commands and keys that the documentation of the store lists")],
        &[|| unavailable("connection reset"), || unusable("would send the password in clear text"), || unusable_at("/srv/password-store", "is not a directory")]),
    Row(926, &[|| unusable("key file /etc/store.key: line 2: the key has 31 bytes"), || unusable_at("key file /etc/store.key", "it does not exist"), || unusable_at("/srv/t/cxone-auth.keys", "has the keys of another version")],
        &[|| unusable_at("key file /etc/store.key", "it is open to other users (mode 0644)"), || unavailable("connection refused"), || unusable_at("/srv/keys", "is not a directory"), || unusable_at("/srv/t/cxone-auth.keys", "was not written by this program"),
          || unusable("the server's user may not do this; allow it the commands and keys that the documentation of the store lists"), || unusable("another program has a key of this name; use another namespace")]),
    Row(927, &[|| unavailable("cannot write it: No space left on device"), || unavailable("READONLY You can't write against a read only replica."), || unavailable("OOM command not allowed when used memory > 'maxmemory'."), || unavailable("the server's memory is full; increase its `maxmemory`, or let it evict keys"), || unavailable("the server is a replica; use the address of the primary")],
        &[|| unavailable("cannot read it: Input/output error"), || damaged("cannot write it")]),
    Row(929, &[|| unusable_at("unix:///run/redis.sock", "the socket belongs to another user (id 110), who would get the password"), || unusable_at("unix:///tmp/redis.sock", "others may write to its folder (mode 1777), and would get the password")],
        &[|| unusable("belongs to another user (id 12345)"), || unusable("the password would go to cache.example.com without encryption"), || unavailable("NOAUTH Authentication required.")]),
];

/// A client that the server knows by its certificate.
fn certified() -> Config {
    let client = ClientCredentials::with_certificate("service-7");
    Config::custom("https://as.example.com/token".parse().unwrap(), client).unwrap()
}

/// Why a client is refused by a server whose metadata lists these methods.
fn unlisted(config: Config, methods: &str) -> Diagnosis {
    invalid_client(&listing(config, methods))
}

/// A server that takes assertions of these algorithms.
fn algorithms(listed: &str) -> String {
    let name = "token_endpoint_auth_signing_alg_values_supported";
    format!(r#","token_endpoint_auth_methods_supported":["private_key_jwt"],"{name}":[{listed}]"#)
}

fn unavailable(says: &str) -> Diagnosis {
    diagnose_store(&StoreError::new(StoreErrorKind::Unavailable, says))
}

fn unusable(says: &str) -> Diagnosis {
    diagnose_store(&StoreError::new(StoreErrorKind::Configuration, says))
}

fn unusable_at(place: &str, says: &str) -> Diagnosis {
    diagnose_store(&StoreError::new(StoreErrorKind::Configuration, says).within(place))
}

fn damaged(says: &str) -> Diagnosis {
    diagnose_store(&StoreError::new(StoreErrorKind::Damaged, says))
}

/// What a program finds out about a running agent, with tests of its own.
const OF_AN_AGENT: [u16; 2] = [914, 924];

fn code(number: u16) -> FindingCode {
    number.to_string().parse().unwrap()
}

#[test]
fn every_code_of_the_catalogue_has_a_trigger_and_a_near_miss() {
    let listed: Vec<u16> = ROWS.iter().map(|row| row.0).collect();
    let known = catalogue().map(|entry| entry.code.number());
    let known: Vec<u16> = known.filter(|own| !OF_AN_AGENT.contains(own)).collect();
    assert_eq!(listed, known);
    assert!(
        ROWS.iter()
            .all(|row| !row.1.is_empty() && !row.2.is_empty())
    );
}

#[test]
fn each_finding_is_made_of_what_triggers_it() {
    for Row(number, triggers, _) in ROWS {
        for (index, trigger) in triggers.iter().enumerate() {
            let diagnosis = trigger();
            assert!(
                diagnosis.contains(code(*number)),
                "{number}, trigger {index}: {diagnosis:#?}"
            );
        }
    }
}

#[test]
fn no_finding_is_made_of_a_near_miss() {
    for Row(number, _, near_misses) in ROWS {
        for (index, near_miss) in near_misses.iter().enumerate() {
            let diagnosis = near_miss();
            assert!(
                !diagnosis.contains(code(*number)),
                "{number}, near miss {index}: {diagnosis:#?}"
            );
        }
    }
}

#[test]
fn an_explanation_is_ranked_short_and_free_of_repetition() {
    for diagnosis in ROWS
        .iter()
        .flat_map(|row| row.1.iter().chain(row.2))
        .map(|fixture| fixture())
    {
        let confidences: Vec<_> = diagnosis
            .iter()
            .map(cxone_auth_core::diagnosis::Finding::confidence)
            .collect();
        assert!(confidences.is_sorted(), "{diagnosis:#?}");
        assert!(diagnosis.len() <= 6, "{diagnosis:#?}");
        let mut codes: Vec<_> = diagnosis
            .iter()
            .map(cxone_auth_core::diagnosis::Finding::code)
            .collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), diagnosis.len());
    }
}

#[test]
fn every_entry_is_text_that_one_can_act_on() {
    for entry in catalogue() {
        let code = entry.code;
        assert_eq!(code.to_string().parse::<FindingCode>().unwrap(), code);
        assert_eq!(code.entry(), entry);
        assert!(!entry.title.ends_with('.'), "{code}");
        for text in [entry.seen, entry.cause, entry.remedy].map(|text| text.to_string()) {
            assert!(text.ends_with('.'), "{code}: {text}");
            assert!(text.len() < 300, "{code}: {text}");
        }
        assert!(
            !entry.vendors.is_empty() && !entry.source.is_empty(),
            "{code}"
        );
    }
    assert!("CXA-999".parse::<FindingCode>().is_err());
}

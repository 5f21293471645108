//! NICE CXone and its predecessor as the sandbox plays them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_tests::{CxOne, Placement, Sandbox};
use serde_json::{Value, json};

use crate::raw::{ServerResponse, basic, form, get, get_tls, post, send};

/// A request with the true client and key but for what `change` does to them.
fn fetch(cxone: &CxOne, change: impl Fn(&mut [String; 4])) -> ServerResponse {
    let key = cxone.access_key();
    let mut facts = [cxone.client_id(), cxone.client_secret(), key.id, key.secret];
    change(&mut facts);
    let [id, secret, username, password] = &facts;
    let body = form(&[
        ("grant_type", "password"),
        ("username", username),
        ("password", password),
    ]);
    post(&cxone.token_url(), Some(&basic(id, secret)), &body)
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn a_client_that_is_registered_for_one_placement_is_refused_in_the_other() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    cxone.accept_only(Placement::Body);
    let response = fetch(cxone, |_| ());
    assert_eq!(response.status, 401);
    assert_eq!(response.json()["error"], "invalid_client");
    let key = cxone.access_key();
    let body = form(&[
        ("grant_type", "password"),
        ("username", &key.id),
        ("password", &key.secret),
        ("client_id", &cxone.client_id()),
        ("client_secret", &cxone.client_secret()),
    ]);
    assert_eq!(post(&cxone.token_url(), None, &body).status, 200);
    cxone.accept_only(Placement::Basic);
    assert_eq!(post(&cxone.token_url(), None, &body).status, 401);
    assert_eq!(fetch(cxone, |_| ()).status, 200);
}

#[test]
fn issues_a_jwt_for_an_access_key() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    assert!(cxone.access_key().secret.ends_with("===="));
    let response = fetch(cxone, |_| ());
    let body = response.json();
    assert_eq!(response.status, 200);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    for member in ["id_token", "refresh_token", "issued_token_type"] {
        assert!(body[member].is_string(), "{member}");
    }
    let claims = claims(&body["access_token"]);
    assert_eq!(claims["iss"], cxone.issuer());
    assert_eq!(claims["aud"], cxone.client_id());
    assert_eq!(claims["tenantId"], cxone.tenant_id());
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        3600
    );
}

#[test]
fn takes_the_client_in_the_body() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    let key = cxone.access_key();
    let body = form(&[
        ("grant_type", "password"),
        ("username", &key.id),
        ("password", &key.secret),
        ("client_id", &cxone.client_id()),
        ("client_secret", &cxone.client_secret()),
    ]);
    assert_eq!(post(&cxone.token_url(), None, &body).status, 200);
}

#[test]
fn refuses_with_the_code_of_the_wrong_half() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    let expectations = [
        (401, "invalid_client"),
        (401, "invalid_client"),
        (400, "invalid_grant"),
        (400, "invalid_grant"),
    ];
    for (index, (status, error)) in expectations.into_iter().enumerate() {
        let response = fetch(cxone, |facts| facts[index].push('x'));
        assert_eq!(
            (response.status, &response.json()["error"]),
            (status, &json!(error))
        );
    }
    cxone.refuse_access_key_with(401);
    assert_eq!(fetch(cxone, |facts| facts[3].clear()).status, 401);
    cxone.throttle_next(1);
    assert_eq!(fetch(cxone, |_| ()).status, 429);
    let old = cxone.access_key().secret;
    cxone.rotate_access_key();
    let response = fetch(cxone, |facts| facts[3].clone_from(&old));
    assert_eq!(response.json()["error"], "invalid_grant");
    assert_eq!(fetch(cxone, |_| ()).status, 200);
}

#[test]
fn does_not_know_the_client_credentials_grant() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    let authorization = basic(&cxone.client_id(), &cxone.client_secret());
    let grant = "grant_type=client_credentials";
    let response = post(&cxone.token_url(), Some(&authorization), grant);
    assert_eq!(response.status, 400);
    assert_eq!(response.json()["error"], "unsupported_grant_type");
    let keyless = post(
        &cxone.token_url(),
        Some(&authorization),
        "grant_type=password",
    );
    assert_eq!(
        (keyless.status, &keyless.json()["error"]),
        (400, &json!("invalid_request"))
    );
}

#[test]
fn publishes_its_discovery_documents() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    let issuer = cxone.issuer();
    let openid = get(&format!("{issuer}/.well-known/openid-configuration"), None).json();
    assert_eq!(openid["issuer"], issuer);
    assert_eq!(openid["token_endpoint"], cxone.token_url());

    let tenant = format!("{issuer}/.well-known/cxone-configuration?tenantId=");
    let known = get(&(tenant.clone() + cxone.tenant_id()), None).json();
    assert_eq!(known["api_endpoint"], cxone.api_base());
    assert_eq!(known["tenantId"], cxone.tenant_id());
    assert_eq!(get(&(tenant + "another"), None).status, 404);
    assert_eq!(cxone.token_requests(), 0);
}

#[test]
fn refuses_api_calls_in_a_header() {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    let body = fetch(cxone, |_| ()).json();
    let agents = cxone.resource_url();
    let good = get(&agents, body["access_token"].as_str());
    assert_eq!(good.json()["agents"].as_array().unwrap().len(), 2);
    let refused = get(&agents, Some("x"));
    assert_eq!((refused.status, refused.body.as_str()), (401, ""));
    assert!(refused.header("icstatusdescription").is_some());
    assert_eq!(get(&agents, None).status, 401);
}

#[test]
fn speaks_https_on_every_port() {
    let sandbox = Sandbox::start_https();
    let pem = sandbox.ca_pem().unwrap();
    let url = sandbox.cxone().issuer() + "/.well-known/openid-configuration";
    assert!(url.starts_with("https://"));
    assert_eq!(get_tls(&url, pem).unwrap().status, 200);
    assert_eq!(
        get_tls(&sandbox.genesys().resource_url(), pem)
            .unwrap()
            .status,
        401
    );
}

#[test]
fn reads_centrals_credentials_raw() {
    let sandbox = Sandbox::start();
    let central = sandbox.central();
    let (id, secret) = (central.client_id(), central.client_secret());
    let raw = basic(&id, &secret);
    let lower = raw.replace("Basic", "basic");
    let encoded = basic(&id.replace('@', "%40").replace(' ', "%20"), &secret);
    let grant = "grant_type=client_credentials&scope=PatronApi";
    let response = post(&central.token_url(), Some(&raw), grant);
    let body = response.json();
    assert_eq!(response.status, 200);
    assert_eq!(body["scope"], "PatronApi");
    assert_eq!(
        body["resource_server_base_uri"],
        central.api_base() + "/inContactAPI/"
    );
    assert_eq!(
        get(&central.resource_url(), body["access_token"].as_str()).status,
        200
    );
    assert_eq!(post(&central.token_url(), Some(&lower), grant).status, 200);
    assert_eq!(
        post(&central.token_url(), Some(&encoded), grant).status,
        401
    );

    let head = format!("authorization: {raw}\r\ncontent-type: application/json\r\n");
    let json = json!({ "grant_type": "client_credentials", "scope": "" }).to_string();
    assert_eq!(send(&central.token_url(), "POST", &head, &json).status, 200);
}

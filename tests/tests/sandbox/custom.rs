//! The server that follows RFC 6749.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_tests::{Placement, Sandbox, SecretDecoding, ServerShape};
use serde_json::{Value, json};

use crate::raw::{ServerResponse, basic, form, get, post};

const ID: &str = "an id";
const SECRET: &str = "a+b%41:c&d=\"~";
/// `ID` and `SECRET` form-encoded, as RFC 6749 §2.3.1 has it.
const ENCODED: (&str, &str) = ("an%20id", "a%2Bb%2541%3Ac%26d%3D%22~");
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().with_custom_client(ID, SECRET);
    builder.start().unwrap()
}

fn fetch(sandbox: &Sandbox, more: &[(&str, &str)]) -> ServerResponse {
    let authorization = basic(ENCODED.0, ENCODED.1);
    let body = form(&[&[GRANT], more].concat());
    post(&sandbox.custom().token_url(), Some(&authorization), &body)
}

#[test]
fn reads_basic_as_it_is_registered() {
    let sandbox = sandbox();
    let url = sandbox.custom().token_url();
    let table = [
        (SecretDecoding::FormUrlEncoded, 200, 401),
        (SecretDecoding::Raw, 401, 200),
        (SecretDecoding::Either, 200, 200),
    ];
    for (decoding, encoded, raw) in table {
        sandbox.custom().decode_basic(decoding);
        assert_eq!(fetch(&sandbox, &[]).status, encoded, "{decoding:?}");
        let response = post(&url, Some(&basic(ID, SECRET)), &form(&[GRANT]));
        assert_eq!(response.status, raw, "{decoding:?}");
    }
}

#[test]
fn takes_the_registered_placement_only() {
    let sandbox = sandbox();
    let url = sandbox.custom().token_url();
    let body = form(&[GRANT, ("client_id", ID), ("client_secret", SECRET)]);
    assert_eq!(post(&url, None, &body).status, 200);
    sandbox.custom().accept_only(Placement::Body);
    let refused = fetch(&sandbox, &[]);
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert_eq!(
        refused.header("www-authenticate"),
        Some("basic realm=\"sandbox\"")
    );
    sandbox.custom().accept_only(Placement::Basic);
    assert_eq!(post(&url, None, &body).status, 400);
    assert_eq!(fetch(&sandbox, &[]).status, 200);
    let both = fetch(&sandbox, &[("client_id", ID)]);
    assert_eq!(
        (both.status, &both.json()["error"]),
        (400, &json!("invalid_request"))
    );
}

#[test]
fn grants_the_scope_that_is_asked_for() {
    let sandbox = sandbox();
    let scope = |asked: &[(&str, &str)]| fetch(&sandbox, asked).json()["scope"].clone();
    assert_eq!(scope(&[]), Value::Null);
    assert_eq!(scope(&[("scope", "write read")]), "write read");
    for unknown in ["read,write", "Read", "read  write", ""] {
        let response = fetch(&sandbox, &[("scope", unknown)]);
        assert_eq!(
            (response.status, &response.json()["error"]),
            (400, &json!("invalid_scope"))
        );
    }
}

#[test]
fn turns_the_audience_into_a_claim() {
    let sandbox = sandbox();
    let body = fetch(&sandbox, &[("audience", "https://api.example.com")]).json();
    let token = body["access_token"].as_str().unwrap();
    let payload = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["aud"], "https://api.example.com");
}

#[test]
fn protects_its_api_for_as_long_as_the_token_is_valid() {
    let sandbox = sandbox();
    let custom = sandbox.custom();
    custom.issue_for(Duration::from_mins(5));
    let body = fetch(&sandbox, &[]).json();
    assert_eq!(body["expires_in"], 300);
    let hello = || get(&custom.resource_url(), body["access_token"].as_str());
    assert_eq!(hello().json()["message"], "hello");
    sandbox.advance(Duration::from_mins(5));
    let expired = hello();
    assert_eq!(expired.status, 401);
    assert!(
        expired
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
}

#[test]
fn throttles_with_a_429() {
    let sandbox = sandbox();
    sandbox.custom().throttle_next(2);
    let responses = [(); 3].map(|()| fetch(&sandbox, &[]));
    assert_eq!(
        responses.each_ref().map(|response| response.status),
        [429, 429, 200]
    );
    assert_eq!(responses[0].header("retry-after"), Some("1"));
}

#[test]
fn tells_an_observer_of_every_request() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let builder = Sandbox::builder().with_observer(move |observation| {
        let placement = observation.request.placement();
        let facts = (
            observation.platform,
            observation.host,
            observation.status,
            placement,
        );
        log.lock().unwrap().push(facts);
    });
    let sandbox = builder.start().unwrap();
    fetch(&sandbox, &[]);
    get(&sandbox.genesys().resource_url(), None);
    let expected = [
        ("Custom", "token", Some(401), Placement::Basic),
        ("Genesys Cloud", "api", Some(401), Placement::Nowhere),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn takes_consecutive_ports_from_a_base() {
    let free = Sandbox::start().custom().api_server().address().port();
    // The port was free a moment ago; when somebody has taken one of the eight since, the error
    // is the one that the program shows.
    match Sandbox::builder().with_base_port(free).start() {
        Ok(sandbox) => {
            assert_eq!(sandbox.genesys().token_server().address().port(), free);
            assert_eq!(sandbox.custom().api_server().address().port(), free + 7);
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse),
    }
    assert!(Sandbox::builder().with_base_port(65_530).start().is_err());
}

fn fetch_scope(sandbox: &Sandbox, scope: &str) -> ServerResponse {
    fetch(sandbox, &[("scope", scope)])
}

#[test]
fn serves_tokens_at_the_path_that_it_is_told() {
    let path = "/api/v2/oauth/token";
    let builder = Sandbox::builder().with_custom_client(ID, SECRET);
    let sandbox = builder.with_custom_token_path(path).start().unwrap();
    assert!(sandbox.custom().token_url().ends_with(path));
    assert_eq!(fetch(&sandbox, &[]).status, 200);
    assert_eq!(sandbox.custom().token_requests(), 1);
    let elsewhere = sandbox.custom().token_server().url("/token");
    assert_eq!(post(&elsewhere, None, &form(&[GRANT])).status, 404);
}

#[test]
fn knows_the_scopes_that_it_is_told() {
    let sandbox = sandbox();
    sandbox.custom().know_scopes(&["one", "two"]);
    assert_eq!(fetch_scope(&sandbox, "two one").status, 200);
    assert_eq!(
        fetch_scope(&sandbox, "read").json()["error"],
        "invalid_scope"
    );
    assert_eq!(fetch_scope(&sandbox, "one,two").status, 400);
}

#[test]
fn splits_scopes_where_it_is_told() {
    let sandbox = sandbox();
    sandbox.custom().separate_scopes_by(',');
    assert_eq!(fetch_scope(&sandbox, "read,write").status, 200);
    assert_eq!(fetch_scope(&sandbox, "read write").status, 400);
}

#[test]
fn can_refuse_a_request_without_a_scope() {
    let sandbox = sandbox();
    sandbox.custom().require_scope();
    assert_eq!(fetch(&sandbox, &[]).json()["error"], "invalid_scope");
    assert_eq!(fetch_scope(&sandbox, "read").status, 200);
}

#[test]
fn responds_in_the_shape_that_it_is_told() {
    use ServerShape::{Apigee, Keycloak, Okta, OktaOrg, Rfc, Vertex};
    let sandbox = sandbox();
    let url = sandbox.custom().token_url();
    for (shape, wrong, error, right) in [
        (Rfc, 401, json!({ "error": "invalid_client" }), 200),
        (Okta, 401, json!({ "errorCode": "invalid_client" }), 200),
        (OktaOrg, 401, json!({ "errorCode": "invalid_client" }), 401),
        (
            Keycloak,
            401,
            json!({ "error": "unauthorized_client" }),
            200,
        ),
        (Apigee, 401, json!({ "ErrorCode": "invalid_client" }), 200),
        (Vertex, 401, json!({ "error": "invalid_client" }), 200),
    ] {
        sandbox.custom().respond_like(shape);
        let refused = post(&url, Some(&basic("x", "y")), &form(&[GRANT]));
        assert_eq!(refused.status, wrong, "{shape:?}");
        for (name, value) in error.as_object().unwrap() {
            assert_eq!(&refused.json()[name], value, "{shape:?}");
        }
        assert_eq!(fetch(&sandbox, &[]).status, right, "{shape:?}");
    }
    assert!("no-such".parse::<ServerShape>().is_err());
    assert_eq!("okta-org".parse(), Ok(OktaOrg));
}

#[test]
fn gives_tokens_as_apigee_and_as_many_as_vertex() {
    let sandbox = sandbox();
    sandbox.custom().respond_like(ServerShape::Apigee);
    let body = fetch(&sandbox, &[]).json();
    assert_eq!(body["token_type"], "BearerToken");
    assert_eq!(body["expires_in"], "3600");
    sandbox.custom().respond_like(ServerShape::Vertex);
    let statuses: Vec<u16> = (0..11).map(|_| fetch(&sandbox, &[]).status).collect();
    assert_eq!(statuses, [&[200; 10][..], &[400]].concat());
    sandbox.advance(Duration::from_hours(8));
    assert_eq!(fetch(&sandbox, &[]).status, 200);
}

#[test]
fn a_new_token_revokes_the_earlier_ones_if_the_server_does_that() {
    let sandbox = sandbox();
    let server = sandbox.custom();
    let token = || {
        let body = fetch(&sandbox, &[]).json();
        body["access_token"].as_str().unwrap().to_owned()
    };
    let call = |token: &str| get(&server.resource_url(), Some(token)).status;
    let (first, second) = (token(), token());
    assert_eq!([call(&first), call(&second)], [200, 200]);
    server.revoke_previous(true);
    let third = token();
    assert_eq!(
        [&first, &second, &third].map(|it| call(it)),
        [401, 401, 200]
    );
    let refused = fetch(&sandbox, &[("scope", "unknown")]);
    assert_eq!((refused.status, call(&third)), (400, 200), "nothing new");
    server.revoke_previous(false);
    let fourth = token();
    assert_eq!([&third, &fourth].map(|it| call(it)), [200, 200]);
}

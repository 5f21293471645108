use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::config::{AccessKey, ClientCredentials, ScopeSeparator};
use crate::platform::{Area, Issuer, Region};

fn custom(id: &str, secret: &str) -> Config {
    let endpoint = "https://example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new(id, secret)).unwrap()
}

fn sent(config: &Config) -> http::Request<Bytes> {
    token_request(config)
}

fn body(config: &Config) -> String {
    String::from_utf8(sent(config).into_body().to_vec()).unwrap()
}

fn decoded_basic(config: &Config) -> String {
    let request = sent(config);
    let value = request.headers()[AUTHORIZATION].to_str().unwrap();
    let encoded = value.strip_prefix("Basic ").unwrap();
    String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
}

#[test]
fn the_request_is_a_form_posted_with_one_sensitive_header() {
    let config =
        Config::genesys_cloud(Region::EuWest1, ClientCredentials::new("id", "secret")).unwrap();
    let request = sent(&config);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://login.mypurecloud.ie/oauth/token");
    assert_eq!(request.headers().len(), 5);
    assert_eq!(request.headers()[ACCEPT_ENCODING], "identity");
    assert_eq!(
        request.headers()[CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(request.headers()[ACCEPT], "application/json");
    assert_eq!(request.headers()[AUTHORIZATION], "Basic aWQ6c2VjcmV0");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(request.body(), "grant_type=client_credentials");
}

#[test]
fn form_encoded_basic_escapes_all_but_unreserved_characters() {
    let config = custom("a:b c", "-._~ +%41&=/\"ä");
    assert_eq!(
        decoded_basic(&config),
        "a%3Ab%20c:-._~%20%2B%2541%26%3D%2F%22%C3%A4"
    );
}

#[test]
fn raw_basic_escapes_nothing() {
    let config = custom("a b", "-._~ +%41&=/\":ä")
        .with_client_authentication(ClientAuthentication::Basic(BasicEncoding::Raw))
        .unwrap();
    assert_eq!(decoded_basic(&config), "a b:-._~ +%41&=/\":ä");
}

#[test]
fn credentials_in_the_body_leave_no_header_behind() {
    let config = custom("a:b", "s=c&t")
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap();
    assert!(!sent(&config).headers().contains_key(AUTHORIZATION));
    assert_eq!(
        body(&config),
        "grant_type=client_credentials&client_id=a%3Ab&client_secret=s%3Dc%26t"
    );
}

#[test]
fn an_access_key_is_sent_as_user_name_and_password() {
    let key = AccessKey::new("key id", "abc/+====");
    let config =
        Config::cxone(Issuer::Global, ClientCredentials::new("id", "secret"), key).unwrap();
    assert_eq!(
        body(&config),
        "grant_type=password&username=key+id&password=abc%2F%2B%3D%3D%3D%3D"
    );
    assert_eq!(decoded_basic(&config), "id:secret");
}

#[test]
fn scope_and_parameters_follow_the_grant_in_their_order() {
    let config = custom("id", "secret")
        .with_parameter("resource", "https://api.example.com/")
        .unwrap()
        .with_scope("write read".parse().unwrap())
        .with_parameter("audience", "")
        .unwrap();
    assert_eq!(
        body(&config),
        "grant_type=client_credentials&scope=write+read\
         &resource=https%3A%2F%2Fapi.example.com%2F&audience="
    );
    let commas = config.with_scope_separator(ScopeSeparator::Comma);
    assert!(body(&commas).contains("scope=write%2Cread&"));
    assert!(!body(&commas.with_scope(crate::config::ScopeSet::new())).contains("scope"));
}

#[test]
fn a_token_for_several_places_is_asked_for_with_each_of_them() {
    let pairs = [
        ("resource", "https://a.example.com/"),
        ("audience", "one"),
        ("resource", "https://b.example.com/"),
        ("audience", "two"),
        ("resource", "https://a.example.com/"),
    ];
    let sent = body(&custom("id", "secret").with_parameters(&pairs).unwrap());
    let form = form_urlencoded::parse(sent.as_bytes());
    let form: Vec<_> = form.skip(1).collect();
    let expected = pairs.map(|(name, value)| (name.into(), value.into()));
    assert_eq!(form, expected);
}

#[test]
fn another_endpoint_changes_nothing_but_the_address() {
    let config =
        Config::genesys_cloud(Region::EuWest1, ClientCredentials::new("id", "secret")).unwrap();
    let moved = config
        .clone()
        .with_token_endpoint("http://127.0.0.1:8080/oauth/token".parse().unwrap());
    let (here, there) = (sent(&config), sent(&moved));
    assert_eq!(there.uri(), "http://127.0.0.1:8080/oauth/token");
    assert_eq!(here.headers(), there.headers());
    assert_eq!(here.body(), there.body());
}

#[test]
fn an_access_key_alone_is_sent_as_json_and_nothing_beside_it() {
    for (id, secret, expected) in [
        (
            "KEYID====",
            "abc/+====",
            r#"{"accessKeyId":"KEYID====","accessKeySecret":"abc/+===="}"#,
        ),
        // The longest case: every byte is escaped.
        (
            "\u{1}\u{2}",
            "\"\\\u{1f}\u{7f}ä",
            "{\"accessKeyId\":\"\\u0001\\u0002\",\"accessKeySecret\":\"\\\"\\\\\\u001f\u{7f}ä\"}",
        ),
    ] {
        let key = AccessKey::new(id, secret).allow_unusual_characters();
        let request = sent(&Config::cxone_access_key(Area::Eu1, key).unwrap());
        assert_eq!(
            request.uri(),
            "https://eu1.nice-incontact.com/authentication/v1/token/access-key"
        );
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.headers().len(), 4);
        assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(request.headers()[ACCEPT], "application/json");
        assert_eq!(request.body(), expected);
    }
}

#[test]
fn what_does_not_apply_to_an_access_key_alone_changes_nothing_of_its_request() {
    let key = AccessKey::new("KEYID====", "secret====");
    let plain = Config::cxone_access_key(Area::Na1, key).unwrap();
    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    let set = plain
        .clone()
        .with_scope("a b".parse().unwrap())
        .with_scope_separator(ScopeSeparator::Comma)
        .with_parameter("audience", "x")
        .and_then(|config| config.with_parameter("resource", "y"))
        .and_then(|config| config.with_client_authentication(raw))
        .unwrap();
    let (plain, changed) = (sent(&plain), sent(&set));
    assert_eq!(plain.headers(), changed.headers());
    assert_eq!(plain.body(), changed.body());
    assert!(set.scope().is_empty());
}

#[test]
fn each_character_of_the_form_is_written_as_the_url_standard_says() {
    let others = ['\n', '\u{7f}', 'ä', '€', '😀'];
    for character in (' '..='~').chain(others) {
        let value = format!("a{character}b");
        let config = custom("id", "secret").with_parameter("p", &value).unwrap();
        let mut expected = form_urlencoded::Serializer::new(String::new());
        expected.append_pair("grant_type", "client_credentials");
        expected.append_pair("p", &value);
        assert_eq!(body(&config), expected.finish(), "{character:?}");
    }
}

#[test]
fn the_request_of_an_attempt_is_that_of_its_configuration() {
    use crate::clock::Moment;
    use crate::config::{Assertion, Attempt, SigningAlgorithm, SigningKey};

    let endpoint = "https://example.com/token".parse().unwrap();
    let key = SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]));
    let config = Config::custom(endpoint, ClientCredentials::signed_by("id", key)).unwrap();
    let config = config.with_header("x-tenant", "7").unwrap();
    let assertion = Assertion::parse("e30.e30.c2ln").unwrap();
    let attempt = Attempt::new().with_assertion(assertion);
    let attempt = config.for_attempt(Moment::now(), &attempt).unwrap();
    let (own, prepared) = (sent(&attempt), sent(&attempt.prepared()));
    assert_eq!(own.uri(), prepared.uri());
    assert_eq!(own.headers(), prepared.headers());
    assert_eq!(own.headers()["x-tenant"], "7");
    assert_eq!(own.body(), prepared.body());
    let body = std::str::from_utf8(own.body()).unwrap();
    assert!(body.ends_with("&client_assertion=e30.e30.c2ln"), "{body}");
}

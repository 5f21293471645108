use super::*;
use crate::config::{AccessKey, ClientCredentials, ScopeSet, token_request};
use crate::error::ErrorKind;
use crate::platform::Issuer;

fn config() -> Config {
    let endpoint = "https://example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("id", "the-secret")).unwrap()
}

fn refusal(name: &str, value: &str) -> String {
    let error = config().with_header(name, value).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

fn sent(config: &Config) -> http::HeaderMap {
    token_request(config).headers().clone()
}

#[test]
fn a_header_is_sent_once_and_marked_as_sensitive() {
    let config = config().with_header("X-Api-Key", "a key\tof 2 words");
    let headers = sent(&config.unwrap().with_scope("a".parse().unwrap()));
    let values: Vec<_> = headers.get_all("x-api-key").iter().collect();
    assert_eq!(values, ["a key\tof 2 words"]);
    assert!(values[0].is_sensitive());
}

#[test]
fn each_request_names_who_sends_it_and_one_setting_replaces_that() {
    let own = concat!("cxone-auth/", env!("CARGO_PKG_VERSION"));
    assert_eq!(sent(&config())["user-agent"], own);
    let other = config().with_header("User-Agent", "billing/1.4").unwrap();
    let headers = sent(&other);
    let agents: Vec<_> = headers.get_all("user-agent").iter().collect();
    assert_eq!(agents, ["billing/1.4"]);
    assert_eq!(other.user_agent(), "billing/1.4");
}

#[test]
fn what_the_request_or_the_client_writes_is_refused() {
    let owned = OWNED.iter().chain(&CREDENTIALS);
    for name in owned.map(HeaderName::as_str) {
        let error = refusal(&name.to_ascii_uppercase(), "hunter2");
        assert!(error.contains(name), "{name}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    for name in ["x-authorization", "content-language", "x-host", "cookie"] {
        assert!(config().with_header(name, "x").is_ok(), "{name}");
    }
}

#[test]
fn a_malformed_header_is_refused_without_its_value() {
    for (name, value) in [
        ("", "hunter2"),
        ("hunter2 ", "hunter2"),
        ("x:hunter2", "hunter2"),
        (":path", "hunter2"),
        ("x-key", ""),
        ("x-key", " hunter2"),
        ("x-key", "hunter2\t"),
        ("x-key", "hunter2\n"),
        ("x-key", "hunter2\r\nx-other: y"),
        ("x-key", "hunter2\u{7f}"),
        ("x-key", "hunter2\u{e9}"),
        ("x-key", "hunter2\u{200b}"),
    ] {
        let error = refusal(name, value);
        assert!(error.contains("header"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let twice = config().with_header("x-a", "1").unwrap();
    let error = twice.with_header("X-A", "2").unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
}

#[test]
fn debug_names_a_header_and_hides_its_value() {
    let config = config().with_header("x-tenant", "the-value").unwrap();
    let shown = format!("{config:?} {:?}", token_request(&config).headers());
    assert!(
        shown.contains("x-tenant") && !shown.contains("the-value"),
        "{shown}"
    );
}

#[test]
fn another_header_asks_for_another_token_and_another_user_agent_does_not() {
    let with = |name, value| config().with_header(name, value).unwrap();
    let one = with("x-tenant", "one");
    assert!(one.asks_for_the_same(&with("X-Tenant", "one")));
    assert!(!one.asks_for_the_same(&with("x-tenant", "two")));
    assert!(!one.asks_for_the_same(&config()));
    let agent = with("user-agent", "billing/1.4");
    assert!(agent.asks_for_the_same(&config()));
    assert!(!agent.is(&config()));
}

#[test]
fn a_server_that_quotes_a_key_is_not_repeated() {
    let secrets = |name, value| {
        let config = config().with_header(name, value).unwrap();
        config.secrets().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        secrets("x-api-key", "opensesame"),
        ["the-secret", "opensesame"]
    );
    let generated = "q7ZrA0aBBcDeFgHiJkLm";
    assert_eq!(secrets("x-gateway", generated), ["the-secret", generated]);
    assert_eq!(secrets("x-tenant", "production"), ["the-secret"]);
}

#[test]
fn a_secret_behind_a_scheme_or_a_name_is_told_from_them() {
    for (value, expected) in [
        ("hunter2-tok", &["hunter2-tok"][..]),
        ("Bearer hunter2-tok", &["hunter2-tok"]),
        ("session=hunter2tok; a=b", &["hunter2tok"]),
        (
            "session=hunter2tok==,other=\"hunter3tok\"",
            &["hunter2tok", "hunter3tok"],
        ),
        ("letters==", &["letters"]),
        ("sid2024=abc", &["sid2024"]),
        ("Bearer short", &[]),
        ("Bearer letters", &["letters"]),
    ] {
        let config = config().with_header("x-auth-token", value).unwrap();
        let parts: Vec<&str> = config.parts_of_secret_headers().collect();
        assert_eq!(parts, expected, "{value}");
    }
    let harmless = config().with_header("x-tenant", "the production").unwrap();
    assert_eq!(harmless.parts_of_secret_headers().count(), 0);
}

#[test]
fn a_header_stays_when_other_settings_change() {
    let key = AccessKey::new("key", "key-secret====");
    let credentials = ClientCredentials::new("id", "the-secret");
    let config = Config::cxone(Issuer::Global, credentials, key).unwrap();
    let config = config.with_header("x-tenant", "one").unwrap();
    let config = config.with_scope(ScopeSet::new()).with_parameter("a", "b");
    assert_eq!(sent(&config.unwrap())["x-tenant"], "one");
}

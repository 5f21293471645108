use std::time::{Duration, SystemTime};

use http::Response;

use super::*;
use crate::config::{AccessKey, ClientCredentials, ScopeSeparator, ScopeSet};
use crate::error::ErrorKind;
use crate::platform::{Issuer, Region};
use crate::protocol::Lifetime;

fn config() -> Config {
    Config::genesys_cloud(
        Region::UsEast1,
        ClientCredentials::new("the-id", "the-secret"),
    )
    .unwrap()
}

fn sent_at() -> Moment {
    Moment::new(
        Duration::from_secs(50),
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000),
    )
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let builder = headers.iter().fold(
        Response::builder().status(status),
        |builder, (name, value)| builder.header(*name, *value),
    );
    builder
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

fn read(status: u16, headers: &[(&str, &str)], body: &str) -> Result<AccessToken, Error> {
    read_token_response(&config(), sent_at(), &response(status, headers, body))
}

fn refused(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    read(status, headers, body).unwrap_err()
}

#[test]
fn a_good_response_gives_a_token_whose_lifetime_counts_from_before_sending() {
    let token = read(
        200,
        &[],
        r#"{"access_token":"tok-en_1","token_type":"bearer","expires_in":86399}"#,
    )
    .unwrap();
    assert_eq!(token.expose_secret(), "tok-en_1");
    assert_eq!(token.authorization(), "Bearer tok-en_1");
    assert!(token.authorization().is_sensitive());
    assert_eq!(token.token_type(), "Bearer");
    assert_eq!(
        token.lifetime(),
        Lifetime::Stated(Duration::from_secs(86_399))
    );
    assert_eq!(
        token.expires_at(),
        sent_at().saturating_add(Duration::from_secs(86_399))
    );
    assert_eq!(token.remaining(sent_at()), Duration::from_secs(86_399));
    assert!(!format!("{token:?} {token:#?}").contains("tok-en"));
}

#[test]
fn whatever_holds_a_bearer_token_is_a_good_response() {
    for (status, headers, body) in [
        (
            201,
            vec![("content-type", "text/html")],
            r#"{"access_token":"t"}"#,
        ),
        (
            200,
            vec![],
            "\u{FEFF} {\"access_token\":\"t\",\"token_type\":\"BEARER\"}\n",
        ),
        (
            200,
            vec![],
            r#"{"access_token":"t","token_type":null,"error":null}"#,
        ),
        (
            200,
            vec![],
            r#"{"access_token":"t","error":"","expires_in":null}"#,
        ),
        (
            200,
            vec![],
            r#"{"access_token":"\u0074","expires_in":1e999,"x":{"y":[1,{}]}}"#,
        ),
    ] {
        let token = read(status, &headers, body).unwrap();
        assert_eq!(token.expose_secret(), "t", "{body}");
    }
}

#[test]
fn escapes_within_a_token_are_resolved() {
    let token = read(200, &[], r#"{"access_token":"a\/b\u002Bc\u003d\\\""}"#).unwrap();
    assert_eq!(token.expose_secret(), "a/b+c=\\\"");
}

/// A scope is the only text of a server that a token shows.
#[test]
fn a_granted_scope_repeats_neither_a_secret_nor_the_token() {
    let endpoint = "https://as.example.com/token".parse().unwrap();
    let credentials = ClientCredentials::new("the-id", "s3cr=t/of two");
    let config = Config::custom(endpoint, credentials).unwrap();
    let config = config.with_scope("read t0ken-asked-for".parse().unwrap());
    for (granted, shown) in [
        (r#""read s3cr=t/of two""#, "read [redacted]"),
        (r#"["s3cr=t/of","two"]"#, "[redacted]"),
        (r#""x:s3cr%3Dt%2Fof%20two""#, "x:[redacted]"),
        (
            r#""read dGhlLWlkOnMzY3IlM0R0JTJGb2YlMjB0d28=""#,
            "read [redacted]",
        ),
        (r#""t0ken-asked-for,read""#, "[redacted],read"),
        (r#""read t0ken-asked-for""#, "read t0ken-asked-for"),
        (r#""read write""#, "read write"),
    ] {
        let body = format!(r#"{{"access_token":"t0ken-asked-for","scope":{granted}}}"#);
        let token = read_token_response(&config, sent_at(), &response(200, &[], &body)).unwrap();
        assert_eq!(
            token.scope().scopes().unwrap().to_string(),
            shown,
            "{granted}"
        );
    }
}

/// Reads the scopes for a client that asks for `test:read`, `read` and `cret`. The server also
/// accepts commas.
fn granted(secret: &str, token: &str, scope: &str) -> GrantedScope {
    let endpoint = "https://as.example.com/token".parse().unwrap();
    let config = Config::custom(endpoint, ClientCredentials::new("the-id", secret)).unwrap();
    let config = config
        .with_scope("test:read read cret".parse().unwrap())
        .with_scope_separator(ScopeSeparator::Comma);
    let body = format!(r#"{{"access_token":"{token}","scope":{scope}}}"#);
    let token = read_token_response(&config, sent_at(), &response(200, &[], &body)).unwrap();
    token.scope().clone()
}

#[test]
fn a_granted_scope_that_was_asked_for_is_shown_though_it_holds_a_secret_or_the_token() {
    let set = |text: &str| text.parse::<ScopeSet>().unwrap();
    for (secret, token) in [("test", "t0ken"), ("s3cret", "test")] {
        let scope = granted(secret, token, r#""test:read read cret openid atest""#);
        let shown = set("test:read read cret openid a[redacted]");
        assert_eq!(scope, GrantedScope::More(shown), "{secret}");
    }
}

#[test]
fn a_secret_that_spans_granted_scopes_is_taken_out_but_for_what_was_asked_for() {
    for (secret, scope, shown) in [
        ("s3,cre", r#""read,s3,cre""#, "read [redacted]"),
        ("s3,cre", r#"["s3","cre","read"]"#, "[redacted] read"),
        ("s3  cre", r#""read s3  cre""#, "read [redacted]"),
        ("s3 cre", r#""s3,  cre read""#, "[redacted] read"),
        (
            "s3 cre",
            r#"["x","s3","cre:x"]"#,
            "x [redacted] [redacted]:x",
        ),
        ("s3 cret x1", r#""s3 cret x1 x2""#, "[redacted] cret x2"),
    ] {
        let granted = granted(secret, "t0ken", scope);
        assert_eq!(granted.scopes().unwrap().to_string(), shown, "{scope}");
    }
}

#[test]
fn a_token_that_holds_a_secret_is_taken_out_of_a_granted_scope_as_a_whole() {
    let scope = granted("s3cr", "t0ken-s3cr-x", r#""read t0ken-s3cr-x:a""#);
    assert_eq!(scope.scopes().unwrap().to_string(), "read [redacted]:a");
}

#[test]
fn a_lifetime_of_zero_is_assumed_to_be_another() {
    let token = read(200, &[], r#"{"access_token":"t","expires_in":-3}"#).unwrap();
    let assumed = config().renewal.assumed_lifetime();
    assert_eq!(token.lifetime(), Lifetime::Assumed(assumed));
    assert!(!token.is_expired(sent_at()));
}

#[test]
fn a_success_without_a_usable_token_is_a_protocol_error_that_keeps_no_body() {
    for (body, problem) in [
        ("", "an empty body"),
        ("<html>tok-en</html>", "not a JSON object"),
        (r#"["tok-en","bearer"]"#, "not a JSON object"),
        (r#""tok-en""#, "not a JSON object"),
        (r#"{"access_token":"tok-en""#, "ends too early"),
        (r#"{"access_token":"tok-en"}{}"#, "malformed JSON"),
        (
            r#"{"access_token":"tok-en","access_token":"tok-en2"}"#,
            "given twice",
        ),
        (r#"{"token":"tok-en"}"#, "no access_token"),
        (r#"{"access_token":null,"x":"tok-en"}"#, "no access_token"),
        (r#"{"access_token":{"a":"tok-en"}}"#, "not text"),
        (r#"{"access_token":""}"#, "empty access_token"),
        (r#"{"access_token":" tok-en"}"#, "space"),
        (r#"{"access_token":"tok-en\n"}"#, "no header can carry"),
        (r#"{"access_token":"tok-en\u0000"}"#, "no header can carry"),
        (r#"{"access_token":"tok-enä"}"#, "no header can carry"),
        (
            r#"{"access_token":"tok-en","token_type":"mac"}"#,
            "another type",
        ),
        (
            r#"{"access_token":"tok-en","token_type":7}"#,
            "another type",
        ),
    ] {
        let error = refused(200, &[("content-type", "text/x")], body);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{body}");
        assert_eq!(error.status().unwrap(), 200);
        let text = format!("{error} {error:?}");
        assert!(
            text.contains(problem) && text.contains("text/x"),
            "{body}: {text}"
        );
        assert!(!text.contains("tok-en"), "{text}");
    }
    let deep = format!("{{\"access_token\":\"t\",\"x\":{}1", "[".repeat(100_000));
    assert_eq!(refused(200, &[], &deep).kind(), ErrorKind::Protocol);
}

#[test]
fn a_refusal_is_told_by_its_error_first_and_its_status_second() {
    use ErrorKind::{Configuration, Credentials, Protocol, Throttled, Unavailable};
    for (status, headers, body, kind) in [
        (400, vec![], r#"{"error":"invalid_client"}"#, Credentials),
        (401, vec![], r#"{"error":"invalid_client"}"#, Credentials),
        (403, vec![], "", Credentials),
        (401, vec![], "<html>", Credentials),
        (500, vec![], r#"{"error":"invalid_client"}"#, Credentials),
        (
            200,
            vec![],
            r#"{"access_token":"t","error":"invalid_client"}"#,
            Credentials,
        ),
        (401, vec![], r#"{"error":"invalid_grant"}"#, Credentials),
        (
            401,
            vec![],
            r#"{"error":"unauthorized_client"}"#,
            Credentials,
        ),
        (400, vec![], r#"{"error":"invalid_request"}"#, Configuration),
        (400, vec![], r#"{"error":"scope_invalid"}"#, Configuration),
        (404, vec![], r#"{"error":"other_error"}"#, Credentials),
        (400, vec![], r#"{"error":"other_error"}"#, Configuration),
        (415, vec![], r#"{"message":"no"}"#, Configuration),
        (501, vec![], "", Configuration),
        (505, vec![], "", Configuration),
        (
            307,
            vec![("location", "https://example.com/")],
            "",
            Configuration,
        ),
        (304, vec![], "", Configuration),
        (400, vec![], r#"{"error":"server_error"}"#, Unavailable),
        (503, vec![], "", Unavailable),
        (502, vec![], "<html>", Unavailable),
        (408, vec![], "", Unavailable),
        (503, vec![("retry-after", "5")], "", Throttled),
        (429, vec![], "slow down", Throttled),
        (
            429,
            vec![("x-retry-after", "60")],
            r#"{"error":"invalid_client"}"#,
            Throttled,
        ),
        (
            400,
            vec![],
            r#"{"error":"invalid_request","description":"Rate limit exceeded; x"}"#,
            Throttled,
        ),
        (
            400,
            vec![],
            r#"{"error":"invalid_client","description":"rate limit exceeded"}"#,
            Credentials,
        ),
        (200, vec![], r#"{"error":{"code":7}}"#, Protocol),
    ] {
        let error = refused(status, &headers, body);
        assert_eq!(error.kind(), kind, "{status} {body}: {error}");
        assert_eq!(error.status().unwrap(), status);
    }
}

#[test]
fn a_server_that_is_out_of_order_refuses_nothing() {
    for (status, headers, body, message) in [
        (
            503,
            &[][..],
            "",
            "token endpoint unavailable: 503 Service Unavailable",
        ),
        (
            500,
            &[],
            r#"{"error":"server_error"}"#,
            "token endpoint unavailable: 500 Internal Server Error, server_error",
        ),
        (
            400,
            &[],
            r#"{"error":"temporarily_unavailable"}"#,
            "token endpoint unavailable: 400 Bad Request, temporarily_unavailable",
        ),
        (
            503,
            &[("retry-after", "7")],
            "",
            "token request throttled: 503 Service Unavailable",
        ),
    ] {
        assert_eq!(refused(status, headers, body).to_string(), message);
    }
}

#[test]
fn a_refusal_keeps_what_the_server_said() {
    let error = refused(
        400,
        &[
            ("inin-correlation-id", "abc-123"),
            ("retry-after", "7"),
            ("content-type", "application/json"),
        ],
        r#"{"error":"invalid_client","description":"d","error_description":"authentication failed","code":400}"#,
    );
    assert_eq!(error.oauth_code(), Some("invalid_client"));
    assert_eq!(error.vendor_code(), Some("400"));
    assert_eq!(error.description(), Some("authentication failed"));
    assert_eq!(error.correlation_id(), Some("abc-123"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(
        error.to_string(),
        "token request refused: 400 Bad Request, invalid_client: authentication failed"
    );
    for (body, description) in [
        (r#"{"description":"a","message":"b"}"#, "a"),
        (r#"{"error_description":"","description":"a"}"#, "a"),
        (r#"{"errorDescription":"a","message":"b"}"#, "a"),
        (r#"{"code":"bad.credentials","message":"b"}"#, "b"),
        (r#"{"error_description":["x"],"message":"b"}"#, "b"),
    ] {
        assert_eq!(
            refused(400, &[], body).description(),
            Some(description),
            "{body}"
        );
    }
    let both = [
        ("inin-correlation-id", "old"),
        ("genesys-correlation-id", "new"),
    ];
    assert_eq!(refused(400, &both, "").correlation_id(), Some("new"));
}

#[test]
fn a_redirect_is_reported_without_query_and_user_information() {
    for (location, reported) in [
        (
            "https://u:p@login.example.com/x?code=s3cret#f",
            Some("https://login.example.com/x"),
        ),
        (
            "//other.example.com/x?s3cret",
            Some("//other.example.com/x"),
        ),
        ("/signin ?s3cret", Some("/signin")),
        ("u:s3cret@login.example.com/x", Some("login.example.com/x")),
        ("?s3cret", None),
        ("/realms/a@b/x", Some("/realms/a@b/x")),
        (
            "https://login.example.com:8443/a@b/x",
            Some("https://login.example.com:8443/a@b/x"),
        ),
        ("https://[::1]:8443/a@b", Some("https://[::1]:8443/a@b")),
        ("https://u:s3cret@[::1]/a@b", Some("https://[::1]/a@b")),
        (
            "https://u:s3cret/w@login.example.com/x",
            Some("https://login.example.com/x"),
        ),
        (
            "u:s3cret@login.example.com//x",
            Some("login.example.com//x"),
        ),
    ] {
        let error = refused(302, &[("location", location)], "");
        assert_eq!(error.redirected_to(), reported);
        assert!(error.to_string().contains(reported.unwrap_or_default()));
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}

#[test]
fn text_from_outside_cannot_carry_a_secret_out() {
    let key = AccessKey::new("the-key", "key-secret====");
    let credentials = ClientCredentials::new("the-id", "the-secret");
    let config = Config::cxone(Issuer::Global, credentials, key).unwrap();
    let body = r#"{"error":"the-secret","code":"key-secret====","message":"Basic dGhlLWlkOnRoZS1zZWNyZXQ= key-secret%3D%3D%3D%3D\r\nx"}"#;
    let error = read_token_response(&config, sent_at(), &response(400, &[], body)).unwrap_err();
    let text = format!("{error} {error:?} {error:#?}");
    assert!(
        !text.contains("secret") && !text.contains("dGhlLWlk"),
        "{text}"
    );
    assert_eq!(error.description(), Some("Basic [redacted] [redacted] x"));
}

#[test]
fn a_secret_in_the_words_of_a_success_is_not_cut_before_it_is_found() {
    let secret = "hunter2-pass!q7ZrA0aBBcDeFgHiJkLm";
    let credentials = ClientCredentials::new("the-id", secret);
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    let body = format!(r#"{{"error":"x","error_description":"not {secret} again"}}"#);
    let read = read_token_response(&config, sent_at(), &response(200, &[], &body));
    let text = read.unwrap_err().to_string();
    assert!(text.contains("not [redacted] again"), "{text}");
}

#[test]
fn scopes_are_read_from_text_or_array() {
    let config = config().with_scope("a b".parse().unwrap());
    let read = |scope: &str| {
        let body = format!(r#"{{"access_token":"t","scope":{scope}}}"#);
        let token = read_token_response(&config, sent_at(), &response(200, &[], &body)).unwrap();
        token.scope().clone()
    };
    let set = |text: &str| text.parse().unwrap();
    assert_eq!(read("null"), GrantedScope::NotStated);
    assert_eq!(read("\"b a\""), GrantedScope::AsRequested(set("a b")));
    assert_eq!(read("[\"a\",\"b c\"]"), GrantedScope::More(set("a b c")));
    assert_eq!(read("\"\""), GrantedScope::Fewer(set("")));
    assert_eq!(read("\"a,b\""), GrantedScope::Different(set("a,b")));
    assert_eq!(read("7"), GrantedScope::Different(set("7")));
}

#[test]
fn a_byte_that_is_not_utf8_spoils_neither_a_token_nor_an_error() {
    let latin1 = |status: u16, before: &str| {
        let mut body = before.as_bytes().to_vec();
        body.extend_from_slice(b"\"gr\xFC\xDFe\"}");
        let response = Response::builder().status(status).body(Bytes::from(body));
        read_token_response(&config(), sent_at(), &response.unwrap())
    };
    let error = latin1(400, r#"{"error":"invalid_client","error_description":"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.description(), Some("gr\u{FFFD}\u{FFFD}e"));
    let token = latin1(200, r#"{"access_token":"tok","message":"#).unwrap();
    assert_eq!(token.expose_secret(), "tok");
    let error = latin1(200, r#"{"access_token":"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[test]
fn a_secret_that_is_a_word_of_the_protocol_changes_no_kind() {
    for (secret, body, kind) in [
        (
            "client",
            r#"{"error":"invalid_client"}"#,
            ErrorKind::Credentials,
        ),
        (
            "rate",
            r#"{"error":"invalid_request","description":"rate limit exceeded;"}"#,
            ErrorKind::Throttled,
        ),
    ] {
        let credentials = ClientCredentials::new("the-id", secret);
        let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
        let error = read_token_response(&config, sent_at(), &response(400, &[], body)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn text_beside_a_token_is_not_kept() {
    for body in [
        r#"{"access_token":"tok-en","error":"invalid_client","message":"not tok-en"}"#,
        r#"{"access_token":"tok-en","error":"tok-en"}"#,
        r#"{"access_token":"tok-en","error":"no tok-en here"}"#,
        r#"{"access_token":"tok-en","error":"tok\u002den"}"#,
        r#"{"access_token":["tok-en"],"error":"tok-en"}"#,
    ] {
        for status in [200, 400, 500] {
            let error = refused(status, &[], body);
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("tok-en"), "{status}: {shown}");
        }
    }
    let empty = r#"{"access_token":"","error":"e","error_description":"why"}"#;
    assert_eq!(refused(400, &[], empty).description(), Some("why"));
}

/// A token of three characters may be part of any word.
#[test]
fn an_error_beside_a_token_is_kept_unless_it_quotes_the_token() {
    for (token, code, is_kept) in [
        ("abc", "abc", false),
        ("abc", "invalid_abc", true),
        ("abcd", "invalid_abcd", false),
        ("abcd", "invalid_abc", true),
    ] {
        let body = format!(r#"{{"access_token":"{token}","error":"{code}"}}"#);
        let error = refused(400, &[], &body);
        assert_eq!(error.oauth_code(), is_kept.then_some(code), "{body}");
    }
}

#[test]
fn another_token_type_is_named_unless_it_quotes_the_token() {
    for (name, told) in [
        ("DPoP", "than bearer: DPoP ("),
        ("tok-en", "than bearer ("),
        ("DPoP tok-en", "than bearer ("),
    ] {
        let body = format!(r#"{{"access_token":"tok-en","token_type":"{name}"}}"#);
        let text = refused(200, &[], &body).to_string();
        assert!(text.contains(told) && !text.contains("tok-en"), "{text}");
    }
}

//! Responses: they are returned unchanged, also with an error status.

use http::header::WWW_AUTHENTICATE;

use super::fixture::Fixture;
use crate::Reply;

pub(super) const ADVICE: &str = "Return every response as `Ok`, whatever its status, with \
    all of its header fields.";

pub(super) fn of_every_status_is_handed_over(fixture: &Fixture<'_>) {
    let server = fixture.server(|request| {
        let status = request.path().trim_start_matches('/');
        let code = status.parse().expect("the path is a status");
        let reply = match code {
            // These have no body.
            204 | 205 | 304 => Reply::empty(code),
            _ => Reply::text(code, &format!("body of {status}")),
        };
        reply.header("x-status", status)
    });
    let client = fixture.client();
    for code in 200..=599_u16 {
        let response = client.post(&server.url(&format!("/{code}")));
        assert_eq!(response.status(), code);
        assert_eq!(response.headers()["x-status"], code.to_string());
        let body = match code {
            204 | 205 | 304 => String::new(),
            _ => format!("body of {code}"),
        };
        assert_eq!(response.body(), &body);
    }
    assert_eq!(server.request_count(), 400);
}

pub(super) fn keeps_its_header_fields(fixture: &Fixture<'_>) {
    let reply = Reply::empty(429)
        .header("Retry-After", "17")
        .header("Inin-Correlation-Id", "c0ffee")
        .header("x-part", "one")
        .header("X-Part", "two, three")
        .header("x-empty", "");
    let server = fixture.responding(&reply);
    let response = fixture.client().post(&server.url("/"));
    let headers = response.headers();
    assert_eq!(headers["retry-after"], "17");
    assert_eq!(headers["inin-correlation-id"], "c0ffee");
    assert_eq!(headers["x-empty"], "");
    let parts: Vec<_> = headers.get_all("x-part").iter().collect();
    assert_eq!(parts, ["one", "two, three"]);
}

pub(super) fn keeps_fifty_header_fields(fixture: &Fixture<'_>) {
    let reply = (0..50).fold(Reply::empty(200), |reply, number| {
        reply.header(&format!("x-field-{number}"), &number.to_string())
    });
    let server = fixture.responding(&reply);
    let response = fixture.client().post(&server.url("/"));
    for number in 0..50 {
        assert_eq!(
            response.headers()[format!("x-field-{number}")],
            number.to_string()
        );
    }
}

pub(super) fn keeps_header_bytes_outside_ascii(fixture: &Fixture<'_>) {
    let head =
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-latin: caf\xe9\r\nx-utf: \xc3\xa9\r\n\r\n{}";
    let server = fixture.responding(&Reply::raw(&head[..]));
    let response = fixture.client().post(&server.url("/"));
    assert_eq!(response.headers()["x-latin"].as_bytes(), b"caf\xe9");
    assert_eq!(response.headers()["x-utf"].as_bytes(), b"\xc3\xa9");
    assert_eq!(response.body(), "{}");
}

pub(super) fn may_challenge_the_client(fixture: &Fixture<'_>) {
    let challenges: [&[&str]; 5] = [
        &[],
        &["Basic"],
        &["Basic realm=\"x\", error=\"invalid_client\""],
        &["Bearer", "Negotiate"],
        &["Digest realm=\"x\", nonce=\"y\", qop=\"auth\""],
    ];
    for status in [400, 401, 407] {
        for fields in challenges {
            let reply = fields
                .iter()
                .fold(Reply::text(status, "no"), |reply, value| {
                    reply
                        .header("www-authenticate", value)
                        .header("proxy-authenticate", value)
                });
            let server = fixture.responding(&reply);
            let response = fixture.client().post(&server.url("/"));
            assert_eq!(response.status(), status);
            assert_eq!(response.body(), "no");
            let seen: Vec<_> = response
                .headers()
                .get_all(WWW_AUTHENTICATE)
                .iter()
                .collect();
            assert_eq!(seen, fields);
            assert_eq!(server.request_count(), 1, "{status} {fields:?}");
        }
    }
}

pub(super) fn may_follow_interim_responses(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::raw(
        "HTTP/1.1 100 Continue\r\n\r\n\
         HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n\
         HTTP/1.1 201 Created\r\ncontent-length: 2\r\nx-final: 1\r\n\r\n{}",
    ));
    let response = fixture.client().post(&server.url("/"));
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["x-final"], "1");
    assert_eq!(response.body(), "{}");
}

pub(super) fn may_be_http_1_0(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::raw("HTTP/1.0 200 OK\r\nserver: old\r\n\r\n{}"));
    let response = fixture.client().post(&server.url("/"));
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["server"], "old");
    assert_eq!(response.body(), "{}");
}

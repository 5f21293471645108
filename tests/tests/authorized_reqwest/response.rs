//! A response that was looked at is the one that came.

use std::error::Error as _;

use bytes::Bytes;
use cxone_auth_core::api::MAX_REFUSAL_BODY;
use cxone_auth_tests::{Reply, Stage};
use reqwest::redirect::Policy;
use reqwest::{Response, Version};

use super::fixture::{Fixture, WAYS, reqwest, soon};

/// What a user can see of a response.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    version: Version,
    url: String,
    has_peer: bool,
    headers: Vec<(String, String)>,
    length: Option<u64>,
    body: Vec<u8>,
    failure: Option<Vec<String>>,
}

impl Seen {
    async fn of(mut response: Response) -> Self {
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            let value = value.to_str().unwrap().to_owned();
            (name.to_string(), value)
        });
        let mut seen = Self {
            status: response.status().as_u16(),
            version: response.version(),
            url: response.url().to_string(),
            has_peer: response.remote_addr().is_some(),
            headers: headers.collect(),
            length: response.content_length(),
            body: Vec::new(),
            failure: None,
        };
        loop {
            match soon(response.chunk()).await {
                Ok(Some(chunk)) => seen.body.extend(chunk),
                Ok(None) => return seen,
                Err(error) => {
                    seen.failure = Some(described(&error));
                    return seen;
                }
            }
        }
    }
}

/// What the error says of itself, and the last cause.
fn described(error: &reqwest::Error) -> Vec<String> {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let last = causes.last().map(ToString::to_string).unwrap_or_default();
    let flags = (error.is_decode(), error.is_body(), error.is_timeout());
    vec![error.to_string(), format!("{flags:?}"), last]
}

fn body(length: usize) -> Bytes {
    b"{\"message\":\"no code, only words\"}"
        .iter()
        .copied()
        .cycle()
        .take(length)
        .collect()
}

/// A 401 that says nothing of the token, so that it is sent once and not again.
fn refusal(length: usize) -> Reply {
    Reply::response(401, body(length))
        .header("www-authenticate", "Basic realm=\"gateway\"")
        .header("x-twice", "one")
        .header("x-twice", "two")
}

#[tokio::test]
async fn a_401_comes_back_as_it_came() {
    let limit = MAX_REFUSAL_BODY;
    for way in WAYS {
        for reply in [
            refusal(0),
            refusal(33),
            refusal(33).chunked(),
            refusal(limit),
            refusal(limit + 1),
            refusal(5 * limit),
            refusal(5 * limit).chunked(),
            refusal(5 * limit).without_header("content-length"),
        ] {
            let fixture = Fixture::start();
            fixture.genesys().fail_next_api(2, reply);
            let url = fixture.url("/api/v2/users?a=b");
            let by_itself = reqwest(Policy::default()).get(url.clone()).send().await;
            let expected = Seen::of(by_itself.unwrap()).await;
            let seen = Seen::of(fixture.caller(way).get(url).await.unwrap()).await;
            assert_eq!(seen.status, 401);
            assert_eq!(seen, expected, "{way:?}");
            assert_eq!(fixture.genesys().api_requests(), 2);
        }
    }
}

#[tokio::test]
async fn a_401_that_breaks_off_does_so_behind_what_came() {
    for way in WAYS {
        for (length, cut) in [(1_000, 600), (5 * MAX_REFUSAL_BODY, 2 * MAX_REFUSAL_BODY)] {
            let fixture = Fixture::start();
            let reply = refusal(length).cut_after(cut);
            fixture.genesys().fail_next_api(2, reply);
            let url = fixture.url("/api/v2/users");
            let by_itself = reqwest(Policy::default()).get(url.clone()).send().await;
            let expected = Seen::of(by_itself.unwrap()).await;
            let seen = Seen::of(fixture.caller(way).get(url).await.unwrap()).await;
            assert!(seen.failure.is_some() && !seen.body.is_empty(), "{seen:?}");
            assert_eq!(seen, expected, "{way:?}");
        }
    }
}

#[tokio::test]
async fn a_401_is_handed_over_before_the_rest_of_a_long_body_is_there() {
    for way in WAYS {
        let fixture = Fixture::start();
        let reply = refusal(4 * MAX_REFUSAL_BODY).stall(Stage::WithinBody);
        fixture.genesys().fail_next_api(1, reply);
        let response = fixture.caller(way).get(fixture.url("/api/v2/users")).await;
        let mut response = response.unwrap();
        assert_eq!(response.status(), 401, "{way:?}");
        let mut length = 0;
        while length <= MAX_REFUSAL_BODY {
            length += soon(response.chunk()).await.unwrap().unwrap().len();
        }
    }
}

//! Transports that break the contract in one way each: the cases about it have to notice.

#![cfg(test)]

use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport as _, TransportOptions};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::{self, Candidate, Carrier, Scheme};
use http::{HeaderValue, Request, Response};

type TransportResult = Result<Response<Bytes>, TransportError>;

/// The transport that the mutants are made of.
struct Good;

impl Candidate for Good {
    fn name(&self) -> &'static str {
        "hyper"
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        HyperTransport::with_options(options).map(Carrier::on_runtime)
    }
}

/// A good transport and what is done to it.
struct Mutant(fn(&Carrier, Request<Bytes>) -> TransportResult);

impl Candidate for Mutant {
    fn name(&self) -> &'static str {
        "a mutant"
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        let carrier = Good.build(options)?;
        let send = self.0;
        Ok(Carrier::new(move |request| send(&carrier, request)))
    }
}

/// reqwest as it comes, but for TLS and proxy.
struct Careless;

impl Candidate for Careless {
    fn name(&self) -> &'static str {
        "reqwest as it comes"
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        let client = ReqwestTransport::builder(options)?.build().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Ok(Carrier::new(move |request| {
            let request = reqwest::Request::try_from(request).unwrap();
            runtime.block_on(async {
                let received = client.execute(request).await.unwrap();
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = received.status();
                *response.headers_mut() = received.headers().clone();
                *response.body_mut() = received.bytes().await.unwrap();
                Ok(response)
            })
        }))
    }
}

/// Asserts that the candidate fails each of these cases, which a good transport passes.
#[track_caller]
fn fails(candidate: &(dyn Candidate + 'static), cases: &[(&str, &str)]) {
    for (group, name) in cases {
        contract::run(&Good, group, name, Scheme::Http);
        let run = || contract::run(candidate, group, name, Scheme::Http);
        let outcome = panic::catch_unwind(AssertUnwindSafe(run));
        assert!(outcome.is_err(), "{group}::{name} has noticed nothing");
    }
}

fn with_header(
    mut request: Request<Bytes>,
    name: &'static str,
    value: &'static str,
) -> Request<Bytes> {
    let value = HeaderValue::from_static(value);
    request.headers_mut().append(name, value);
    request
}

#[test]
fn notices_a_client_as_it_comes() {
    contract::run(&Careless, "body", "arrives_whole_by_length", Scheme::Http);
    fails(
        &Careless,
        &[
            ("redirect", "is_handed_over"),
            ("redirect", "to_the_same_server_is_handed_over"),
            ("body", "is_refused_one_byte_beyond_the_limit"),
            ("body", "is_not_decompressed"),
        ],
    );
}

#[test]
fn notices_a_request_that_is_sent_twice() {
    let twice = Mutant(|carrier, request| {
        let _ = carrier.send(request.clone());
        carrier.send(request)
    });
    fails(
        &twice,
        &[
            ("request", "arrives_as_given"),
            ("request", "is_sent_once_whatever_the_response"),
            ("interruption", "before_the_response_is_told"),
            ("reuse", "after_the_server_closed_never_fails"),
        ],
    );
}

#[test]
fn notices_a_request_that_is_sent_again_after_a_failure() {
    let again = Mutant(|carrier, request| match carrier.send(request.clone()) {
        Err(_) => carrier.send(request),
        response => response,
    });
    fails(
        &again,
        &[
            ("interruption", "before_the_response_is_told"),
            ("interruption", "by_a_reset_within_the_head_is_told"),
            ("nonsense", "of_another_protocol_is_told"),
        ],
    );
}

#[test]
fn notices_an_added_header_field() {
    let cases = [
        ("request", "arrives_as_given"),
        ("request", "arrives_bare_when_it_is_bare"),
        ("redirect", "is_handed_over"),
    ];
    fails(
        &Mutant(|carrier, request| carrier.send(with_header(request, "accept-encoding", "gzip"))),
        &cases,
    );
    fails(
        &Mutant(|carrier, request| carrier.send(with_header(request, "cookie", "session=1"))),
        &cases,
    );
    fails(
        &Mutant(|carrier, request| {
            carrier.send(with_header(request, "authorization", "Basic eA=="))
        }),
        &cases,
    );
}

#[test]
fn notices_a_response_that_is_changed() {
    let emptied = Mutant(|carrier, request| {
        let response = carrier.send(request)?;
        Ok(response.map(|_| Bytes::new()))
    });
    fails(
        &emptied,
        &[
            ("body", "arrives_whole_in_chunks"),
            ("body", "may_be_as_long_as_the_limit"),
        ],
    );
    let bared = Mutant(|carrier, request| {
        let mut response = carrier.send(request)?;
        response.headers_mut().clear();
        Ok(response)
    });
    fails(
        &bared,
        &[
            ("response", "keeps_its_header_fields"),
            ("response", "may_challenge_the_client"),
        ],
    );
}

#[test]
fn notices_a_status_that_becomes_an_error() {
    let picky = Mutant(|carrier, request| {
        let response = carrier.send(request)?;
        if response.status().is_server_error() {
            return Err(TransportError::new(TransportErrorKind::Other));
        }
        Ok(response)
    });
    fails(&picky, &[("response", "of_every_status_is_handed_over")]);
}

#[test]
fn notices_an_error_of_another_kind() {
    let vague = Mutant(|carrier, request| {
        let other = |_| TransportError::new(TransportErrorKind::Other);
        carrier.send(request).map_err(other)
    });
    fails(
        &vague,
        &[
            ("connect", "to_a_closed_port_is_refused"),
            ("connect", "to_an_unknown_host_fails_by_name"),
            ("timeout", "ends_a_wait_for_the_head"),
            ("body", "is_refused_one_byte_beyond_the_limit"),
            ("nonsense", "of_a_huge_head_is_told"),
        ],
    );
}

#[test]
fn notices_an_error_without_the_status_of_a_long_response() {
    let silent = Mutant(|carrier, request| {
        let bare = |error: TransportError| TransportError::new(error.kind());
        carrier.send(request).map_err(bare)
    });
    fails(
        &silent,
        &[
            ("body", "is_refused_with_status_and_content_type"),
            (
                "body",
                "is_refused_unread_when_it_announces_itself_too_long",
            ),
        ],
    );
}

#[test]
fn notices_an_error_that_tells_the_secret() {
    let talkative = Mutant(|carrier, request| {
        let told = format!("{:?}", request.body());
        let tell = |error: TransportError| TransportError::new(error.kind()).with_source(told);
        carrier.send(request).map_err(tell)
    });
    fails(&talkative, &[("connect", "to_a_closed_port_is_refused")]);
}

#[test]
fn notices_a_proxy_that_is_passed_by() {
    struct Direct;
    impl Candidate for Direct {
        fn name(&self) -> &'static str {
            "direct"
        }

        fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
            Good.build(&options.clone().with_proxy(ProxyChoice::Direct))
        }
    }
    fails(&Direct, &[("proxy", "is_used_for_http_as_well")]);
}

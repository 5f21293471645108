//! Transports on a client of the user's own: what the contract asks for is set on top of settings
//! that would break it.

#![cfg(test)]

use std::time::Duration;

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::{self, Candidate, Carrier, Scheme};
use hyper_util::client::legacy::connect::HttpConnector;
use isahc::config::{Configurable as _, RedirectPolicy};

const NEVER: Duration = Duration::from_mins(10);

/// A client that is configured by its user and knows nothing of this workspace.
#[derive(Clone, Copy)]
enum OwnClient {
    Reqwest,
    Hyper,
    Isahc,
    Ureq,
}

impl Candidate for OwnClient {
    fn name(&self) -> &str {
        match self {
            Self::Reqwest => "a reqwest builder",
            Self::Hyper => "a hyper connector",
            Self::Isahc => "an isahc builder",
            Self::Ureq => "a ureq configuration",
        }
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        let timeout = options.timeout();
        Ok(match self {
            Self::Reqwest => Carrier::on_runtime(reqwest(options)?.with_timeout(timeout)),
            Self::Hyper => Carrier::on_runtime(hyper().with_timeout(timeout)),
            Self::Isahc => Carrier::blocking(isahc()?.with_timeout(timeout)),
            Self::Ureq => Carrier::blocking(ureq().with_timeout(timeout)),
        })
    }
}

fn reqwest(options: &TransportOptions) -> Result<ReqwestTransport, TransportError> {
    let builder = ReqwestTransport::builder(options)?
        .redirect(reqwest::redirect::Policy::limited(10))
        .gzip(true)
        .timeout(NEVER)
        .pool_max_idle_per_host(10);
    ReqwestTransport::from_builder(builder)
}

fn hyper() -> HyperTransport {
    HyperTransport::from_connector(HttpConnector::new())
}

fn isahc() -> Result<IsahcTransport, TransportError> {
    let builder = isahc::HttpClient::builder()
        .proxy(None)
        .redirect_policy(RedirectPolicy::Follow)
        .auto_referer()
        .automatic_decompression(true)
        .timeout(NEVER)
        .connection_cache_size(10);
    IsahcTransport::from_builder(builder)
}

fn ureq() -> UreqTransport {
    let builder = ureq::Agent::config_builder()
        .proxy(None)
        .max_redirects(10)
        .http_status_as_error(true)
        .accept_encoding("gzip")
        .max_idle_connections(10);
    UreqTransport::from_config(builder)
}

/// Runs the cases of a group over http: a client's own TLS settings stay its own.
fn keeps(candidate: OwnClient, group: &str) {
    let cases = contract::cases().iter();
    let cases = cases.filter(|case| case.group() == group);
    let cases = cases.filter(|case| case.ways().contains(&Scheme::Http));
    let mut count = 0;
    for case in cases {
        case.run(&candidate, Scheme::Http);
        count += 1;
    }
    assert!(count > 0, "the contract has no group {group}");
}

macro_rules! keeps_the_contract {
    ($($module:ident: $candidate:expr;)+) => {
        $(mod $module {
            use super::OwnClient;

            #[test]
            fn sends_requests_as_they_are() {
                super::keeps($candidate, "request");
            }

            #[test]
            fn hands_over_every_response() {
                super::keeps($candidate, "response");
            }

            #[test]
            fn follows_no_redirect() {
                super::keeps($candidate, "redirect");
            }

            #[test]
            fn caps_the_body() {
                super::keeps($candidate, "body");
            }

            #[test]
            fn ends_within_the_total_timeout() {
                super::keeps($candidate, "timeout");
            }

            #[test]
            fn sends_no_request_again() {
                super::keeps($candidate, "interruption");
                super::keeps($candidate, "reuse");
            }
        })+
    };
}

keeps_the_contract! {
    reqwest_builder: OwnClient::Reqwest;
    hyper_connector: OwnClient::Hyper;
    isahc_builder: OwnClient::Isahc;
    ureq_configuration: OwnClient::Ureq;
}

//! isahc alone.

use std::io::Read;

use cxone_auth_core::TransportOptions;
use isahc::config::{Configurable, ExpectContinue, RedirectPolicy, VersionNegotiation};
use isahc::tls::{TlsConfig, TrustStore};
use isahc::{HttpClient, http};

use super::{BODY, FORM, basic, roots, token};

pub(crate) struct Isahc(HttpClient);

impl Isahc {
    pub(crate) fn new(authority: Option<&str>) -> Self {
        let options = TransportOptions::default();
        let mut builder = HttpClient::builder()
            .connect_timeout(options.connect_timeout())
            .timeout(options.timeout())
            .tcp_nodelay()
            .proxy(None)
            .redirect_policy(RedirectPolicy::None)
            .automatic_decompression(false)
            .expect_continue(ExpectContinue::disabled())
            .version_negotiation(VersionNegotiation::http11())
            .connection_cache_size(0);
        if authority.is_some() {
            builder = builder.tls_config(tls(authority));
        }
        Self(builder.build().expect("the settings are good"))
    }

    pub(crate) fn fetch(&self, url: &str) -> String {
        let request = http::Request::post(url)
            .header("authorization", basic())
            .header("content-type", FORM)
            .header("accept", "application/json")
            .body(BODY)
            .expect("the parts are good");
        let mut response = self.0.send(request).expect("the server is there");
        let mut body = Vec::new();
        let read = response.body_mut().read_to_end(&mut body);
        read.expect("the body is whole");
        token(&body)
    }
}

fn tls(authority: Option<&str>) -> TlsConfig {
    let mut store = TrustStore::builder();
    for certificate in roots::all(authority) {
        store = store.certificate_from_der(certificate);
    }
    TlsConfig::builder().trust_store(store.build()).build()
}

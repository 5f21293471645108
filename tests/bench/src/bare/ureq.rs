//! ureq alone.

use std::sync::Arc;

use cxone_auth_core::TransportOptions;
use rustls::crypto::ring;
use ureq::Agent;
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use super::{BODY, FORM, basic, roots, token};

pub(crate) struct Ureq(Agent);

impl Ureq {
    pub(crate) fn new(authority: Option<&str>) -> Self {
        let options = TransportOptions::default();
        let roots = roots::all(authority);
        let roots = roots
            .iter()
            .map(|root| Certificate::from_der(root).to_owned());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::from(roots))
            // The one that the adapter takes by default. Another one may exchange other keys.
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(options.timeout()))
            .timeout_resolve(Some(options.connect_timeout()))
            .timeout_connect(Some(options.connect_timeout()))
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_redirects(0)
            .proxy(None)
            .max_idle_connections(0)
            .build();
        Self(config.new_agent())
    }

    pub(crate) fn fetch(&self, url: &str) -> String {
        let request = self
            .0
            .post(url)
            .header("authorization", basic())
            .header("content-type", FORM)
            .header("accept", "application/json");
        let mut response = request.send(BODY).expect("the server is there");
        let body = response.body_mut().read_to_vec();
        token(&body.expect("the body is whole"))
    }
}

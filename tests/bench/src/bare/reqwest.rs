//! reqwest alone.

use reqwest::redirect::Policy;

use cxone_auth_core::TransportOptions;

use super::{BODY, FORM, basic, roots, token};

pub(crate) struct Reqwest(reqwest::Client);

impl Reqwest {
    pub(crate) fn new(authority: Option<&str>) -> Self {
        let options = TransportOptions::default();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(roots::rustls(authority))
            .connect_timeout(options.connect_timeout())
            .timeout(options.timeout())
            .redirect(Policy::none())
            .http1_only()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build();
        Self(client.expect("the settings are good"))
    }

    pub(crate) async fn fetch(&self, url: &str) -> String {
        let request = self.0.post(url).body(BODY);
        let request = request
            .header("authorization", basic())
            .header("content-type", FORM)
            .header("accept", "application/json");
        let response = request.send().await.expect("the server is there");
        token(&response.bytes().await.expect("the body is whole"))
    }
}

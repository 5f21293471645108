//! `gcp_auth`: a service account.

use std::sync::Arc;

use cxone_auth_bench::cached::Reader;
use gcp_auth::{CustomServiceAccount, TokenProvider};
use http::HeaderValue;

use crate::key::service_account;
use crate::peer::{Peer, bearer};

const SCOPES: &[&str] = &["https://example.com/scope"];

#[derive(Clone)]
pub struct Gcp(Arc<CustomServiceAccount>);

impl Peer for Gcp {
    const NAME: &'static str = "gcp_auth";

    async fn new(url: &str) -> Self {
        let account = CustomServiceAccount::from_json(&service_account(url).to_string());
        Self(Arc::new(account.expect("the key is good")))
    }

    async fn ask(&self) -> bool {
        self.0.token(SCOPES).await.is_ok()
    }
}

impl Reader for Gcp {
    async fn header(&self) -> HeaderValue {
        let token = self.0.token(SCOPES).await.expect("there is a token");
        bearer(token.as_str())
    }
}

//! `yup-oauth2`: a service account.

use std::sync::Arc;

use cxone_auth_bench::cached::Reader;
use http::HeaderValue;
use yup_oauth2::authenticator::DefaultAuthenticator;
use yup_oauth2::{ServiceAccountAuthenticator, ServiceAccountKey};

use crate::key::service_account;
use crate::peer::{Peer, bearer};

const SCOPES: &[&str] = &["https://example.com/scope"];

#[derive(Clone)]
pub struct Yup(Arc<DefaultAuthenticator>);

impl Peer for Yup {
    const NAME: &'static str = "yup-oauth2";

    async fn new(url: &str) -> Self {
        let key: ServiceAccountKey =
            serde_json::from_value(service_account(url)).expect("the key is good");
        let authenticator = ServiceAccountAuthenticator::builder(key).build().await;
        Self(Arc::new(authenticator.expect("the key is good")))
    }

    async fn ask(&self) -> bool {
        self.0.token(SCOPES).await.is_ok()
    }
}

impl Reader for Yup {
    async fn header(&self) -> HeaderValue {
        let token = self.0.token(SCOPES).await.expect("there is a token");
        bearer(token.token().expect("it is an access token"))
    }
}

//! `google-cloud-auth`: a user's refresh token, the one of its credentials whose endpoint can be
//! chosen. A task of its own keeps the token; callers get a prepared header.

use cxone_auth_bench::cached::Reader;
use google_cloud_auth::credentials::user_account::Builder;
use google_cloud_auth::credentials::{CacheableResource, Credentials};
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderValue};

use crate::peer::Peer;

#[derive(Clone)]
pub struct Google(Credentials);

impl Peer for Google {
    const NAME: &'static str = "google-cloud-auth";

    async fn new(url: &str) -> Self {
        let user = serde_json::json!({
            "type": "authorized_user",
            "client_id": "id",
            "client_secret": "secret",
            "refresh_token": "refresh",
        });
        let credentials = Builder::new(user).with_token_uri(url).build();
        Self(credentials.expect("the credentials are good"))
    }

    async fn ask(&self) -> bool {
        self.0.headers(Extensions::new()).await.is_ok()
    }
}

impl Reader for Google {
    async fn header(&self) -> HeaderValue {
        match self
            .0
            .headers(Extensions::new())
            .await
            .expect("there is a token")
        {
            CacheableResource::New { data, .. } => data[AUTHORIZATION].clone(),
            CacheableResource::NotModified => unreachable!("no earlier response was named"),
        }
    }
}

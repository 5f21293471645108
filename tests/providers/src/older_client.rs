//! reqwest 0.12 beside ours: it makes the calls to an API, with the tokens of our source.
//!
//! Both versions speak `http` 1, so that the value of the header needs no conversion. The core's
//! `Authorizer` decides what an `AuthorizedClient` would: where the token may go, and what follows
//! a 401.

use std::env;

use cxone_auth_core::TokenSource;
use cxone_auth_core::api::Authorizer;
use cxone_auth_core::http::header::AUTHORIZATION;
use cxone_auth_reqwest::ReqwestTransport;
use reqwest_0_12::redirect::Policy;
use reqwest_0_12::{Certificate, Client, Response, Url};

use crate::{Failure, setting};

pub(crate) async fn call() -> Result<(), Failure> {
    let transport = ReqwestTransport::with_options(&setting::options()?)?;
    let source = TokenSource::new(setting::config()?, transport);
    // A redirect could take the token to another host: it is returned as a response.
    let client = Client::builder()
        .redirect(Policy::none())
        .add_root_certificate(Certificate::from_pem(&setting::authority()?)?)
        .build()?;
    let url: Url = env::var("SANDBOX_API_URL")?.parse()?;
    get(&Authorizer::new(source), &client, url)
        .await?
        .error_for_status()?;
    Ok(())
}

async fn get(authorizer: &Authorizer, client: &Client, url: Url) -> Result<Response, Failure> {
    let mut call = authorizer.begin(&url.as_str().parse()?).await?;
    loop {
        let request = client.get(url.clone());
        let response = request
            .header(AUTHORIZATION, call.authorization())
            .send()
            .await?;
        // A true means that the body could tell more. A 401 is judged without it here.
        let _ = call.handle_head(response.status(), response.headers());
        if let Some(response) = call.settle(response).await? {
            return Ok(response);
        }
    }
}

//! Calls with reqwest: with the client around it, and with the middleware in reqwest-middleware's.

use async_trait::async_trait;
use cxone_auth_core::Error;
use cxone_auth_core::api::{Authorizer, CallError, TokenPool};
use cxone_auth_reqwest::{
    AuthorizedClient, AuthorizedMiddleware, ReqwestTransport, guarded_redirects,
};
use reqwest::redirect::Policy;
use reqwest::{Body, Method, Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

use super::caller::{Called, Caller, Failure, ServerResponse, Setup};
use super::fixture::direct;

pub(super) struct Reqwest(AuthorizedClient);

pub(super) struct Middleware {
    addresses: Authorizer,
    client: ClientWithMiddleware,
}

/// A client of the user's own that follows redirects, as the documentation advises to build it.
fn client() -> reqwest::Client {
    let builder = ReqwestTransport::builder(&direct()).unwrap();
    let policy = guarded_redirects(Policy::default());
    builder.redirect(policy).build().unwrap()
}

impl Reqwest {
    pub(super) fn new(pool: TokenPool, setup: &Setup) -> Self {
        Self(AuthorizedClient::from_client(client(), pool).with_max_wait(setup.max_wait))
    }
}

impl Middleware {
    pub(super) fn new(pool: TokenPool, setup: &Setup) -> Self {
        let middleware = AuthorizedMiddleware::new(pool.clone()).with_max_wait(setup.max_wait);
        Self {
            addresses: Authorizer::new(pool),
            client: ClientBuilder::new(client()).with(middleware).build(),
        }
    }

    async fn send(&self, method: Method, url: &str, body: Option<Body>) -> Called {
        let uri = self.addresses.address(url).await.map_err(of_token)?;
        let mut request = Request::new(method, uri.to_string().parse().unwrap());
        *request.body_mut() = body;
        whole(self.client.execute(request).await.map_err(of_middleware)?).await
    }
}

#[async_trait]
impl Caller for Reqwest {
    async fn get(&self, url: &str) -> Called {
        let response = self.0.get(url).send().await;
        whole(response.map_err(|error| Failure::of(&error))?).await
    }

    async fn post(&self, url: &str, body: &'static str) -> Called {
        let response = self.0.post(url).body(body).send().await;
        whole(response.map_err(|error| Failure::of(&error))?).await
    }

    async fn stream(&self, url: &str, body: &'static str) -> Called {
        let response = self.0.post(url).body(stream(body)).send().await;
        whole(response.map_err(|error| Failure::of(&error))?).await
    }
}

#[async_trait]
impl Caller for Middleware {
    async fn get(&self, url: &str) -> Called {
        self.send(Method::GET, url, None).await
    }

    async fn post(&self, url: &str, body: &'static str) -> Called {
        self.send(Method::POST, url, Some(body.into())).await
    }

    async fn stream(&self, url: &str, body: &'static str) -> Called {
        self.send(Method::POST, url, Some(stream(body))).await
    }
}

/// A body that exists once.
fn stream(body: &'static str) -> Body {
    Body::wrap(body.to_owned())
}

async fn whole(response: Response) -> Called {
    let status = response.status().as_u16();
    let body = response.bytes().await.map_err(|error| Failure {
        token: None,
        message: error.to_string(),
    })?;
    Ok(ServerResponse {
        status,
        body: body.into(),
    })
}

fn of_token(error: Error) -> Failure {
    Failure::of(&CallError::<reqwest::Error>::Token(error))
}

fn of_middleware(error: reqwest_middleware::Error) -> Failure {
    match error {
        reqwest_middleware::Error::Middleware(error) => match error.downcast::<Error>() {
            Ok(error) => of_token(error),
            Err(error) => Failure {
                token: None,
                message: error.to_string(),
            },
        },
        reqwest_middleware::Error::Reqwest(error) => Failure::of(&CallError::Client(error)),
    }
}

//! Redirects: no token goes along to another origin, and what that responds is not about the token.

use cxone_auth_core::{Config, TokenSource, TransportOptions};
use cxone_auth_reqwest::{AuthorizedClient, ReqwestTransport};
use cxone_auth_tests::{Authority, Received, Reply, Sandbox, Server};
use reqwest::redirect::Policy;
use reqwest::{Method, Request};

use super::fixture::{
    Caller, Fixture, WAYS, Way, bad_credentials, config, direct, reqwest, transport,
};

const HOPS: [u16; 5] = [301, 302, 303, 307, 308];

fn has_token(request: &Received) -> bool {
    request.header("authorization").is_some()
}

#[tokio::test]
async fn a_redirect_to_another_port_loses_the_token_and_its_401_is_handed_over() {
    for way in WAYS {
        for status in HOPS {
            let other = Server::http(|_| bad_credentials());
            let fixture = Fixture::start();
            let redirect = Reply::redirect(status, &other.url("/elsewhere"));
            fixture.genesys().fail_next_api(1, redirect);

            let response = fixture.caller(way).get(fixture.url("/api/v2/users")).await;
            let response = response.unwrap();
            assert_eq!(response.status(), 401, "{way:?} {status}");
            assert_eq!(response.url().as_str(), other.url("/elsewhere"));
            assert!(response.text().await.unwrap().contains("bad.credentials"));
            assert!(has_token(&fixture.genesys().api_server().received()[0]));
            let there = other.received();
            assert_eq!(there.len(), 1, "{way:?} {status}");
            assert!(!has_token(&there[0]), "{way:?} {status}");
            fixture.source.token().await.unwrap();
            assert_eq!(fixture.genesys().token_requests(), 1, "{way:?} {status}");
        }
    }
}

/// A server that redirects within itself, and then responds.
fn redirects_once() -> Server {
    Server::http(|request| match request.path() {
        "/first" => Reply::redirect(302, "/second"),
        _ => Reply::text(200, "a stranger's"),
    })
}

#[tokio::test]
async fn a_second_redirect_abroad_is_not_followed() {
    for way in WAYS {
        let other = redirects_once();
        let fixture = Fixture::start();
        let redirect = Reply::redirect(302, &other.url("/first"));
        fixture.genesys().fail_next_api(1, redirect);
        let response = fixture.caller(way).get(fixture.url("/api/v2/users")).await;
        assert_eq!(response.unwrap().status(), 302, "{way:?}");
        let there = other.received();
        assert_eq!(there.len(), 1, "{way:?}");
        assert!(!has_token(&there[0]), "{way:?}");
    }
}

#[tokio::test]
async fn a_client_made_from_a_builder_is_guarded() {
    let other = redirects_once();
    let fixture = Fixture::start();
    let redirect = Reply::redirect(302, &other.url("/first"));
    fixture.genesys().fail_next_api(1, redirect);
    let builder = ReqwestTransport::builder(&direct()).unwrap();
    let api = AuthorizedClient::from_builder(builder, fixture.source.clone()).unwrap();
    let response = api.get("/api/v2/users").send().await.unwrap();
    assert_eq!(response.status(), 302);
    let carried: Vec<bool> = other.received().iter().map(has_token).collect();
    assert_eq!(carried, [false]);
}

/// Why there is a guard. When this fails, reqwest has fixed it.
#[tokio::test]
async fn reqwest_by_itself_puts_the_token_back_for_a_second_redirect_abroad() {
    let other = redirects_once();
    let fixture = Fixture::start();
    let redirect = Reply::redirect(302, &other.url("/first"));
    fixture.genesys().fail_next_api(1, redirect);
    let client = ReqwestTransport::builder(&direct()).unwrap();
    let caller = Caller::over(Way::Client, client.build().unwrap(), &fixture.source);
    let response = caller.get(fixture.url("/api/v2/users")).await;
    assert_eq!(response.unwrap().status(), 200);
    let carried: Vec<bool> = other.received().iter().map(has_token).collect();
    assert_eq!(carried, [false, true]);
}

#[tokio::test]
async fn a_redirect_on_to_a_third_origin_is_followed_but_none_home_from_there() {
    for way in WAYS {
        let fixture = Fixture::start();
        let home = fixture.url("/home").to_string();
        let third = Server::http(move |_| Reply::redirect(302, &home));
        let there = third.url("/");
        let second = Server::http(move |_| Reply::redirect(302, &there));
        let redirect = Reply::redirect(302, &second.url("/"));
        fixture.genesys().fail_next_api(1, redirect);
        // Whatever the policy that is guarded.
        let client = reqwest(Policy::custom(|attempt| {
            Policy::limited(5).redirect(attempt)
        }));
        let caller = Caller::over(way, client, &fixture.source);
        let response = caller.get(fixture.url("/api/v2/users")).await.unwrap();
        assert_eq!(response.status(), 302, "{way:?}");
        assert_eq!(response.url().as_str(), third.url("/"), "{way:?}");
        for server in [&second, &third] {
            assert_eq!(server.request_count(), 1, "{way:?}");
            assert!(!server.received().iter().any(has_token), "{way:?}");
        }
        assert_eq!(fixture.genesys().api_requests(), 1, "{way:?}");
    }
}

#[tokio::test]
async fn the_policy_that_is_guarded_still_decides() {
    let fixture = Fixture::start();
    fixture
        .genesys()
        .fail_next_api(1, Reply::redirect(302, "/api/v2/users"));
    let caller = Caller::over(Way::Client, reqwest(Policy::none()), &fixture.source);
    let response = caller.get(fixture.url("/api/v2/users")).await;
    assert_eq!(response.unwrap().status(), 302);
    assert_eq!(fixture.genesys().api_requests(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_the_token() {
    for way in WAYS {
        for status in HOPS {
            let fixture = Fixture::start();
            fixture
                .genesys()
                .fail_next_api(1, Reply::redirect(status, "/api/v2/users"));
            let response = fixture.caller(way).get(fixture.url("/moved")).await;
            assert_eq!(response.unwrap().status(), 200, "{way:?} {status}");
            assert_eq!(fixture.genesys().api_requests(), 2, "{way:?} {status}");
        }
    }
}

#[tokio::test]
async fn a_post_that_was_redirected_is_not_repeated() {
    for way in WAYS {
        let fixture = Fixture::start();
        fixture
            .genesys()
            .fail_next_api(1, Reply::redirect(303, "/made"));
        fixture.genesys().fail_next_api(1, bad_credentials());
        let mut request = Request::new(Method::POST, fixture.url("/orders"));
        *request.body_mut() = Some("one".into());
        let response = fixture.caller(way).send(request).await.unwrap();
        assert_eq!(response.status(), 401, "{way:?}");
        let received = fixture.genesys().api_server().received();
        let methods: Vec<&str> = received.iter().map(|request| &*request.method).collect();
        assert_eq!(methods, ["POST", "GET"], "{way:?}");
    }
}

/// One host and one port, behind a proxy: TLS goes through to the API, plain http ends at the
/// proxy.
struct Downgrade {
    sandbox: Sandbox,
    proxy: Server,
    options: TransportOptions,
    config: Config,
}

const API: &str = "https://api.example.com:8443";

impl Downgrade {
    fn start() -> (Self, Server) {
        let authority = Authority::new();
        let api = Server::builder()
            .with_certificate(authority.certificate_for("api.example.com"))
            .start(|_| Reply::redirect(307, "http://api.example.com:8443/plain"))
            .unwrap();
        let address = api.address();
        let proxy = Server::http(move |request| match request.method.as_str() {
            "CONNECT" => Reply::tunnel(address),
            _ => Reply::text(200, "in the clear"),
        });
        let sandbox = Sandbox::start();
        let fixture = Self {
            config: config(&sandbox, API.parse().unwrap()),
            options: direct().with_root_certificates(authority.pem()),
            sandbox,
            proxy,
        };
        (fixture, api)
    }

    fn caller(&self, way: Way) -> Caller {
        let source = TokenSource::new(self.config.clone(), transport());
        let client = ReqwestTransport::builder(&self.options)
            .unwrap()
            .proxy(reqwest::Proxy::all(self.proxy.url("")).unwrap())
            .redirect(cxone_auth_reqwest::guarded_redirects(Policy::default()));
        Caller::over(way, client.build().unwrap(), &source)
    }
}

#[tokio::test]
async fn a_redirect_from_https_to_http_loses_the_token_on_the_same_host_and_port() {
    for way in WAYS {
        let (fixture, api) = Downgrade::start();
        let url = format!("{API}/api/v2/users").parse().unwrap();
        let response = fixture.caller(way).get(url).await.unwrap();
        assert_eq!(response.text().await.unwrap(), "in the clear", "{way:?}");
        assert!(has_token(&api.received()[0]), "{way:?}");
        let plain = fixture.proxy.received();
        let plain = plain
            .iter()
            .find(|request| request.method == "GET")
            .unwrap();
        assert_eq!(plain.target, "http://api.example.com:8443/plain");
        assert!(!has_token(plain), "{way:?}");
        assert_eq!(fixture.sandbox.genesys().token_requests(), 1, "{way:?}");
    }
}

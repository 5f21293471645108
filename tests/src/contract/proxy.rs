//! Proxies: asked to connect, and given their own credentials only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::{ProxyChoice, ProxyUrl, TransportErrorKind};

use super::fixture::{Fixture, SHORT, assert_is_post};
use crate::{Authority, ClosedPort, Received, Reply, Server, Stage};

pub(super) const ADVICE: &str = "Send every request through `TransportOptions::proxy`, https \
    by CONNECT. Only `Proxy- Authorization` goes to the proxy. Return `Proxy` if it does not connect \
    through, and never connect without it.";

/// The user and the password below, in base64.
const USER_INFORMATION: &str = "me:p%40ss%3Aword";
const USER_AND_PASSWORD: &str = "me:p@ss:word";

pub(super) fn is_asked_to_connect_to_an_https_host(fixture: &Fixture<'_>) {
    let origin = fixture.responding(&Reply::text(200, "through"));
    let proxy = tunnel_to(&origin);
    assert_gets_through(fixture, &proxy, &origin);

    let [connect] = &proxy.received()[..] else {
        panic!("not one request to the proxy: {:?}", proxy.received());
    };
    assert_eq!(connect.method, "CONNECT");
    assert_eq!(connect.target, origin.address().to_string());
    assert_eq!(
        proxy_credentials(connect).as_deref(),
        Some(USER_AND_PASSWORD)
    );
    assert_eq!(
        connect.header("authorization"),
        None,
        "the proxy was told the client's secret"
    );
    assert!(
        connect.body.is_empty(),
        "the proxy was told the client's secret"
    );

    let [request] = &origin.received()[..] else {
        panic!("not one request to the origin: {:?}", origin.received());
    };
    // There is no proxy-authorization either.
    assert_is_post(request);
    assert_eq!(request.target, "/oauth/token");
}

pub(super) fn gets_no_credentials_when_it_has_none(fixture: &Fixture<'_>) {
    let origin = fixture.responding(&Reply::text(200, "through"));
    let proxy = tunnel_to(&origin);
    let options = through(fixture, &format!("http://{}", proxy.address()));
    fixture.client_with(&options).post(&origin.url("/"));
    let [connect] = &proxy.received()[..] else {
        panic!("not one request to the proxy: {:?}", proxy.received());
    };
    assert_eq!(connect.header("proxy-authorization"), None);
    assert_eq!(connect.header("authorization"), None);
}

pub(super) fn is_used_for_http_as_well(fixture: &Fixture<'_>) {
    // A proxy may be asked to connect or, for http, to send the request itself.
    let origin = fixture.responding(&Reply::text(200, "through"));
    let address = origin.address();
    let proxy = Server::http(move |request| match request.method.as_str() {
        "CONNECT" => Reply::tunnel(address),
        _ => Reply::text(200, "through"),
    });
    assert_gets_through(fixture, &proxy, &origin);
    let [request] = &proxy.received()[..] else {
        panic!("not one request to the proxy: {:?}", proxy.received());
    };
    assert_eq!(
        proxy_credentials(request).as_deref(),
        Some(USER_AND_PASSWORD)
    );
    match request.method.as_str() {
        "CONNECT" => origin.received().iter().for_each(assert_is_post),
        _ => assert_eq!(request.target, origin.url("/oauth/token")),
    }
}

pub(super) fn that_asks_for_credentials_fails_as_proxy(fixture: &Fixture<'_>) {
    let challenge = Reply::text(407, "who?").header("proxy-authenticate", "Basic realm=\"x\"");
    fails(fixture, &challenge);
    fails(fixture, &challenge.close());
}

pub(super) fn that_cannot_connect_through_fails_as_proxy(fixture: &Fixture<'_>) {
    for status in [403, 502, 503, 504] {
        fails(fixture, &Reply::text(status, "no"));
    }
}

pub(super) fn that_is_not_there_fails_as_proxy(fixture: &Fixture<'_>) {
    let origin = fixture.responding(&Reply::text(200, "direct"));
    let port = ClosedPort::new().expect("loopback has a free port");
    let client = fixture.client_with(&through(fixture, &format!("http://{}", port.address())));
    client.fails(&origin.url("/"), TransportErrorKind::Proxy);
    assert_eq!(origin.connections(), 0, "the proxy was passed by");
}

pub(super) fn that_speaks_nonsense_fails(fixture: &Fixture<'_>) {
    // Not every client shows which side sent this.
    let kinds = [
        TransportErrorKind::Proxy,
        TransportErrorKind::InvalidResponse,
        TransportErrorKind::Interrupted,
    ];
    fails_as_one_of(fixture, &Reply::raw("SSH-2.0-OpenSSH_9.6\r\n\r\n"), &kinds);
}

pub(super) fn that_does_not_respond_times_out(fixture: &Fixture<'_>) {
    let origin = fixture.responding(&Reply::text(200, "direct"));
    let proxy = Server::http(|_| Reply::empty(200).stall(Stage::BeforeHead));
    let options = through(fixture, &format!("http://{}", proxy.address()));
    let client = fixture.client_with(&options.with_timeout(SHORT));
    client.fails(&origin.url("/"), TransportErrorKind::Timeout);
}

pub(super) fn does_not_weaken_tls(fixture: &Fixture<'_>) {
    let origin = Server::https(&Authority::new(), |_| Reply::text(200, "trusted"));
    let proxy = tunnel_to(&origin);
    let options = through(fixture, &format!("http://{}", proxy.address()));
    fixture
        .client_with(&options)
        .fails(&origin.url("/"), TransportErrorKind::Tls);
    assert_eq!(
        origin.request_count(),
        0,
        "a request went to a server that is not trusted"
    );
}

#[track_caller]
fn fails(fixture: &Fixture<'_>, reply: &Reply) {
    fails_as_one_of(fixture, reply, &[TransportErrorKind::Proxy]);
}

/// Checks the outcome if a proxy gives this reply, and that the proxy is asked once.
#[track_caller]
fn fails_as_one_of(fixture: &Fixture<'_>, reply: &Reply, kinds: &[TransportErrorKind]) {
    let origin = fixture.responding(&Reply::text(200, "direct"));
    let reply = reply.clone();
    let proxy = Server::http(move |_| reply.clone());
    let client = fixture.client_with(&through(fixture, &format!("http://{}", proxy.address())));
    client.fails_as_one_of(&origin.url("/"), kinds);
    assert_eq!(proxy.request_count(), 1, "the proxy was asked again");
    assert_eq!(origin.connections(), 0, "the proxy was passed by");
}

fn tunnel_to(origin: &Server) -> Server {
    let address = origin.address();
    Server::http(move |_| Reply::tunnel(address))
}

/// Sends a request to `origin` with user and password for `proxy`, and gets its response.
#[track_caller]
fn assert_gets_through(fixture: &Fixture<'_>, proxy: &Server, origin: &Server) {
    let address = format!("http://{USER_INFORMATION}@{}", proxy.address());
    let client = fixture.client_with(&through(fixture, &address));
    let response = client.post(&origin.url("/oauth/token"));
    assert_eq!(response.body(), "through");
}

fn through(fixture: &Fixture<'_>, proxy: &str) -> TransportOptions {
    let proxy: ProxyUrl = proxy.parse().expect("the address is a proxy's");
    fixture.options().with_proxy(ProxyChoice::Url(proxy))
}

fn proxy_credentials(received: &Received) -> Option<String> {
    let encoded = received
        .header("proxy-authorization")?
        .strip_prefix("Basic ")?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

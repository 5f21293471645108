//! Tokens fetched through a proxy that asks for a password.

use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::transport::{ProxyChoice, ProxyUrl};
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, TransportOptions};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Authority, ClosedPort, Received, Reply, Server};

use super::capture::{Capture, assert_untold};
use crate::shared::reply::token;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

const SECRET: &str = "s3cret/behind+a=proxy~";
const TOKEN: &str = "t0ken-behind-a.proxy_that/asks";
const USER: &str = "the-user";
const PASSWORD: &str = "pr0xy+passw0rd=of~mine";

/// Asks for a token through what is at `address`, and says whether one came.
fn asks(stack: Stack, endpoint: &str, address: &str, authority: &Authority) -> bool {
    let proxy: ProxyUrl = format!("http://{USER}:pr0xy%2Bpassw0rd%3Dof~mine@{address}")
        .parse()
        .unwrap();
    let options = TransportOptions::new()
        .with_root_certificates(authority.pem())
        .with_proxy(ProxyChoice::Url(proxy));
    let credentials = ClientCredentials::new("the-id", SECRET);
    let config = Config::custom(endpoint.parse().unwrap(), credentials)
        .unwrap()
        .with_retry(RetryPolicy::new().with_attempts(1));
    let source = BlockingTokenSource::new(config, stack.build(&options).unwrap());
    source.events(|event| log::trace!("{event:?}")).detach();
    let result = source.token();
    if let Err(error) = &result {
        log::trace!(
            "{error:#} {error:?} {error:#?} {} {options:?}",
            error.report()
        );
        let mut below = std::error::Error::source(error);
        while let Some(error) = below {
            log::trace!("{error} {error:?}");
            below = error.source();
        }
    }
    result.is_ok()
}

/// A proxy that responds in the place of `origin` or leads to it, as it is asked.
fn proxy_to(origin: &Server) -> Server {
    let address = origin.address();
    Server::http(move |request| match request.method.as_str() {
        "CONNECT" => Reply::tunnel(address),
        _ => token(TOKEN, 300),
    })
}

fn through_a_proxy(stack: Stack) {
    let capture = Capture::alone();
    let authority = Authority::new();
    let plain = Server::http(|_| token(TOKEN, 300));
    let secure = Server::https(&authority, |_| token(TOKEN, 300));
    let refuses = Server::http(|_| {
        Reply::text(407, PASSWORD).header("proxy-authenticate", "Basic realm=\"x\"")
    });
    let nobody = ClosedPort::new().unwrap();
    for origin in [&plain, &secure] {
        let (proxy, endpoint) = (proxy_to(origin), origin.url("/token"));
        let asks = |address: String| asks(stack, &endpoint, &address, &authority);
        assert!(asks(proxy.address().to_string()), "{endpoint}");
        assert!(!asks(refuses.address().to_string()), "{endpoint}");
        assert!(!asks(nobody.address().to_string()), "{endpoint}");
        let received = proxy.received();
        let is_named = |request: &Received| request.header("proxy-authorization").is_some();
        assert!(received.iter().any(is_named), "the password was sent");
    }
    assert_untold(
        &capture,
        &[
            SECRET.to_owned(),
            format!("the-id:{SECRET}"),
            TOKEN.to_owned(),
            PASSWORD.to_owned(),
            format!("{USER}:{PASSWORD}"),
        ],
    );
}

on_each_stack! {
    logs_no_password_of_a_proxy: through_a_proxy;
}

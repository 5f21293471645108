//! Responses of the sandbox's CXone that are not to be believed, with every transport: an error
//! that says why, and a token that opens the API all the same.

use bytes::Bytes;
use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::api::ApiBase;
use cxone_auth_core::transport::MAX_RESPONSE_BODY;
use cxone_auth_core::{
    AccessKey, AccessToken, BlockingTokenSource, BlockingTransport as _, ClientCredentials, Config,
    Error, Issuer, TokenSource,
};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Reply, Sandbox};
use serde_json::{Value, json};

use crate::shared::sandbox::options;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

/// The sandbox's CXone as an issuer of its own, whose API the token may go to.
pub(super) fn config(sandbox: &Sandbox) -> Config {
    let origin = sandbox.cxone().api_base().parse().unwrap();
    strict(sandbox).with_api_origin(origin)
}

/// The same, with no API allowed but NICE's.
fn strict(sandbox: &Sandbox) -> Config {
    let cxone = sandbox.cxone();
    let issuer = Issuer::custom(&cxone.issuer()).unwrap();
    let client = ClientCredentials::new(cxone.client_id(), cxone.client_secret());
    let key = cxone.access_key();
    Config::cxone(issuer, client, AccessKey::new(key.id, key.secret)).unwrap()
}

/// What a source over a transport of this stack finds, and its token.
pub(super) fn ask(
    stack: Stack,
    sandbox: &Sandbox,
    config: &Config,
) -> (Result<ApiBase, Error>, AccessToken) {
    let options = options(sandbox);
    let blocking = |source: BlockingTokenSource| (source.api_base(), source.token().unwrap());
    let driven = |source: TokenSource| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { (source.api_base().await, source.token().await.unwrap()) })
    };
    let config = config.clone();
    match stack {
        Stack::Reqwest => {
            let transport = ReqwestTransport::with_options(&options).unwrap();
            driven(TokenSource::new(config, transport))
        }
        Stack::Hyper => {
            let transport = HyperTransport::with_options(&options).unwrap();
            driven(TokenSource::new(config, transport))
        }
        Stack::Isahc => {
            let transport = IsahcTransport::with_options(&options).unwrap();
            blocking(BlockingTokenSource::new(config, transport))
        }
        Stack::Ureq => {
            let transport = UreqTransport::with_options(&options).unwrap();
            blocking(BlockingTokenSource::new(config, transport))
        }
    }
}

/// The status of a call to the API below `base`.
fn call(stack: Stack, sandbox: &Sandbox, base: &ApiBase, token: &AccessToken) -> u16 {
    let carrier = stack.build(&options(sandbox)).unwrap();
    let path = sandbox.cxone().resource_url();
    let path = path.strip_prefix(&sandbox.cxone().api_base()).unwrap();
    let request = http::Request::get(base.join(path).unwrap())
        .header("authorization", token.authorization())
        .body(Bytes::new())
        .unwrap();
    carrier.send(request).unwrap().status().as_u16()
}

fn with(mut document: Value, member: &str, value: impl Into<Value>) -> Reply {
    document[member] = value.into();
    Reply::json(200, &document)
}

fn truth(stack: Stack) {
    for sandbox in [Sandbox::start(), Sandbox::start_https()] {
        let (base, token) = ask(stack, &sandbox, &config(&sandbox));
        let base = base.unwrap();
        assert_eq!(base.to_string(), sandbox.cxone().api_base());
        assert_eq!(call(stack, &sandbox, &base, &token), 200);
        assert_eq!(sandbox.cxone().discovery_requests(), 2);
    }
}

fn assert_not_believed(stack: Stack, sandbox: &Sandbox, config: &Config, code: u16) {
    let before = sandbox.cxone().discovery_requests();
    let (found, token) = ask(stack, sandbox, config);
    let error = found.unwrap_err();
    let first = error.diagnosis().first().unwrap();
    assert_eq!(first.code().number(), code, "{error:#}");
    let shown = format!("{error:#} {error:?}");
    let payload = token.expose_secret().split('.').nth(1).unwrap();
    assert!(!shown.contains(payload), "{shown}");
    let asked = sandbox.cxone().discovery_requests() - before;
    assert!((1..=2).contains(&asked), "{asked}");
    let base = sandbox.cxone().api_base().parse().unwrap();
    assert_eq!(
        call(stack, sandbox, &base, &token),
        200,
        "the token suffers"
    );
}

fn issuer_lies(stack: Stack) {
    let sandbox = Sandbox::start();
    let (cxone, config) = (sandbox.cxone(), config(&sandbox));
    let truth = cxone.openid_configuration();
    for (reply, code) in [
        (
            with(truth.clone(), "issuer", "https://cxone.niceincontact.com"),
            817,
        ),
        (with(truth.clone(), "issuer", 5), 816),
        (
            with(truth.clone(), "token_endpoint", "http://evil.example/t"),
            818,
        ),
        (with(truth, "filler", "x".repeat(MAX_RESPONSE_BODY)), 816),
        (Reply::endless(), 816),
        (Reply::text(200, "<html>Sign in</html>"), 816),
        (Reply::redirect(302, &cxone.resource_url()), 816),
        (Reply::empty(404), 816),
        (Reply::empty(503), 503),
    ] {
        cxone.openid_responds_with(reply);
        assert_not_believed(stack, &sandbox, &config, code);
    }
    cxone.openid_responds_with(None);
    assert!(ask(stack, &sandbox, &config).0.is_ok());
}

fn tenant_lies(stack: Stack) {
    let sandbox = Sandbox::start();
    let (cxone, config) = (sandbox.cxone(), config(&sandbox));
    let truth = cxone.tenant_configuration();
    let api = |address: &str| with(truth.clone(), "api_endpoint", address);
    for (reply, code) in [
        (with(truth.clone(), "tenantId", "another"), 817),
        (with(truth.clone(), "tenantId", json!(null)), 816),
        (with(truth.clone(), "api_endpoint", json!([])), 816),
        (api("http://api-na1.niceincontact.com"), 818),
        (api("https://niceincontact.com.evil.example"), 818),
        (api("https://evilniceincontact.com"), 818),
        (api("https://api-na1.niceincontact.com@evil.example"), 818),
        (api("https://127.0.0.1:9"), 818),
        (api(&cxone.issuer()), 818),
        (Reply::of_size(MAX_RESPONSE_BODY + 1), 816),
        (Reply::text(200, "tenant"), 816),
        (Reply::empty(404), 814),
    ] {
        cxone.tenant_responds_with(reply);
        assert_not_believed(stack, &sandbox, &config, code);
    }
    cxone.tenant_responds_with(None);
    assert_not_believed(stack, &sandbox, &strict(&sandbox), 818);
    cxone.tenant_responds_with(api("https://api-na1.niceincontact.com"));
    let found = ask(stack, &sandbox, &strict(&sandbox)).0.unwrap();
    assert_eq!(found.to_string(), "https://api-na1.niceincontact.com");
}

on_each_stack! {
    finds_the_api_that_the_token_opens: truth;
    does_not_believe_an_issuer_that_lies: issuer_lies;
    does_not_believe_a_tenants_configuration_that_lies: tenant_lies;
}

//! Where the API is for an access key alone: discovery by the token's tenant, else what UserHub's
//! own response says.

use cxone_auth_core::api::ApiBase;
use cxone_auth_core::{BlockingTokenSource, Config, Error, ErrorKind};
use cxone_auth_tests::{CxOne, Sandbox};
use serde_json::{Value, json};

use super::lie::ask;
use crate::shared::sandbox;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

/// The token may go to the sandbox's API, as it may to NICE's.
fn allowed(sandbox: &Sandbox) -> Config {
    let origin = sandbox.cxone().api_base().parse().unwrap();
    sandbox::cxone_access_key(sandbox).with_api_origin(origin)
}

fn counts(cxone: &CxOne) -> [usize; 3] {
    let form = cxone.token_requests();
    [form, cxone.user_hub_requests(), cxone.discovery_requests()]
}

fn asked_without_tenant(stack: Stack, said: Value) -> Result<ApiBase, Error> {
    let sandbox = Sandbox::start();
    let cxone = sandbox.cxone();
    cxone.hide_tenant();
    cxone.user_hub_names_api(said);
    let result = ask(stack, &sandbox, &sandbox::cxone_access_key(&sandbox)).0;
    assert_eq!(counts(cxone), [0, 1, 0]);
    result
}

fn tenant_is_asked_for(stack: Stack) {
    let sandbox = Sandbox::start_https();
    let cxone = sandbox.cxone();
    // What discovery finds counts before what the response says.
    cxone.user_hub_names_api(json!("https://api-na1.niceincontact.com"));
    let (base, token) = ask(stack, &sandbox, &allowed(&sandbox));
    assert_eq!(base.unwrap().to_string(), cxone.api_base());
    assert!(token.resource_server().is_some());
    assert_eq!(counts(cxone), [0, 1, 2]);
}

fn response_is_believed_under_nices_domains_and_where_allowed(stack: Stack) {
    for said in [
        "https://api-na1.niceincontact.com/x/",
        "https://c1.incontact.com",
    ] {
        let base = asked_without_tenant(stack, json!(said)).unwrap();
        assert_eq!(base.to_string(), said.trim_end_matches('/'));
    }
    let sandbox = Sandbox::start();
    sandbox.cxone().hide_tenant();
    let base = ask(stack, &sandbox, &allowed(&sandbox)).0.unwrap();
    assert_eq!(base.to_string(), sandbox.cxone().api_base());
}

fn response_is_not_believed_elsewhere(stack: Stack) {
    for (said, code) in [
        (json!("https://api-na1.niceincontact.com.evil.example"), 818),
        (json!("http://127.0.0.1:9"), 818),
        (json!("https://nicecxone.com"), 818),
        (json!("https://u:p@api-na1.niceincontact.com"), 812),
        (json!("http://api-na1.niceincontact.com"), 812),
        (json!("na1"), 812),
        (json!(7), 812),
        (Value::Null, 812),
    ] {
        let error = asked_without_tenant(stack, said.clone()).unwrap_err();
        let found = error.diagnosis().first().unwrap().code().number();
        assert_eq!(
            (found, error.kind()),
            (code, ErrorKind::Configuration),
            "{said}"
        );
        assert!(!format!("{error:#}").contains("u:p"), "{error:#}");
    }
}

fn setting_counts_before_everything(stack: Stack) {
    let sandbox = Sandbox::start();
    let base = "https://gateway.example.com/nice";
    let config = sandbox::cxone_access_key(&sandbox).with_api_base(base.parse().unwrap());
    assert_eq!(ask(stack, &sandbox, &config).0.unwrap().to_string(), base);
    assert_eq!(counts(sandbox.cxone()), [0, 1, 0]);
}

/// What is said of the API in the response to another login is not listened to.
#[test]
fn the_other_login_does_not_take_the_responses_word() {
    let transport = crate::shared::fake::FakeTransport::new(|_| {
        let body = json!({
            "access_token": "opaque",
            "resource_server_base_uri": "https://api-na1.niceincontact.com",
        });
        Ok(cxone_auth_core::http::Response::new(
            body.to_string().into(),
        ))
    });
    let source = BlockingTokenSource::new(super::simulation::config(), transport);
    let error = source.api_base().unwrap_err();
    assert_eq!(error.diagnosis().first().unwrap().code().number(), 815);
    assert!(source.token().unwrap().resource_server().is_none());
}

on_each_stack! {
    an_access_key_alone_finds_the_api_by_its_tenant: tenant_is_asked_for;
    without_a_tenant_the_response_names_the_api:
        response_is_believed_under_nices_domains_and_where_allowed;
    without_a_tenant_a_stranger_gets_no_token: response_is_not_believed_elsewhere;
    an_api_that_is_configured_needs_no_discovery: setting_counts_before_everything;
}

//! Names of hosts that lead to loopback, through every transport.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
}

use bytes::Bytes;
use cxone_auth_core::BlockingTransport as _;
use cxone_auth_core::transport::TransportError;
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Internet, Sandbox};

use shared::stack::Stack;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];
const HOST: &str = "login.mypurecloud.com";

fn ask(
    stack: Stack,
    internet: &Internet,
    trusted: &Sandbox,
    url: &str,
) -> Result<u16, TransportError> {
    let authority = trusted.ca_pem().unwrap();
    let options = internet.options().with_root_certificates(authority);
    let request = http::Request::post(url).body(Bytes::new()).unwrap();
    let response = stack.build(&options)?.send(request)?;
    Ok(response.status().as_u16())
}

fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().with_https().with_host(HOST);
    builder.start().unwrap()
}

fn internet(sandbox: &Sandbox) -> Internet {
    let server = sandbox.genesys().token_server();
    Internet::new([(HOST.to_owned(), server.address())])
}

#[test]
fn a_name_leads_to_its_server() {
    for stack in STACKS {
        let sandbox = sandbox();
        let internet = internet(&sandbox);
        let url = "https://login.mypurecloud.com/oauth/token";
        assert_eq!(ask(stack, &internet, &sandbox, url).unwrap(), 400);
        assert_eq!(sandbox.genesys().token_requests(), 1);
        assert_eq!(internet.visited(), ["login.mypurecloud.com:443"]);
    }
}

#[test]
fn another_name_leads_nowhere() {
    for stack in STACKS {
        let sandbox = sandbox();
        let internet = internet(&sandbox);
        let url = "https://login.mypurecloud.ie/oauth/token";
        assert!(ask(stack, &internet, &sandbox, url).is_err());
        assert_eq!(sandbox.genesys().token_requests(), 0);
    }
}

#[test]
fn a_certificate_of_another_name_is_not_taken() {
    for stack in STACKS {
        let sandbox = Sandbox::start_https();
        let internet = internet(&sandbox);
        let url = "https://login.mypurecloud.com/oauth/token";
        assert!(ask(stack, &internet, &sandbox, url).is_err());
        assert_eq!(sandbox.genesys().token_requests(), 0);
    }
}

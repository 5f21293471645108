//! Transports that are made while the process has few file descriptors left: each is whole, or an
//! error that says so.
//!
//! The limit is the process's, so each test runs this binary again.

#![cfg(unix)]
#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
    pub(crate) mod suite;
}

use std::error::Error as _;
use std::fs::File;
use std::process::Command;

use bytes::Bytes;
use cxone_auth_blocking::{IsahcTransport, UreqTransport, token_source};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport as _, ClientCredentials, Config, TransportOptions};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::{Candidate as _, Carrier};
use cxone_auth_tests::{Authority, Reply, Server};

use shared::stack::Stack;
use shared::suite::on_each_stack;

const LIMIT: u64 = 64;

/// Enough for any client.
const PLENTY: usize = 24;

/// Makes a transport that trusts what the system trusts, and what carries a request with it.
fn make(stack: Stack) -> Result<Box<dyn FnOnce() -> Carrier>, TransportError> {
    Ok(match stack {
        Stack::Reqwest => {
            let transport = ReqwestTransport::new()?;
            Box::new(|| Carrier::on_runtime(transport))
        }
        Stack::Hyper => {
            let transport = HyperTransport::new()?;
            Box::new(|| Carrier::on_runtime(transport))
        }
        Stack::Isahc => {
            let transport = IsahcTransport::new()?;
            Box::new(|| Carrier::blocking(transport))
        }
        Stack::Ureq => {
            let transport = UreqTransport::new()?;
            Box::new(|| Carrier::blocking(transport))
        }
    })
}

/// Does it while so many descriptors are left.
fn with_left<T>(left: usize, act: impl FnOnce() -> T) -> T {
    let mut held: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    held.truncate(held.len() - left);
    let result = act();
    drop(held);
    result
}

fn assert_says_so(error: &TransportError) {
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    let text = error.to_string();
    assert!(text.contains("no file descriptors are left"), "{text}");
    let source = error.source().and_then(|source| source.downcast_ref());
    let code = source.and_then(std::io::Error::raw_os_error);
    assert_eq!(code, Some(24), "{error:?}");
}

#[test]
#[ignore = "the other tests run it, in a process with a limit of its own"]
fn transports_of_the_other_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let named = variable("DESCRIPTORS_STACK");
    let stacks = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];
    let stack = stacks.into_iter().find(|own| own.name() == named).unwrap();
    rlimit::Resource::NOFILE.set(LIMIT, LIMIT).unwrap();
    let url = variable("DESCRIPTORS_URL");
    for left in 0..PLENTY {
        match with_left(left, || make(stack)) {
            Err(error) => assert_says_so(&error),
            Ok(carrier) => {
                assert!(left > 0, "nothing of the system was read");
                let request = http::Request::post(&url).body(Bytes::new()).unwrap();
                let response = carrier().send(request).unwrap();
                assert_eq!(response.body(), "reached", "{left}");
            }
        }
    }
    assert!(with_left(PLENTY, || make(stack)).is_ok());
    if let Stack::Isahc = stack {
        let endpoint = url.parse().unwrap();
        let config = Config::custom(endpoint, ClientCredentials::new("the-id", "s3cret")).unwrap();
        assert_says_so(&with_left(0, || token_source(config)).unwrap_err());
        let options = TransportOptions::new().with_root_certificates(variable("DESCRIPTORS_CA"));
        let with_root = || IsahcTransport::with_options(&options).map(drop);
        assert_says_so(&with_left(0, with_root).unwrap_err());
    }
}

/// Runs the transports in a process whose system trusts the server.
fn few_left(stack: Stack) {
    let authority = Authority::new();
    let server = Server::https(&authority, |_| Reply::text(200, "reached"));
    let folder = std::env::temp_dir();
    let file = folder.join(format!(
        "descriptors-{}-{}.pem",
        stack.name(),
        std::process::id()
    ));
    std::fs::write(&file, authority.pem()).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "transports_of_the_other_process", "--ignored"])
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR")
        .env("NO_PROXY", "*")
        .env("DESCRIPTORS_STACK", stack.name())
        .env("DESCRIPTORS_URL", server.url("/token"))
        .env("DESCRIPTORS_CA", authority.pem())
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let is_fine = output.status.success() && said.contains("1 passed");
    assert!(is_fine, "{said}{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    assert!(server.request_count() > 0);
}

on_each_stack! {
    makes_a_whole_transport_or_says_that_descriptors_are_missing: few_left;
}

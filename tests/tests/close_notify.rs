//! Servers that send a whole response and close TCP without TLS close_notify, as some large
//! front ends do, 200 times for each client. `cxone-auth-blocking/tests` has those with native-tls.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
}

use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_tests::contract::without_close_notify;

use shared::stack::Stack;

fn get_every_response(stack: Stack) {
    let results = without_close_notify(&stack);
    assert_eq!(results.len(), 200);
    for result in results {
        assert!(result.unwrap());
    }
}

#[test]
fn reqwest_gets_every_response() {
    get_every_response(Stack::Reqwest);
}

#[test]
fn hyper_gets_every_response() {
    get_every_response(Stack::Hyper);
}

#[test]
fn ureq_gets_every_response() {
    get_every_response(Stack::Ureq);
}

/// curl's rustls back end loses some of them.
#[test]
fn isahc_gets_the_response_or_says_that_it_may_have_lost_one() {
    for result in without_close_notify(&Stack::Isahc) {
        match result {
            Ok(is_whole) => assert!(is_whole),
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::UncleanClose),
        }
    }
}

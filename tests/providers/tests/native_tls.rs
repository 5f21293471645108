//! The transports with the operating system's TLS: the whole contract, and servers that close TCP
//! without TLS close_notify. curl loses no response with it. `cargo xtask providers` runs the latter:
//! the contract takes minutes, and a handshake of a debug build may be slower than its time limits.

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::{Candidate, Carrier, without_close_notify};

#[derive(Debug, Clone, Copy)]
enum Stack {
    Reqwest,
    Isahc,
    Ureq,
}

impl Candidate for Stack {
    fn name(&self) -> &str {
        match self {
            Self::Reqwest => "reqwest",
            Self::Isahc => "isahc",
            Self::Ureq => "ureq",
        }
    }

    fn may_miss_alerts(&self) -> bool {
        true
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        Ok(match self {
            Self::Reqwest => Carrier::on_runtime(ReqwestTransport::with_options(options)?),
            Self::Isahc => Carrier::blocking(IsahcTransport::with_options(options)?),
            Self::Ureq => Carrier::blocking(UreqTransport::with_options(options)?),
        })
    }
}

#[test]
fn every_response_arrives_from_servers_without_close_notify() {
    for stack in [Stack::Reqwest, Stack::Isahc, Stack::Ureq] {
        let results = without_close_notify(&stack);
        assert_eq!(results.len(), 200);
        for result in results {
            assert!(result.unwrap(), "{stack:?}");
        }
    }
}

mod reqwest {
    cxone_auth_tests::transport_contract!(crate::Stack::Reqwest);
}

mod isahc {
    cxone_auth_tests::transport_contract!(crate::Stack::Isahc);
}

mod ureq {
    cxone_auth_tests::transport_contract!(crate::Stack::Ureq);
}

//! The transports of the workspace.

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::contract::{Candidate, Carrier};

/// An HTTP client that the workspace has a transport for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stack {
    Reqwest,
    Hyper,
    Isahc,
    Ureq,
}

impl Candidate for Stack {
    fn name(&self) -> &str {
        match self {
            Self::Reqwest => "reqwest",
            Self::Hyper => "hyper",
            Self::Isahc => "isahc",
            Self::Ureq => "ureq",
        }
    }

    fn needs_close_notify(&self) -> bool {
        // Cargo builds the workspace's isahc with rustls.
        matches!(self, Self::Isahc)
    }

    fn may_miss_alerts(&self) -> bool {
        // isahc passes no text of curl's on, and ureq writes a body without reading first.
        matches!(self, Self::Isahc | Self::Ureq)
    }

    fn takes_keys_as_bytes(&self) -> bool {
        // curl's rustls reads files only.
        !matches!(self, Self::Isahc)
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        Ok(match self {
            Self::Reqwest => Carrier::on_runtime(ReqwestTransport::with_options(options)?),
            Self::Hyper => Carrier::on_runtime(HyperTransport::with_options(options)?),
            Self::Isahc => Carrier::blocking(IsahcTransport::with_options(options)?),
            Self::Ureq => Carrier::blocking(UreqTransport::with_options(options)?),
        })
    }
}

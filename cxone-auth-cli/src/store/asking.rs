//! What stands in the place of a transport while only a stored token is looked for.
//!
//! The token endpoint is that of an earlier time. A secret is never sent there. If a request were
//! due, the issuer is asked instead, which is what has to come first.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::discovery::ServerMetadata;
use cxone_auth_core::http::{Request, Response};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport, TransportOptions};

use crate::console::Console;
use crate::failure::Failure;
use crate::target::{Inquiry, Target};

/// Asks the issuer in the place of the token endpoint.
pub(super) struct Asking {
    inquiry: Inquiry,
    timeout: Duration,
    console: Console,
    answer: Mutex<Option<Result<ServerMetadata, Failure>>>,
}

impl Asking {
    pub(super) fn new(inquiry: Inquiry, target: &Target, console: Console) -> Self {
        Self {
            inquiry,
            timeout: TransportOptions::applicable_timeout(target.transport.timeout()),
            console,
            answer: Mutex::default(),
        }
    }

    /// Returns what the issuer has said, if it was asked.
    pub(super) fn answer(&self) -> Option<Result<ServerMetadata, Failure>> {
        self.answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl BlockingTransport for Asking {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.inquiry.make(self.console);
        let may_pass = answer.as_ref().err().is_some_and(Failure::may_pass);
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Err(TransportError::new(if may_pass {
            TransportErrorKind::Interrupted
        } else {
            TransportErrorKind::Configuration
        }))
    }

    fn timeout(&self) -> Duration {
        // Two requests, each with its own limit.
        self.timeout.saturating_mul(2)
    }
}

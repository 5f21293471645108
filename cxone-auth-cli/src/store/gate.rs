//! What carries the requests of one call of the program, and hears what comes of them.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Request, Response, Uri};
use cxone_auth_core::source::Event;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTransport, Error, TransportOptions};

use crate::console::Console;
use crate::located::Location;
use crate::target::Target;
use crate::wire::Wire;

/// Carries the requests of one call. The connection is made ready for the first of them: most calls
/// make none.
pub(super) struct Gate {
    endpoint: Uri,
    /// The token endpoint as far as it may be shown.
    shown: String,
    /// What a call waits for.
    host: String,
    /// Whether the endpoint may be shown.
    is_shown: bool,
    options: TransportOptions,
    console: Console,
    wire: OnceLock<Wire>,
    /// The latest error, unless a token came from the server after it.
    error: Mutex<Option<Error>>,
}

impl Gate {
    pub(super) fn new(target: &Target, console: Console) -> Self {
        Self {
            endpoint: target.config.endpoint().uri().clone(),
            shown: target.endpoint.text().to_owned(),
            host: target.host().to_owned(),
            is_shown: target.endpoint.shown().is_some(),
            options: target.transport.clone(),
            console,
            wire: OnceLock::new(),
            error: Mutex::default(),
        }
    }

    /// Takes note of what happens in the source.
    pub(super) fn hear(&self, event: &Event) {
        match event {
            Event::Failed { error, .. } => *self.error_slot() = Some(error.clone()),
            Event::Fetched { .. } | Event::Renewed { .. } => *self.error_slot() = None,
            _ => {}
        }
    }

    /// Returns why there was no token from the server, if there was none.
    pub(super) fn error(&self) -> Option<Error> {
        self.error_slot().take()
    }

    fn error_slot(&self) -> MutexGuard<'_, Option<Error>> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wire(&self) -> Result<&Wire, TransportError> {
        if let Some(wire) = self.wire.get() {
            return Ok(wire);
        }
        let wire = Wire::to(&self.endpoint, &self.options)?;
        Ok(self.wire.get_or_init(|| wire))
    }
}

impl BlockingTransport for Gate {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let wire = self.wire()?;
        self.console.note(&format!("asking {}", self.shown));
        let location = Location::of(request.uri(), self.options.proxy());
        let sent = self
            .console
            .waiting_at_most(self.timeout(), &self.host, || wire.send(request));
        sent.map_err(|failure| {
            if self.is_shown {
                location.name_in(failure)
            } else {
                failure
            }
        })
    }

    fn timeout(&self) -> Duration {
        TransportOptions::applicable_timeout(self.options.timeout())
    }
}

//! A client that belongs to the process that made it.

use std::mem;
use std::ops::Deref;

use cxone_auth_core::Error;
use cxone_auth_core::transport::TransportError;

use crate::process::Process;

/// A client that is dropped only in the process that made it. In a child, the drop of a client with
/// a thread would wait for a thread that is not there.
#[derive(Clone)]
pub(crate) struct OfProcess<T> {
    client: Option<T>,
    process: Process,
}

impl<T> OfProcess<T> {
    pub(crate) fn new(client: T) -> Self {
        Self {
            client: Some(client),
            process: Process::this(),
        }
    }

    /// Checks that this process made the client.
    pub(crate) fn check(&self) -> Result<(), TransportError> {
        self.process.check()
    }

    /// Does the same for a call to an API.
    pub(crate) fn check_call(&self) -> Result<(), Error> {
        self.process.check_call()
    }
}

impl<T> Deref for OfProcess<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.client
            .as_ref()
            .expect("the client is taken by the drop only")
    }
}

impl<T> Drop for OfProcess<T> {
    fn drop(&mut self) {
        if self.check().is_err() {
            mem::forget(self.client.take());
        }
    }
}

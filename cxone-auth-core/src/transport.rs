//! The transport: traits, settings and errors.
//!
//! | to | see |
//! |---|---|
//! | bring an HTTP client of your own | [`Transport`], [`BlockingTransport`] |
//! | read a body up to the limit | [`ResponseBody`], [`MAX_RESPONSE_BODY`] |
//! | say why no response came | [`TransportError`], [`TransportErrorKind`] |
//! | set timeouts, proxies and certificates | [`TransportOptions`], [`ProxyChoice`], [`ProxyUrl`], [`ClientCertificate`] |
//! | read the proxy variables like the other transports | [`EnvironmentProxy`], [`NamedProxy`] |

mod client_certificate;
mod environment;
mod options;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use zeroize::Zeroizing;

pub use crate::error::{TransportError, TransportErrorKind};
pub use client_certificate::{ClientCertificate, ClientIdentity, PemFile};
pub use environment::{EnvironmentProxy, NamedProxy};
pub use options::{ProxyChoice, ProxyUrl, TransportOptions};

/// The largest response that a transport reads, in bytes: 256 KiB.
///
/// Token responses of the known servers stay below 16 KiB, discovery documents below 64 KiB.
pub const MAX_RESPONSE_BODY: usize = 256 * 1024;

/// An exchange that a transport's runtime carries: see [`Transport::spawn`].
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The outcome of a transport's request.
pub(crate) type TransportResult = Result<http::Response<Bytes>, TransportError>;

/// Carries one request to a server and brings its response back, asynchronously.
///
/// A transport makes no decisions. It keeps this contract. `cxone-auth-tests` checks it for every
/// transport of the workspace and can check it for yours:
///
/// - It sends the request unchanged: method, URI, header fields and body. It may add what the HTTP
///   version needs (`host`, `content-length`), but no credential, no cookie and no
///   `accept-encoding`.
/// - It returns every response as `Ok`, also with an error status. It never follows a redirect: a
///   307 would repeat the client's secret to another host.
/// - It reads the whole body, up to [`MAX_RESPONSE_BODY`]. A longer body is
///   [`TransportErrorKind::BodyTooLarge`], noticed *while* reading.
/// - It ends a request within the total timeout, from resolving the name to the last byte of the
///   body; otherwise [`TransportErrorKind::Timeout`]. A timeout of zero ends the request at once.
///   It never means that there is no timeout.
/// - It does not use a proxy that only the environment names for a request to a loopback host, or
///   for any request by plain http ([`ProxyChoice::bypasses`]). Over plain http, the request
///   carries secrets in clear text.
/// - It sends a request once. It does not decide about another try.
/// - It does not panic. If it panics, the panic reaches the caller or task that polled it. All other
///   waiters share one error, and a cool-down as after an outage follows.
/// - The future of [`send`](Self::send) may be polled by one caller, and then by another. If it is
///   bound to a runtime, as tokio's timers and sockets are, implement [`spawn`](Self::spawn).
/// - It logs no content of a request or response. [`ResponseBody`] enforces the limit and leaves
///   nothing in memory.
///
/// Implement it with the attribute of the `async-trait` crate. A transport can wrap another one:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use std::time::Duration;
///
/// use async_trait::async_trait;
/// use cxone_auth_core::bytes::Bytes;
/// use cxone_auth_core::transport::{Task, TransportError};
/// use cxone_auth_core::{Transport, http};
///
/// /// Counts the requests that are sent.
/// struct Counted<T> {
///     inner: T,
///     requests: AtomicU64,
/// }
///
/// #[async_trait]
/// impl<T: Transport> Transport for Counted<T> {
///     async fn send(
///         &self,
///         request: http::Request<Bytes>,
///     ) -> Result<http::Response<Bytes>, TransportError> {
///         self.requests.fetch_add(1, Relaxed);
///         self.inner.send(request).await
///     }
///
///     async fn sleep(&self, span: Duration) {
///         self.inner.sleep(span).await;
///     }
///
///     fn timeout(&self) -> Duration {
///         self.inner.timeout()
///     }
///
///     fn spawn(&self, task: Task) -> Result<(), Task> {
///         self.inner.spawn(task)
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and reads the response.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if no complete response arrived. Its kind says where the request ended.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;

    /// Waits for `span`, with the timer of the transport's runtime.
    async fn sleep(&self, span: Duration);

    /// Returns the longest time that [`send`](Self::send) takes. A source gives up a request that
    /// takes longer. That counts as a timeout. Nobody therefore waits for a request that nobody
    /// polls. [`Duration::MAX`] means that there is no timeout. Default:
    /// [`TransportOptions::DEFAULT_TIMEOUT`].
    fn timeout(&self) -> Duration {
        TransportOptions::DEFAULT_TIMEOUT
    }

    /// Runs `task` in the runtime that the transport runs in, or gives it back. A source hands over
    /// its requests in this way. No caller then waits for a renewal, and a request continues after
    /// its callers have left. If a task is given back, the callers carry its request. If a task is
    /// dropped after its first poll, for example when the runtime ends, its request is given up,
    /// and a caller who waits sends another one. Default: gives the task back.
    ///
    /// # Errors
    ///
    /// The task itself, if there is no runtime to run it.
    fn spawn(&self, task: Task) -> Result<(), Task> {
        Err(task)
    }
}

/// Carries one request to a server and brings its response back, blocking the calling thread.
///
/// The contract is that of [`Transport`].
pub trait BlockingTransport: Send + Sync {
    /// Sends `request` and reads the response.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if no complete response arrived. Its kind says where the request ended.
    fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;

    /// Sends `request` like [`send`](Self::send), but ends it with [`TransportErrorKind::Timeout`]
    /// after `limit`, if that is before the transport's own timeout. A source sets a limit if the
    /// caller has a deadline, or a token that is about to end. Default: ignores the limit, so that
    /// such a caller waits longer. The contract of `cxone-auth-tests` checks that it is kept.
    ///
    /// # Errors
    ///
    /// The errors of [`send`](Self::send).
    fn send_within(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let _ = limit;
        self.send(request)
    }

    /// Returns the longest time that [`send`](Self::send) takes. See [`Transport::timeout`].
    fn timeout(&self) -> Duration {
        TransportOptions::DEFAULT_TIMEOUT
    }

    /// Waits for `span`. By default the thread sleeps.
    #[expect(
        clippy::disallowed_methods,
        reason = "a transport is the driver's own, and this is what nearly every driver does"
    )]
    fn sleep(&self, span: Duration) {
        std::thread::sleep(span);
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        (**self).send(request).await
    }

    async fn sleep(&self, span: Duration) {
        (**self).sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        (**self).timeout()
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        (**self).spawn(task)
    }
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        (**self).send(request)
    }

    fn send_within(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        (**self).send_within(request, limit)
    }

    fn timeout(&self) -> Duration {
        (**self).timeout()
    }

    fn sleep(&self, span: Duration) {
        (**self).sleep(span);
    }
}

/// The body of a response while a transport reads it. It is never longer than
/// [`MAX_RESPONSE_BODY`]. Its memory is overwritten, since it may hold a token.
///
/// ```
/// use cxone_auth_core::transport::ResponseBody;
///
/// # fn read() -> Result<(), cxone_auth_core::transport::TransportErrorKind> {
/// let announced = Some(11); // the `content-length`, where there is one
/// let mut body = ResponseBody::new(announced)?;
/// for chunk in [&b"{\"a\":"[..], b"\"b\"}"] {
///     body.extend(chunk)?;
/// }
/// assert_eq!(&body.into_bytes()[..], b"{\"a\":\"b\"}");
/// # Ok(())
/// # }
/// # read().unwrap();
/// ```
pub struct ResponseBody(Zeroizing<Vec<u8>>);

/// The buffer for a body of unknown length. Most token responses fit.
const USUAL: usize = 4 * 1024;

impl ResponseBody {
    /// Returns an empty body. `announced` is the length that the head of the response states.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::BodyTooLarge`] if the announced length is above the limit.
    pub fn new(announced: Option<u64>) -> Result<Self, TransportErrorKind> {
        let length = announced.map_or(Ok(USUAL), usize::try_from);
        match length {
            Ok(length) if length <= MAX_RESPONSE_BODY => {
                Ok(Self(Zeroizing::new(Vec::with_capacity(length))))
            }
            _ => Err(TransportErrorKind::BodyTooLarge),
        }
    }

    /// Appends the next chunk.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::BodyTooLarge`] if the body is now longer than the limit.
    pub fn extend(&mut self, chunk: &[u8]) -> Result<(), TransportErrorKind> {
        let length = self.0.len() + chunk.len();
        if length > MAX_RESPONSE_BODY {
            return Err(TransportErrorKind::BodyTooLarge);
        }
        if length > self.0.capacity() {
            self.move_to(length.max(2 * self.0.capacity()));
        }
        self.0.extend_from_slice(chunk);
        Ok(())
    }

    /// Returns the whole body. Its memory is overwritten when the last holder is dropped.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self.0)
    }

    /// Moves the body to a larger buffer. A buffer that grows by itself leaves a copy behind.
    fn move_to(&mut self, capacity: usize) {
        let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
        larger.extend_from_slice(&self.0);
        self.0 = larger;
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody")
            .field("length", &self.0.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_up_to_the_limit_and_no_further() {
        for announced in [None, Some(0), Some(10), Some(MAX_RESPONSE_BODY as u64)] {
            let mut body = ResponseBody::new(announced).unwrap();
            body.extend(&[1; 5_000]).unwrap();
            body.extend(&vec![2; MAX_RESPONSE_BODY - 5_000]).unwrap();
            assert_eq!(body.extend(&[3]), Err(TransportErrorKind::BodyTooLarge));
            let bytes = body.into_bytes();
            assert_eq!(bytes.len(), MAX_RESPONSE_BODY);
            assert_eq!((bytes[4_999], bytes[5_000]), (1, 2));
        }
    }

    #[test]
    fn a_body_that_is_announced_too_long_is_not_begun() {
        for announced in [MAX_RESPONSE_BODY as u64 + 1, u64::MAX] {
            let error = ResponseBody::new(Some(announced)).unwrap_err();
            assert_eq!(error, TransportErrorKind::BodyTooLarge);
        }
    }
}

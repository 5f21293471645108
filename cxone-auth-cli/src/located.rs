//! Says where a request ended, for an error that names only the kind of its end.

use std::env;
use std::time::{Duration, Instant};

use cxone_auth_core::http::Uri;
use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};

use crate::route::{Origin, Route};

/// The server of a request, and the way to it.
pub(crate) struct Location {
    server: String,
    /// The proxy, without its user and password.
    proxy: Option<String>,
    began: Instant,
}

impl Location {
    /// Returns the location of a request to `uri` that begins now.
    pub(crate) fn of(uri: &Uri, choice: &ProxyChoice) -> Self {
        let usual = if uri.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = uri.port_u16().unwrap_or(usual);
        let proxy = match Route::to(uri, choice, |name| env::var(name).ok()) {
            Route::Direct => None,
            Route::Proxy { url, origin } => Some(match origin {
                Origin::Option => url.to_string(),
                Origin::Variable(name) => format!("{url} of {name}"),
            }),
            Route::Unusual { origin } => Some(format!("of {origin}")),
        };
        Self {
            server: format!("{}:{port}", uri.host().unwrap_or_default()),
            proxy,
            began: Instant::now(),
        }
    }

    /// Returns the failure with its location, unless the transport itself knows more.
    pub(crate) fn name_in(&self, failure: TransportError) -> TransportError {
        use TransportErrorKind as Kind;
        let is_of_the_request = !matches!(failure.kind(), Kind::Configuration | Kind::BodyTooLarge);
        if !is_of_the_request || failure.problem().is_some() {
            return failure;
        }
        let server = &self.server;
        let place = match &self.proxy {
            Some(proxy) => format!("{server} through the proxy {proxy}"),
            None => server.clone(),
        };
        let problem = match failure.kind() {
            Kind::Timeout => format!("{place}, after {}", rounded(self.began.elapsed())),
            _ => place,
        };
        failure.with_problem(problem)
    }
}

fn rounded(span: Duration) -> String {
    if span < Duration::from_secs(1) {
        format!("{} ms", span.as_millis())
    } else {
        format!("{:.0} s", span.as_secs_f32())
    }
}

#[cfg(unix)]
mod transport {
    use std::time::Duration;

    use async_trait::async_trait;
    use cxone_auth_core::Transport;
    use cxone_auth_core::bytes::Bytes;
    use cxone_auth_core::http::{Request, Response};
    use cxone_auth_core::transport::{ProxyChoice, Task, TransportError};

    use super::Location;

    /// Carries requests, and names the location of one that fails.
    pub(crate) struct Located<T> {
        pub(crate) transport: T,
        pub(crate) proxy: ProxyChoice,
        /// Whether the address may be shown: a secret may stand in it by mistake.
        pub(crate) is_shown: bool,
    }

    #[async_trait]
    impl<T: Transport> Transport for Located<T> {
        async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
            let location = self
                .is_shown
                .then(|| Location::of(request.uri(), &self.proxy));
            let sent = self.transport.send(request).await;
            sent.map_err(|failure| match location {
                Some(location) => location.name_in(failure),
                None => failure,
            })
        }

        async fn sleep(&self, span: Duration) {
            self.transport.sleep(span).await;
        }

        fn timeout(&self) -> Duration {
            self.transport.timeout()
        }

        fn spawn(&self, task: Task) -> Result<(), Task> {
            self.transport.spawn(task)
        }
    }
}

#[cfg(unix)]
pub(crate) use transport::Located;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_is_named_without_its_login() {
        let choice = ProxyChoice::Url("http://me:hunter2@proxy.example.com:3128".parse().unwrap());
        let location = Location::of(&"https://login.example.com/t".parse().unwrap(), &choice);
        let failure = location.name_in(TransportError::new(TransportErrorKind::Proxy));
        let text = failure.to_string();
        assert!(
            text.contains(
                ": login.example.com:443 through the proxy http://proxy.example.com:3128"
            )
        );
        assert!(!text.contains("hunter2") && !text.contains("me:"), "{text}");
    }

    #[test]
    fn what_the_transport_knows_stays() {
        let location = Location::of(&"http://127.0.0.1/t".parse().unwrap(), &ProxyChoice::Direct);
        let known = TransportError::new(TransportErrorKind::Connect).with_problem("a problem");
        assert_eq!(location.name_in(known).problem(), Some("a problem"));
        let unknown = TransportError::new(TransportErrorKind::Connect);
        assert_eq!(location.name_in(unknown).problem(), Some("127.0.0.1:80"));
        let setting = TransportError::new(TransportErrorKind::Configuration);
        assert_eq!(location.name_in(setting).problem(), None);
    }
}

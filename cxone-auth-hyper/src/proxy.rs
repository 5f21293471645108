//! Which way a connection takes: straight to the host, or through a proxy.

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use cxone_auth_core::{ProxyChoice, TransportError, TransportErrorKind};

use crate::tls::{HttpsConnector, MaybeHttpsStream, Tls};

/// Connects to a host, with no TLS to it yet.
///
/// A proxy is asked to `CONNECT`, for http as for https, and is itself reached by TLS when its
/// address says https.
#[derive(Clone)]
pub(crate) struct Route {
    direct: HttpConnector,
    to_proxy: HttpsConnector<HttpConnector>,
    proxies: Proxies,
}

#[derive(Clone)]
enum Proxies {
    Environment(Arc<Matcher>),
    Direct,
    Fixed {
        uri: Uri,
        authorization: Option<HeaderValue>,
    },
}

pub(crate) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

impl Route {
    pub(crate) fn new(choice: &ProxyChoice, tls: &Tls) -> Result<Self, TransportError> {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        Ok(Self {
            to_proxy: tls.over(direct.clone()),
            direct,
            proxies: Proxies::new(choice)?,
        })
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Neither connector below has anything to get ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let Some((proxy, authorization)) = self.proxies.to(&uri) else {
            let connecting = self.direct.call(uri);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        };
        let mut tunnel = Tunnel::new(proxy, self.to_proxy.clone());
        if let Some(authorization) = authorization {
            tunnel = tunnel.with_auth(authorization);
        }
        Box::pin(async move { Ok(tunnel.call(with_port(uri)?).await?) })
    }
}

impl Proxies {
    fn new(choice: &ProxyChoice) -> Result<Self, TransportError> {
        match choice {
            ProxyChoice::Environment => Ok(Self::Environment(Arc::new(Matcher::from_env()))),
            ProxyChoice::Direct => Ok(Self::Direct),
            ProxyChoice::Url(url) => Ok(Self::Fixed {
                uri: url.uri().clone(),
                authorization: url.authorization(),
            }),
            _ => Err(TransportError::new(TransportErrorKind::Configuration)),
        }
    }

    /// The proxy on the way to `uri`, and what it is to be told about the user.
    fn to(&self, uri: &Uri) -> Option<(Uri, Option<HeaderValue>)> {
        match self {
            Self::Environment(_) if ProxyChoice::Environment.bypasses(uri) => None,
            Self::Environment(matcher) => {
                let proxy = matcher.intercept(uri)?;
                Some((proxy.uri().clone(), proxy.basic_auth().cloned()))
            }
            Self::Direct => None,
            Self::Fixed { uri, authorization } => Some((uri.clone(), authorization.clone())),
        }
    }
}

/// The tunnel takes a URI without a port for an https one.
fn with_port(uri: Uri) -> Result<Uri, http::Error> {
    match (uri.host(), uri.port(), uri.scheme_str()) {
        (Some(host), None, Some("http")) => Uri::builder()
            .scheme("http")
            .authority(format!("{host}:80"))
            .path_and_query("/")
            .build(),
        _ => Ok(uri),
    }
}

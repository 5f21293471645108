//! The route of a connection: direct, or through a proxy.

mod environment;
mod socks;

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use cxone_auth_core::transport::{ProxyChoice, TransportError, TransportErrorKind};

use crate::tls::{HttpsConnector, MaybeHttpsStream, Tls};
use environment::Environment;

pub(crate) use environment::Unusable;
pub(crate) use socks::NotFound;

/// Connects to a host, without TLS.
///
/// A proxy gets a `CONNECT`, for http as for https. It is reached over TLS if its address says
/// https. The proxy of the environment may also be a SOCKS proxy.
#[derive(Clone)]
pub(crate) struct Route {
    direct: HttpConnector,
    to_proxy: HttpsConnector<HttpConnector>,
    proxies: Proxies,
}

#[derive(Clone)]
enum Proxies {
    Environment(Arc<Environment>),
    Direct,
    Fixed {
        uri: Uri,
        authorization: Option<HeaderValue>,
    },
}

/// How to reach a host.
enum Way {
    Direct,
    Tunnel {
        proxy: Uri,
        authorization: Option<HeaderValue>,
    },
    Socks(Intercept),
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
        // Both connectors below are always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let mut direct = self.direct.clone();
        let to_proxy = self.to_proxy.clone();
        let way = self.proxies.way(&uri);
        Box::pin(async move {
            match way? {
                Way::Direct => Ok(MaybeHttpsStream::Http(direct.call(uri).await?)),
                Way::Socks(proxy) => {
                    let connecting = socks::connect(proxy, direct, with_port(uri)?);
                    Ok(MaybeHttpsStream::Http(connecting.await?))
                }
                Way::Tunnel {
                    proxy,
                    authorization,
                } => {
                    let mut tunnel = Tunnel::new(proxy, to_proxy);
                    if let Some(authorization) = authorization {
                        tunnel = tunnel.with_auth(authorization);
                    }
                    Ok(tunnel.call(with_port(uri)?).await?)
                }
            }
        })
    }
}

impl Proxies {
    fn new(choice: &ProxyChoice) -> Result<Self, TransportError> {
        match choice {
            ProxyChoice::Environment => {
                let environment = Environment::read(|name| std::env::var(name).ok());
                Ok(Self::Environment(Arc::new(environment)))
            }
            ProxyChoice::Direct => Ok(Self::Direct),
            ProxyChoice::Url(url) => Ok(Self::Fixed {
                uri: url.uri().clone(),
                authorization: url.authorization(),
            }),
            _ => Err(TransportError::new(TransportErrorKind::Configuration)),
        }
    }

    /// Returns the route to `uri`.
    fn way(&self, uri: &Uri) -> Result<Way, Unusable> {
        Ok(match self {
            Self::Environment(_) if ProxyChoice::Environment.bypasses(uri) => Way::Direct,
            Self::Environment(environment) => match environment.to(uri)? {
                None => Way::Direct,
                Some(proxy) if socks::is_socks(proxy.uri()) => Way::Socks(proxy),
                Some(proxy) => Way::Tunnel {
                    proxy: proxy.uri().clone(),
                    authorization: proxy.basic_auth().cloned(),
                },
            },
            Self::Direct => Way::Direct,
            Self::Fixed { uri, authorization } => Way::Tunnel {
                proxy: uri.clone(),
                authorization: authorization.clone(),
            },
        })
    }
}

/// Adds the port: the tunnel takes a URI without a port for an https one.
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

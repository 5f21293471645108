//! The transport of docs/how-to/transport.md: on reqwest 0.12.

use std::path::Path;
use std::time::Duration;
use std::{env, error, fs, io};

use async_trait::async_trait;
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::transport::{
    ClientCertificate, EnvironmentProxy, PemFile, ProxyChoice, ResponseBody, Task, TransportError,
    TransportErrorKind,
};
use cxone_auth_core::{Transport, TransportOptions, http};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Proxy, Request, Response, redirect};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

/// Carries token requests with a client of reqwest 0.12.
pub(crate) struct MyTransport {
    client: Client,
    timeout: Duration,
}

#[async_trait]
impl Transport for MyTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let request = Request::try_from(request).map_err(refused)?;
        let exchange = async { read(self.client.execute(request).await.map_err(failed)?).await };
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(TransportError::new(TransportErrorKind::Timeout)),
        }
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }

    // Then no caller waits for a renewal. Without a runtime, callers carry the request.
    fn spawn(&self, task: Task) -> Result<(), Task> {
        match Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(task);
                Ok(())
            }
            Err(_) => Err(task),
        }
    }
}

/// Reads a response up to the limit, and overwrites what it held.
async fn read(mut received: Response) -> Result<http::Response<Bytes>, TransportError> {
    let too_large =
        |response: &Response| TransportError::body_too_large(response.status(), response.headers());
    let announced = received.content_length();
    let mut body = ResponseBody::new(announced).map_err(|_| too_large(&received))?;
    loop {
        match received.chunk().await {
            Ok(Some(chunk)) => body.extend(&chunk).map_err(|_| too_large(&received))?,
            Ok(None) => break,
            Err(error) => return Err(failed(error).within_body(received.headers())),
        }
    }
    let mut response = http::Response::new(body.into_bytes());
    *response.status_mut() = received.status();
    *response.headers_mut() = received.headers().clone();
    Ok(response)
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = TransportErrorKind::of_causes(&error, kind);
    TransportError::new(kind).with_source(error)
}

/// What the client's own errors mean. The core knows those of `std::io`.
fn kind(cause: &(dyn error::Error + 'static)) -> Option<TransportErrorKind> {
    if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
        return match error {
            error if error.is_timeout() => Some(TransportErrorKind::Timeout),
            error if error.is_connect() => Some(TransportErrorKind::Connect),
            _ => None,
        };
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return match error {
            error if error.is_parse() => Some(TransportErrorKind::InvalidResponse),
            error if error.is_incomplete_message() => Some(TransportErrorKind::Interrupted),
            error if error.is_closed() => Some(TransportErrorKind::Interrupted),
            error if error.is_canceled() => Some(TransportErrorKind::Interrupted),
            _ => None,
        };
    }
    if cause.is::<rustls::Error>() {
        return Some(TransportErrorKind::Tls);
    }
    // Their types are private: only the text tells them.
    match &*cause.to_string() {
        "dns error" => Some(TransportErrorKind::Dns),
        text if text.starts_with("tunnel error") => Some(TransportErrorKind::Proxy),
        _ => None,
    }
}

fn refused(source: impl Into<Box<dyn error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration).with_source(source)
}

impl MyTransport {
    pub(crate) fn with_options(options: &TransportOptions) -> Result<Self, TransportError> {
        let connect = TransportOptions::applicable_timeout(options.connect_timeout());
        let builder = Client::builder()
            .connect_timeout(connect)
            // A redirect would repeat the secret to another host.
            .redirect(redirect::Policy::none())
            .referer(false)
            // Other crates may switch decompression on in reqwest.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            // A connection that was idle for an hour is closed.
            .pool_max_idle_per_host(0)
            .http1_only();
        let builder = with_tls(builder, options)?;
        let builder = with_proxy(builder, options.proxy())?;
        Ok(Self {
            client: builder.build().map_err(refused)?,
            timeout: TransportOptions::applicable_timeout(options.timeout()),
        })
    }
}

fn with_tls(
    mut builder: ClientBuilder,
    options: &TransportOptions,
) -> Result<ClientBuilder, TransportError> {
    for pem in options.root_certificates() {
        let certificates = Certificate::from_pem_bundle(pem).map_err(refused)?;
        if certificates.is_empty() {
            return Err(TransportError::no_certificate());
        }
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    match options.client_certificate() {
        Some(certificate) => Ok(builder.identity(identity(certificate)?)),
        None => Ok(builder),
    }
}

/// The core checks the pair, and names the file that is wrong.
fn identity(certificate: &ClientCertificate) -> Result<Identity, TransportError> {
    let pair = certificate.load(read_file)?;
    let pem = Zeroizing::new([pair.expose_key(), b"\n", pair.certificates()].concat());
    Identity::from_pem(&pem).map_err(|error| pair.unusable_key(error))
}

fn read_file(path: &Path) -> io::Result<PemFile> {
    let is_open = is_open_to_others(&fs::metadata(path)?);
    Ok(PemFile::new(fs::read(path)?).open_to_others(is_open))
}

#[cfg(unix)]
fn is_open_to_others(file: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(file) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

fn with_proxy(
    builder: ClientBuilder,
    choice: &ProxyChoice,
) -> Result<ClientBuilder, TransportError> {
    // The default of reqwest sends requests for loopback hosts to the proxy, too.
    let builder = builder.no_proxy();
    match choice {
        ProxyChoice::Direct => Ok(builder),
        ProxyChoice::Environment => {
            let environment = EnvironmentProxy::read(|name| env::var(name).ok());
            let named = environment.named().filter(|named| named.scheme() != "http");
            match named {
                Some(named) => Err(named.unsupported()),
                None => Ok(builder.proxy(of_environment(environment))),
            }
        }
        ProxyChoice::Url(url) => {
            let proxy = Proxy::all(url.uri().to_string()).map_err(refused)?;
            Ok(builder.proxy(match url.authorization() {
                Some(login) => proxy.custom_http_auth(login),
                None => proxy,
            }))
        }
        _ => Err(TransportError::new(TransportErrorKind::Configuration)),
    }
}

fn of_environment(environment: EnvironmentProxy) -> Proxy {
    Proxy::custom(move |url| {
        let uri = url.as_str().parse().ok()?;
        let named = environment.to(&uri)?;
        Some(named.expose_secret().to_owned())
    })
}

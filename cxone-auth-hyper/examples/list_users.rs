//! Lists the users of a Genesys Cloud organization, all pages at the same time. The variables
//! `CXONE_AUTH_…` configure it; see `Config::from_variables`.
//!
//! `cargo xtask sandbox` prints them for servers on this machine.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_hyper::{
    BearerLayer, BearerService, Config, HyperTransport, TokenSource, TransportOptions,
};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::Value;
use tokio::task::JoinSet;
use tower::{Layer as _, ServiceExt as _};

type Failure = Box<dyn Error + Send + Sync>;
type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;
type Api = BearerService<HttpClient>;

const PAGE_SIZE: usize = 10;
const MAX_WAIT: Duration = Duration::from_secs(120);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What failed, why, and the fix.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let config = Config::from_variables(variable)?;
    let authority = variable("CXONE_AUTH_CA_FILE").map(std::fs::read);
    let authority = authority.transpose()?;
    let mut options = TransportOptions::new();
    if let Some(pem) = &authority {
        options = options.with_root_certificates(pem.clone());
    }

    let source = TokenSource::new(config, HyperTransport::with_options(&options)?);
    let client = client(authority.as_deref())?;
    let origin = source.api_base().await?.origin().clone();
    let layer = BearerLayer::new(source)
        .for_origin(origin)
        .with_max_wait(MAX_WAIT);
    let api: Api = layer.layer(client);

    let first = page(api.clone(), 1).await?;
    let count = first["pageCount"].as_u64().unwrap_or(1);
    let mut others = JoinSet::new();
    for number in 2..=count {
        others.spawn(page(api.clone(), number));
    }
    let mut pages = vec![first];
    while let Some(page) = others.join_next().await {
        pages.push(page??);
    }

    let users = || pages.iter().filter_map(|page| page["entities"].as_array());
    for user in users().flatten() {
        println!("{}  {}", user["id"], user["name"]);
    }
    println!("{} users on {count} pages", users().flatten().count());
    Ok(())
}

/// Returns one page of users. The path is completed with the origin of the API.
async fn page(api: Api, number: u64) -> Result<Value, Failure> {
    let path = format!("/api/v2/users?pageSize={PAGE_SIZE}&pageNumber={number}");
    let request = http::Request::get(path).body(Full::default())?;
    let response = api.oneshot(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status.is_success() {
        Ok(serde_json::from_slice(&body)?)
    } else {
        let body = String::from_utf8_lossy(&body);
        Err(format!("page {number}: {status}: {body}").into())
    }
}

/// Returns an ordinary client with pooled connections. It knows nothing about tokens.
fn client(authority: Option<&[u8]>) -> Result<HttpClient, Failure> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(authority.unwrap_or_default()) {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    let connector = HttpsConnector::from((http, Arc::new(tls)));
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

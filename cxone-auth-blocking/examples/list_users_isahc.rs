//! Lists the users of a Genesys Cloud organization with isahc. The first page says how many pages
//! there are. The others are then requested by one thread each.
//!
//! The variables `CXONE_AUTH_…` configure it; see `Config::from_variables`. `cargo xtask sandbox`
//! prints them for servers on this machine.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::error::Error;
use std::io::Read as _;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use cxone_auth_blocking::{
    AuthorizedClient, BlockingTokenSource, Config, IsahcTransport, TransportOptions,
};
use isahc::HttpClient;
use isahc::config::Configurable as _;
use isahc::tls::{TlsConfig, TrustStore};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PAGE_SIZE: usize = 10;
const MAX_WAIT: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What failed, why, and the fix.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let api = api()?;
    let first = page(&api, 1)?;
    let count = first["pageCount"].as_u64().unwrap_or(1);
    let others: Outcome<Vec<Value>> = thread::scope(|threads| {
        let asked: Vec<_> = (2..=count)
            .map(|number| {
                threads.spawn({
                    let api = &api;
                    move || page(api, number)
                })
            })
            .collect();
        let responded = asked
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked")?);
        responded.collect()
    });
    for page in std::iter::once(first).chain(others?) {
        println!("page {} of {count}", page["pageNumber"]);
        for user in page["entities"].as_array().into_iter().flatten() {
            println!("  {:<12} {}", text(user, "name"), text(user, "email"));
        }
    }
    Ok(())
}

/// One source of tokens, and one client for all calls.
fn api() -> Outcome<AuthorizedClient> {
    let variable = |name: &str| std::env::var(name).ok();
    let config = Config::from_variables(variable)?;
    let authority = variable("CXONE_AUTH_CA_FILE")
        .map(std::fs::read)
        .transpose()?;
    let mut options = TransportOptions::new();
    let mut client = HttpClient::builder();
    if let Some(pem) = authority {
        let trusted = TrustStore::builder()
            .certificate_from_pem(pem.clone())
            .build();
        client = client.tls_config(TlsConfig::builder().trust_store(trusted).build());
        options = options.with_root_certificates(pem);
    }
    let source = BlockingTokenSource::new(config, IsahcTransport::with_options(&options)?);
    Ok(AuthorizedClient::new(client.build()?, source).with_max_wait(MAX_WAIT))
}

fn page(api: &AuthorizedClient, number: u64) -> Outcome<Value> {
    let path = format!("/api/v2/users?pageSize={PAGE_SIZE}&pageNumber={number}");
    let mut response = api.get(&path)?;
    let mut body = String::new();
    response.body_mut().read_to_string(&mut body)?;
    let status = response.status();
    if status.is_success() {
        Ok(serde_json::from_str(&body)?)
    } else {
        Err(format!("page {number}: {status}: {body}").into())
    }
}

fn text<'v>(user: &'v Value, member: &str) -> &'v str {
    user[member].as_str().unwrap_or_default()
}

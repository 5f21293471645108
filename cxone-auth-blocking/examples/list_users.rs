//! Lists the users of a Genesys Cloud organization. The first page says how many pages there are.
//! The others are then requested by one thread each.
//!
//! The variables `CXONE_AUTH_…` configure it; see `Config::from_variables`. `cargo xtask sandbox`
//! prints them for servers on this machine.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use cxone_auth_blocking::{
    AuthorizedAgent, BlockingTokenSource, Config, TransportOptions, UreqTransport,
};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

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
fn api() -> Outcome<AuthorizedAgent> {
    let variable = |name: &str| std::env::var(name).ok();
    let config = Config::from_variables(variable)?;
    let authority = variable("CXONE_AUTH_CA_FILE")
        .map(std::fs::read)
        .transpose()?;
    let mut options = TransportOptions::new();
    let mut agent = Agent::config_builder();
    if let Some(pem) = authority {
        let trusted: Vec<_> = parse_pem(&pem).filter_map(certificate).collect();
        let tls = TlsConfig::builder().root_certs(RootCerts::from(trusted));
        agent = agent.tls_config(tls.build());
        options = options.with_root_certificates(pem);
    }
    let source = BlockingTokenSource::new(config, UreqTransport::with_options(&options)?);
    Ok(AuthorizedAgent::from_config(agent, source).with_max_wait(MAX_WAIT))
}

fn certificate(item: Result<PemItem<'static>, ureq::Error>) -> Option<Certificate<'static>> {
    match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    }
}

fn page(api: &AuthorizedAgent, number: u64) -> Outcome<Value> {
    let path = format!("/api/v2/users?pageSize={PAGE_SIZE}&pageNumber={number}");
    let mut response = api.get(&path)?;
    let (status, body) = (response.status(), response.body_mut().read_to_string()?);
    if status.is_success() {
        Ok(serde_json::from_str(&body)?)
    } else {
        Err(format!("page {number}: {status}: {body}").into())
    }
}

fn text<'v>(user: &'v Value, member: &str) -> &'v str {
    user[member].as_str().unwrap_or_default()
}

//! Lists the users of a Genesys Cloud organization. The first page says how many pages there are.
//! The others are then requested at the same time.
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
use std::time::Duration;

use cxone_auth_reqwest::{
    AuthorizedClient, Config, ReqwestTransport, TokenSource, TransportOptions,
};
use serde::Deserialize;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PAGE_SIZE: usize = 10;
const MAX_WAIT: Duration = Duration::from_secs(120);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    entities: Vec<User>,
    page_count: usize,
}

#[derive(Deserialize)]
struct User {
    name: String,
    email: String,
}

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

async fn run() -> Outcome<()> {
    let api = api()?;
    let first = page(api.clone(), 1).await?;
    let others: Vec<_> = (2..=first.page_count)
        .map(|number| tokio::spawn(page(api.clone(), number)))
        .collect();
    report(1, &first);
    for (number, other) in (2..).zip(others) {
        report(number, &other.await??);
    }
    Ok(())
}

/// One source of tokens, and one client for all calls.
fn api() -> Outcome<AuthorizedClient> {
    let variable = |name: &str| std::env::var(name).ok();
    let config = Config::from_variables(variable)?;
    let mut options = TransportOptions::new();
    if let Some(path) = variable("CXONE_AUTH_CA_FILE") {
        options = options.with_root_certificates(std::fs::read(path)?);
    }
    let source = TokenSource::new(config, ReqwestTransport::with_options(&options)?);
    let builder = ReqwestTransport::builder(&options)?;
    Ok(AuthorizedClient::from_builder(builder, source)?.with_max_wait(MAX_WAIT))
}

async fn page(api: AuthorizedClient, number: usize) -> Outcome<Page> {
    let response = api
        .get("/api/v2/users")
        .query(&[("pageSize", PAGE_SIZE), ("pageNumber", number)])
        .send()
        .await?;
    Ok(response.error_for_status()?.json().await?)
}

fn report(number: usize, page: &Page) {
    println!("page {number} of {}", page.page_count);
    for user in &page.entities {
        println!("  {:<12} {}", user.name, user.email);
    }
}

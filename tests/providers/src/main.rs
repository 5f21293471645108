//! A program as a user may have it: our adapters, its own use of rustls and reqwest, and a choice
//! of cryptography, each by a feature. It takes the steps that its arguments name, one after the
//! other, and prints a line for each. `CXONE_AUTH_…` configures it.

#![expect(
    clippy::print_stdout,
    reason = "the output of a program is its purpose"
)]

#[cfg(feature = "older-client")]
mod older_client;
mod own;
mod setting;
#[cfg(feature = "redis")]
mod store;

use std::env;
use std::error::Error;
use std::panic;

#[cfg(any(feature = "reqwest", feature = "hyper"))]
use cxone_auth_core::{Transport, fetch_token};

type Failure = Box<dyn Error>;

fn main() {
    for step in env::args().skip(1) {
        let outcome = match panic::catch_unwind(|| take(&step)) {
            Ok(Ok(())) => "passed".to_owned(),
            Ok(Err(error)) => chain(&*error),
            Err(_) => "panicked".to_owned(),
        };
        println!("{step}: {outcome}");
    }
}

fn take(step: &str) -> Result<(), Failure> {
    match step {
        #[cfg(feature = "reqwest")]
        "reqwest" => {
            use cxone_auth_reqwest::ReqwestTransport;
            wait(token(ReqwestTransport::with_options(&setting::options()?)?))
        }
        #[cfg(feature = "hyper")]
        "hyper" => {
            use cxone_auth_hyper::HyperTransport;
            wait(token(HyperTransport::with_options(&setting::options()?)?))
        }
        #[cfg(feature = "redis")]
        "redis" => wait(store::load()),
        #[cfg(feature = "redis")]
        "redis-blocking" => store::load_blocking(),
        #[cfg(feature = "own-aws-lc-rs")]
        "install-aws-lc-rs" => own::install(rustls::crypto::aws_lc_rs::default_provider()),
        #[cfg(feature = "own-ring")]
        "install-ring" => own::install(rustls::crypto::ring::default_provider()),
        #[cfg(feature = "own-ring")]
        "install-unusable" => own::install(own::without_ciphers()),
        "own-config" => own::config(),
        #[cfg(feature = "own-client")]
        "own-client" => wait(own::client()),
        #[cfg(feature = "older-client")]
        "older-client" => wait(older_client::call()),
        _ => Err("this program was built without what the step needs".into()),
    }
}

/// Asks the server for a token with a transport of ours.
#[cfg(any(feature = "reqwest", feature = "hyper"))]
async fn token(transport: impl Transport) -> Result<(), Failure> {
    fetch_token(&transport, &setting::config()?).await?;
    Ok(())
}

#[cfg(any(
    feature = "reqwest",
    feature = "hyper",
    feature = "redis",
    feature = "own-client"
))]
fn wait(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    runtime.block_on(work)
}

/// Returns the error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&cause| cause.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(" <- ")
}

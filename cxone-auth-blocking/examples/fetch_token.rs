//! Fetches one token. The variables `CXONE_AUTH_…` configure it; see `Config::from_variables`.
//!
//! `cargo xtask sandbox` prints them for servers on this machine.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::error::Error;
use std::process::ExitCode;

use cxone_auth_blocking::{Config, Moment, TransportOptions, UreqTransport, fetch_token_blocking};

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

fn run() -> Result<(), Box<dyn Error>> {
    let variable = |name: &str| std::env::var(name).ok();
    let config = Config::from_variables(variable)?;
    let mut options = TransportOptions::new();
    if let Some(path) = variable("CXONE_AUTH_CA_FILE") {
        options = options.with_root_certificates(std::fs::read(path)?);
    }

    let transport = UreqTransport::with_options(&options)?;
    let token = fetch_token_blocking(&transport, &config)?;

    println!("{} sent a token", config.endpoint());
    println!("  type       {}", token.token_type());
    println!(
        "  remaining  {} s",
        token.remaining(Moment::now()).as_secs()
    );
    println!("  scope      {}", token.scope());
    Ok(())
}

//! Gets a token that all processes of this user share, through files. Start it twice: only the first
//! one sends a request. `share_redis` does the same for several machines.
//!
//! The variables `CXONE_AUTH_…` configure it; see `Config::from_variables`. `cargo xtask sandbox`
//! prints them for servers on this machine. `CXONE_AUTH_CACHE_DIR` names another directory.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::error::Error;
use std::process::ExitCode;

use cxone_auth_blocking::core::session::TokenOrigin;
use cxone_auth_blocking::core::store::StoreOptions;
use cxone_auth_blocking::{Config, token_source};
use cxone_auth_store::FileStore;

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
    let config = Config::from_variables(|name| std::env::var(name).ok())?;
    let store = FileStore::of_user()?;
    let options = StoreOptions::new(store.keys());
    let source = token_source(config)?.with_store(store, options);

    let token = source.token()?;
    match source.status().origin {
        Some(TokenOrigin::Store) => println!("another process had a token"),
        _ => println!("this process has requested a token"),
    }
    println!("  remaining  {} s", token.remaining(source.now()).as_secs());
    Ok(())
}

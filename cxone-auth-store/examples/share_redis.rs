//! Gets a token that several machines share, through a Redis or Valkey server. Start it twice, on one
//! machine or on two: only the first one sends a request for a token.
//!
//! ```console
//! $ cxone-auth store-key new store.key
//! $ export CXONE_AUTH_STORE_KEY_FILE=store.key
//! $ cargo run -p cxone-auth-store --features redis --example share_redis redis://127.0.0.1
//! ```
//!
//! Set an address with a password as the variable `CXONE_AUTH_STORE`: every user of the machine can
//! read a command line. The other variables `CXONE_AUTH_…` configure the token request; see
//! `Config::from_variables`. `cargo xtask sandbox` prints them for servers on this machine.
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
use cxone_auth_store::{RedisOptions, RedisStore, StoreKeys};

fn main() -> ExitCode {
    let address = std::env::args().nth(1);
    match run(address, |name| std::env::var(name).ok()) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Gets a token and says where it came from.
pub(crate) fn run(
    address: Option<String>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, Box<dyn Error>> {
    let address = address
        .or_else(|| variable("CXONE_AUTH_STORE"))
        .ok_or("no server: give its address, such as redis://127.0.0.1")?;
    let keys = variable("CXONE_AUTH_STORE_KEY_FILE").ok_or(
        "no keys: make them with `cxone-auth store-key new store.key`, and name that file in \
         CXONE_AUTH_STORE_KEY_FILE",
    )?;
    let keys = StoreKeys::from_file(keys)?;
    // Nothing is sent yet: a server that is down keeps no program from starting.
    let store = RedisStore::connect(&address, RedisOptions::new())?;
    let config = Config::from_variables(&variable)?;
    let source = token_source(config)?.with_store(store, StoreOptions::new(keys));

    let token = source.token()?;
    let status = source.status();
    let origin = match (&status.store_error, status.origin) {
        (Some(error), _) => format!("this process has a token of its own, since {error}"),
        (None, Some(TokenOrigin::Store)) => "another process had a token".to_owned(),
        (None, _) => "this process has requested a token".to_owned(),
    };
    let left = token.remaining(source.now()).as_secs();
    Ok(format!("{origin} ({left} s left)"))
}

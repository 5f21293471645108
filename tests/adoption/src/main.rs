//! One service twice, by hand and on this workspace, on the same simulated day.

mod by_hand;
mod chance;
mod clock;
mod day;
mod figures;
mod on_cxone_auth;
mod plan;
mod service;
mod settings;

use std::{env, fs, process};

use day::Day;
use figures::{Figures, table};
use service::Service;
use settings::Error;

const HELP: &str = "\
One service twice, as people write it and on cxone-auth, on the same simulated day: a token lives 300
seconds, all tokens are revoked each hour, the token endpoint is down for 20 minutes, and for 20 minutes
the file of the secret holds the old one.

Usage: cargo xtask adoption [--hours N] [--seed N]

  --hours N  how long the day is (default: 24, at least 4)
  --seed N   when calls are made, and how many at once (default: 1)
";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((hours, seed)) = read(&arguments) else {
        let asks = arguments.iter().any(|argument| argument == "--help");
        print!("{HELP}");
        process::exit(if asks { 0 } else { 2 });
    };
    let ring = rustls::crypto::ring::default_provider();
    ring.install_default().map_err(|_| "there is a default")?;
    let days = [
        live::<by_hand::Service>(hours, seed).await?,
        live::<on_cxone_auth::Service>(hours, seed).await?,
    ];
    println!("{hours} hours, seed {seed}\n\n{}", table(&days));
    Ok(())
}

fn read(arguments: &[String]) -> Option<(u64, u64)> {
    let (mut hours, mut seed) = (24, 1);
    for pair in arguments.chunks(2) {
        let value = pair.get(1)?.parse().ok()?;
        match pair[0].as_str() {
            "--hours" if value >= 4 => hours = value,
            "--seed" => seed = value,
            _ => return None,
        }
    }
    Some((hours, seed))
}

/// Has a service live through the day.
async fn live<S: Service>(hours: u64, seed: u64) -> Result<Figures, Error> {
    let folder = env::temp_dir().join(format!("cxone-auth-adoption-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let figures = Day::<S>::new(&folder)?.pass(hours, seed).await;
    fs::remove_dir_all(&folder)?;
    figures
}

//! `cargo xtask interop`: every transport against real authorization servers.
//!
//! The servers come from npm and PyPI into the target folder. `tests/interop` has their configuration
//! and the expected results.

mod server;

use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::{Done, Failure, Outcome};
use crate::{packages, process};
use server::{Language, Server};

const SERVERS: &[&str] = &["oidc-provider", "oauth2-server"];

/// Compares, or skips the step on a machine without Node.js.
pub(crate) fn run() -> Outcome {
    let mut programs = ["node", "npm"].into_iter();
    match programs.find(|program| !process::is_installed(program)) {
        Some(program) => Ok(Done::Skipped(format!(
            "no {program} on this machine; the servers need Node.js 20 or newer and npm"
        ))),
        None => compare(),
    }
}

fn compare() -> Outcome {
    let folder = packages::folder("interop")?;
    packages::from_npm(&folder)?;
    let registered = folder.join("cases.json");
    let servers = SERVERS
        .iter()
        .map(|name| Server::start(name, &Language::JavaScript, &folder, &registered))
        .collect::<Result<Vec<_>, _>>()?;
    let cases = "tests/interop/cases.json";

    // First with Node's own client, to check that the expectations still hold.
    let mut node = process::program("node");
    node.arg(folder.join("ask.js")).arg(cases);
    node.args(servers.iter().map(Server::as_argument));
    process::run(&mut node)?;

    let mut transports =
        process::cargo("run --quiet --locked -p cxone-auth-tests --example interop --");
    transports.args(["--cases", cases]);
    for server in &servers {
        transports.arg("--server").arg(server.as_argument());
    }
    process::run(&mut transports)?;
    let keys = verify_signatures(&folder)?;
    prove(&folder, &keys)?;
    Ok(Done::Passed)
}

/// Has every transport prove itself to servers that take no secret.
fn prove(folder: &Path, keys: &Path) -> Result<(), Failure> {
    let (node, python) = (Language::JavaScript, packages::from_pypi(folder)?);
    let mut servers = vec![Server::start("proof-provider", &node, folder, keys)?];
    match python.map(Language::Python) {
        Some(python) => servers.push(Server::start("authlib-server", &python, folder, keys)?),
        None => println!("no python3 on this machine: Authlib's server is left out"),
    }
    let mut proofs = process::cargo("run --quiet --locked -p cxone-auth-tests --example proofs --");
    proofs
        .arg(keys)
        .args(servers.iter().map(Server::as_argument));
    process::run(&mut proofs)
}

/// Has jose verify an assertion for each algorithm. Returns the folder of the keys.
fn verify_signatures(folder: &Path) -> Result<PathBuf, Failure> {
    let keys = folder.join("keys");
    // A key file is written only where there is none.
    let _ = fs::remove_dir_all(&keys);
    fs::create_dir_all(&keys)?;
    let mut sign =
        process::cargo("run --quiet --locked -p cxone-auth-tests --example signatures --");
    process::run(sign.arg(&keys))?;
    let mut verify = process::program("node");
    process::run(verify.arg(folder.join("signatures.js")).arg(&keys))?;
    Ok(keys)
}

//! Every combination of features of every library, by cargo-hack.

use crate::feature_set::LIBRARIES;
use crate::outcome::{Done, Outcome};
use crate::process;
use crate::tool::Tool;

const CARGO_HACK: Tool = Tool {
    package: "cargo-hack",
    version: "0.6.46",
};

const CORE: &str = "cxone-auth-core";

/// They sign or seal with one of two libraries, or with both on, the second one.
const CREDENTIALS: &str = "cxone-auth-credentials";
const STORE: &str = "cxone-auth-store";
const SIGNATURES: &str = "aws-lc-rs,ring";

/// The TLS libraries. Each adapter needs one …
const TLS: &str = "rustls,native-tls";
/// … and this one accepts at most one for one of its clients.
const BLOCKING: &str = "cxone-auth-blocking";
const CLIENTS: &str = "isahc,ureq";
/// Each of them enables rustls.
const PROVIDERS: [&str; 2] = ["aws-lc-rs", "ring"];

pub(super) fn run() -> Outcome {
    for library in LIBRARIES {
        let mut command = CARGO_HACK.command()?;
        // `default` is only another name for some of the others.
        command.args(["hack", "clippy", "--locked", "--feature-powerset"]);
        command.args(["--exclude-features", "default", "-p", library.package]);
        match library.package {
            CORE => {}
            CREDENTIALS | STORE => {
                command.args(["--at-least-one-of", SIGNATURES]);
            }
            _ => {
                command.args(["--at-least-one-of", TLS]);
            }
        }
        if library.package == BLOCKING {
            command.args(["--mutually-exclusive-features", TLS]);
            for provider in PROVIDERS {
                let exclusive = format!("{provider},native-tls");
                command.args(["--mutually-exclusive-features", &exclusive]);
            }
            command.args(["--at-least-one-of", CLIENTS]);
        }
        command.args(["--", "-D", "warnings"]);
        process::run(&mut command)?;
    }
    Ok(Done::Passed)
}

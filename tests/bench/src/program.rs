//! The program `cxone-auth`, which some contests start.

use std::env;
use std::path::PathBuf;

/// Names the program. Without it, `cargo build --profile dist -p cxone-auth` has built it.
const PROGRAM: &str = "CXONE_AUTH_PROGRAM";

/// Returns the path of the program.
///
/// # Errors
///
/// Why it cannot be measured.
pub fn program() -> Result<PathBuf, String> {
    let built = || Some(env::current_exe().ok()?.parent()?.with_file_name("dist"));
    let built = || Some(built()?.join("cxone-auth"));
    let path = env::var_os(PROGRAM).map(PathBuf::from).or_else(built);
    let path = path.filter(|path| path.is_file());
    path.ok_or_else(|| {
        format!(
            "not run: the program is not there: `cargo build --profile dist -p cxone-auth`, or name \
             one with {PROGRAM}"
        )
    })
}

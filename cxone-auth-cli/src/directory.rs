//! Where the program keeps its files (the XDG Base Directory Specification).

use std::env;
use std::path::PathBuf;

/// Returns the path of `config.toml`, if the environment names a place for it.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("cxone-auth/config.toml"))
}

/// Returns the home directory.
pub(crate) fn home() -> Option<PathBuf> {
    absolute("HOME")
}

fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    absolute(variable).or_else(|| Some(home()?.join(below_home)))
}

/// Returns the path in a variable if it is absolute. The specification says to ignore relative
/// paths. The empty path is one of them.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

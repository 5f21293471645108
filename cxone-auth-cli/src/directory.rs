//! Where the program keeps its files (the XDG Base Directory Specification).

use std::env;
use std::path::PathBuf;

/// Returns the path of `config.toml`, if the environment names a place for it.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("cxone-auth/config.toml"))
}

/// Returns the folder of the token cache. `CXONE_AUTH_CACHE_DIR` names it. Otherwise it is in the
/// place that the environment names for caches.
pub(crate) fn cache() -> Option<PathBuf> {
    let own = env::var_os("CXONE_AUTH_CACHE_DIR").filter(|path| !path.is_empty());
    own.map(PathBuf::from)
        .or_else(|| Some(base("XDG_CACHE_HOME", ".cache")?.join("cxone-auth")))
}

/// Returns the folder of what outlives a run of the program and is no cache.
#[cfg(unix)]
pub(crate) fn state() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", ".local/state")?.join("cxone-auth"))
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

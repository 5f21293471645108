//! Where the program keeps its files (the XDG Base Directory Specification).

use std::env;
use std::path::PathBuf;

/// Returns the path of `config.toml`, if the environment names a place for it.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("cxone-auth/config.toml"))
}

/// Reports whether the environment names a place for the store of the user.
pub(crate) fn has_cache() -> bool {
    let own = env::var_os("CXONE_AUTH_CACHE_DIR").filter(|path| !path.is_empty());
    let places = ["XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"];
    own.is_some() || places.into_iter().any(|name| absolute(name).is_some())
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

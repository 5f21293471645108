//! Where the program keeps its files: by the XDG Base Directory Specification, and on Windows in the
//! folders for data of programs.

use std::env;
use std::path::PathBuf;

/// What an error says if the environment names no place for `config.toml`.
pub(crate) const NO_CONFIG: &str = if cfg!(windows) {
    "APPDATA does not say where config.toml is"
} else {
    "neither XDG_CONFIG_HOME nor HOME says where config.toml is"
};

/// Returns the path of `config.toml`, if the environment names a place for it.
pub(crate) fn config_file() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        absolute("APPDATA")
    } else {
        base("XDG_CONFIG_HOME", ".config")
    };
    Some(folder?.join("cxone-auth").join("config.toml"))
}

/// Reports whether the environment names a place for the store of the user.
pub(crate) fn has_cache() -> bool {
    let own = env::var_os("CXONE_AUTH_CACHE_DIR").filter(|path| !path.is_empty());
    let places: &[&str] = if cfg!(windows) {
        &["LOCALAPPDATA"]
    } else {
        &["XDG_CACHE_HOME", "HOME"]
    };
    own.is_some() || places.iter().any(|name| absolute(name).is_some())
}

/// Returns the folder of what outlives a run of the program and is no cache.
#[cfg(unix)]
pub(crate) fn state() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", ".local/state")?.join("cxone-auth"))
}

/// Returns the home directory.
pub(crate) fn home() -> Option<PathBuf> {
    absolute(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
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

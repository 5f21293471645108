//! Where the program keeps its files (the XDG Base Directory Specification).

use std::env;
use std::path::PathBuf;

/// `config.toml`, when the environment tells where such files are.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("cxone-auth/config.toml"))
}

/// The folder of the token cache: that of `CXONE_AUTH_CACHE_DIR`, else one where the environment
/// tells such folders to be.
pub(crate) fn cache() -> Option<PathBuf> {
    let own = env::var_os("CXONE_AUTH_CACHE_DIR").filter(|path| !path.is_empty());
    own.map(PathBuf::from)
        .or_else(|| Some(base("XDG_CACHE_HOME", ".cache")?.join("cxone-auth")))
}

/// The home directory.
pub(crate) fn home() -> Option<PathBuf> {
    absolute("HOME")
}

fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    absolute(variable).or_else(|| Some(home()?.join(below_home)))
}

/// The specification has relative paths ignored, which covers the empty one.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

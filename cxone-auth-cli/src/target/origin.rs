//! Where a setting comes from.

use std::fmt;
use std::path::PathBuf;

/// Where a setting comes from. `Display` names it so that one finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Variable(&'static str),
    Profile {
        file: PathBuf,
        name: String,
        key: String,
    },
    /// `default-profile` in this file, which only names a profile.
    DefaultProfile(PathBuf),
    /// A file, and what named it.
    File {
        path: PathBuf,
        named_by: Box<Origin>,
    },
    /// Standard input, and the flag that said so.
    StandardInput(&'static str),
}

impl Origin {
    /// The same, with the file that it led to.
    pub(crate) fn to_file(&self, path: impl Into<PathBuf>) -> Self {
        Self::File {
            path: path.into(),
            named_by: Box::new(self.clone()),
        }
    }

    /// What a table has room for: without the key, which is the setting's own, and without the
    /// place of config.toml, which is the same for all.
    pub(crate) fn brief(&self) -> String {
        match self {
            Self::Profile { name, .. } => format!("profile {name}"),
            Self::DefaultProfile(_) => "default-profile in config.toml".to_owned(),
            Self::File { path, named_by } => format!("{}, {}", named_by.brief(), path.display()),
            other => other.to_string(),
        }
    }

    /// The flag, when it is one.
    pub(crate) fn flag(&self) -> Option<&'static str> {
        match self {
            Self::Flag(flag) | Self::StandardInput(flag) => Some(flag),
            Self::File { named_by, .. } => named_by.flag(),
            Self::Variable(_) | Self::Profile { .. } | Self::DefaultProfile(_) => None,
        }
    }

    /// The variable, when it is one.
    pub(crate) fn variable(&self) -> Option<&'static str> {
        match self {
            Self::Variable(name) => Some(name),
            Self::File { named_by, .. } => named_by.variable(),
            Self::Flag(_)
            | Self::StandardInput(_)
            | Self::Profile { .. }
            | Self::DefaultProfile(_) => None,
        }
    }

    /// Whether it is a variable of Genesys Cloud's own tools.
    pub(super) fn is_genesys(&self) -> bool {
        self.variable()
            .is_some_and(|name| name.starts_with("GENESYSCLOUD_"))
    }

    pub(super) fn is_profile(&self) -> bool {
        match self {
            Self::Profile { .. } => true,
            Self::File { named_by, .. } => named_by.is_profile(),
            Self::Flag(_)
            | Self::StandardInput(_)
            | Self::Variable(_)
            | Self::DefaultProfile(_) => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Profile { file, name, key } => {
                write!(f, "{key} in profile {name} of {}", file.display())
            }
            Self::DefaultProfile(file) => write!(f, "default-profile in {}", file.display()),
            Self::File { path, named_by } => write!(f, "{named_by} ({})", path.display()),
            Self::StandardInput(flag) => write!(f, "{flag} (standard input)"),
        }
    }
}

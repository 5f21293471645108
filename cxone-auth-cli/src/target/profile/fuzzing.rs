//! The text of `config.toml`, as arbitrary text is tried on it. Not an API.

use super::super::definition::DEFINITIONS;
use super::settings::Settings;

/// The settings of one profile.
pub struct Profile(Settings);

impl Profile {
    /// What the program reads of `text` for the profile `name`.
    ///
    /// # Errors
    ///
    /// The line that a user would see.
    pub fn parse(text: &str, name: &str) -> Result<Self, String> {
        Settings::parse(text, name, "--profile").map(Self)
    }

    /// The text of a setting.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.text(key)
    }

    /// The further parameters of the request.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.parameters()
    }

    /// The further header fields of the request.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.headers()
    }

    /// The key of a secret that stands in the file itself.
    #[must_use]
    pub fn secret(&self) -> Option<String> {
        self.0.secret()
    }
}

/// The settings that there are: the name of each, and of a secret that of its file.
pub fn names() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    DEFINITIONS.iter().map(|definition| {
        (
            definition.name,
            definition.secret.as_ref().map(|secret| secret.file_key),
        )
    })
}

//! The settings by name: flag, variables and key of a profile.

#[cfg(test)]
mod page;

/// One setting.
pub(super) struct Definition {
    /// The name, which is the key in a profile.
    pub(super) name: &'static str,
    pub(super) flag: &'static str,
    /// The variable, and what the core calls the setting.
    pub(super) variable: &'static str,
    /// Whether the variable counts: what lets a secret out is not left over in an environment.
    pub(super) by_variable: bool,
    /// The variable of Genesys Cloud's own tools.
    pub(super) genesys: Option<&'static str>,
    /// The platforms for which it has a say; empty for all.
    pub(super) platforms: &'static [&'static str],
    /// Whether it names a file. In a profile, the path counts from the profile's folder.
    pub(super) is_path: bool,
    pub(super) secret: Option<SecretRow>,
}

/// What a secret has besides: the file or the command in its place.
pub(super) struct SecretRow {
    pub(super) file_key: &'static str,
    /// Only a profile names a command.
    pub(super) command_key: &'static str,
    pub(super) file_variable: &'static str,
}

const CUSTOM: &[&str] = &["custom"];
const CXONE: &[&str] = &["cxone"];

macro_rules! text {
    ($name:literal, $variable:literal, $genesys:expr, $platforms:expr) => {
        Definition {
            name: $name,
            flag: concat!("--", $name),
            variable: concat!("CXONE_AUTH_", $variable),
            by_variable: true,
            genesys: $genesys,
            platforms: $platforms,
            is_path: false,
            secret: None,
        }
    };
    ($name:literal, $variable:literal) => {
        text!($name, $variable, None, &[])
    };
}

macro_rules! path {
    ($name:literal, $variable:literal) => {
        Definition {
            is_path: true,
            ..text!($name, $variable)
        }
    };
}

macro_rules! secret {
    ($name:literal, $variable:literal, $genesys:expr, $platforms:expr) => {
        Definition {
            name: $name,
            flag: concat!("--", $name, "-file"),
            variable: concat!("CXONE_AUTH_", $variable),
            by_variable: true,
            genesys: $genesys,
            platforms: $platforms,
            is_path: false,
            secret: Some(SecretRow {
                file_key: concat!($name, "-file"),
                command_key: concat!($name, "-command"),
                file_variable: concat!("CXONE_AUTH_", $variable, "_FILE"),
            }),
        }
    };
}

/// In the order in which they are shown.
pub(super) static DEFINITIONS: &[Definition] = &[
    text!("platform", "PLATFORM"),
    text!(
        "region",
        "REGION",
        Some("GENESYSCLOUD_REGION"),
        &["genesys-cloud", "central"]
    ),
    text!("issuer", "ISSUER", None, CXONE),
    text!("token-url", "TOKEN_URL"),
    text!("discover", "DISCOVER", None, CUSTOM),
    Definition {
        by_variable: false,
        ..text!("insecure-host", "INSECURE_HOST")
    },
    text!("api-base", "API_BASE"),
    text!("git-host", "GIT_HOST"),
    text!(
        "client-id",
        "CLIENT_ID",
        Some("GENESYSCLOUD_OAUTHCLIENT_ID"),
        &[]
    ),
    secret!(
        "client-secret",
        "CLIENT_SECRET",
        Some("GENESYSCLOUD_OAUTHCLIENT_SECRET"),
        &[]
    ),
    text!("access-key-id", "ACCESS_KEY_ID", None, CXONE),
    secret!("access-key-secret", "ACCESS_KEY_SECRET", None, CXONE),
    text!("client-auth", "CLIENT_AUTH"),
    path!("key", "KEY"),
    text!("key-id", "KEY_ID"),
    path!("assertion-file", "ASSERTION_FILE"),
    text!("assertion-audience", "ASSERTION_AUDIENCE"),
    path!("cert", "CERT"),
    path!("cert-key", "CERT_KEY"),
    text!("scope", "SCOPE"),
    text!("scope-separator", "SCOPE_SEPARATOR"),
    text!("allow-unusual-characters", "ALLOW_UNUSUAL_CHARACTERS"),
    path!("ca-file", "CA_FILE"),
    text!("proxy", "PROXY"),
    text!("timeout", "TIMEOUT"),
    text!("store", "STORE"),
    path!("store-key-file", "STORE_KEY_FILE"),
    secret!("store-password", "STORE_PASSWORD", None, &[]),
];

impl Definition {
    /// Returns the row of a setting that the program reads by its name.
    pub(super) fn named(name: &str) -> &'static Self {
        let mut rows = DEFINITIONS.iter();
        rows.find(|own| own.name == name)
            .expect("the table has a row for each name in the code")
    }

    /// Returns the variable of the setting, and that of its file if it is a secret.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'static str> + use<> {
        let file = self.secret.as_ref().map(|secret| secret.file_variable);
        std::iter::once(self.variable).chain(file)
    }

    /// Whether it does something with this platform.
    pub(super) fn has_a_say(&self, platform: &str) -> bool {
        self.platforms.is_empty() || self.platforms.contains(&platform)
    }

    /// Whether it is what proves the client, or a part of that: an address must not draw it away.
    /// The password of a store is a secret, too.
    pub(super) fn is_a_proof(&self) -> bool {
        self.secret.is_some() || ["key", "assertion-file", "cert-key"].contains(&self.name)
    }

    /// The key in a profile: of a secret, that of its file.
    pub(super) fn key(&self) -> &'static str {
        let secret = self.secret.as_ref();
        secret.map_or(self.name, |secret| secret.file_key)
    }

    /// Whether it is a matter of the machine and its network, the same for every token.
    pub(super) fn is_of_the_machine(&self) -> bool {
        ["ca-file", "proxy", "timeout"].contains(&self.name)
    }

    /// Whether it is a secret, or says where one is.
    #[cfg(unix)]
    pub(super) fn holds_a_secret(&self) -> bool {
        self.is_a_proof() || self.name == "store-key-file"
    }

    /// Reports whether the variable holds this setting, or names its file.
    pub(super) fn is_of(&self, variable: &str) -> bool {
        let secret = self.secret.as_ref();
        self.variable == variable || secret.is_some_and(|own| own.file_variable == variable)
    }

    /// What to say of it when nobody gave it.
    pub(super) fn ways(&self) -> String {
        let (key, flag) = (self.key(), self.flag);
        if self.by_variable {
            format!("{flag} (or {}, or {key} in a profile)", self.variable)
        } else {
            format!("{flag} (or {key} in a profile)")
        }
    }
}

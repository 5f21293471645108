//! Variables that look like those that are read, and are not: a slip in a name.

use std::env;

use super::definition::{DEFINITIONS, Definition};
use super::profile::nearest;
use crate::visible::visible_name;

/// How the variables of the program begin, and slips in that.
const BEGINNING: &str = "CXONE";

/// How they begin without a slip.
const OWN: &str = "CXONE_AUTH_";

/// Variables that are read, and are no settings of a target.
const OTHERS: [&str; 2] = ["CXONE_AUTH_PROFILE", "CXONE_AUTH_CACHE_DIR"];

/// Variables that the program prints for others.
const PRINTED: [&str; 3] = [
    "CXONE_AUTH_ACCESS_TOKEN",
    "CXONE_AUTH_TOKEN_TYPE",
    "CXONE_AUTH_EXPIRES_AT",
];

/// How those begin that a client of the agent has.
const OF_THE_AGENT: &str = "CXONE_AUTH_AGENT_";

/// How those begin that Kubernetes sets for a service of this name: `CXONE_AUTH_PORT_8787_TCP`.
const OF_A_SERVICE: [&str; 2] = ["CXONE_AUTH_SERVICE_", "CXONE_AUTH_PORT"];

/// Names that are often guessed, and those that are meant.
const GUESSES: [(&str, &str); 9] = [
    ("CXONE_AUTH_ID", "CXONE_AUTH_CLIENT_ID"),
    ("CXONE_AUTH_SECRET", "CXONE_AUTH_CLIENT_SECRET"),
    ("CXONE_AUTH_SECRET_FILE", "CXONE_AUTH_CLIENT_SECRET_FILE"),
    (
        "CXONE_AUTH_CLIENT_SECRET_PATH",
        "CXONE_AUTH_CLIENT_SECRET_FILE",
    ),
    ("CXONE_AUTH_ACCESS_KEY", "CXONE_AUTH_ACCESS_KEY_ID"),
    ("CXONE_AUTH_URL", "CXONE_AUTH_TOKEN_URL"),
    ("CXONE_AUTH_ENDPOINT", "CXONE_AUTH_TOKEN_URL"),
    ("CXONE_AUTH_TOKEN_ENDPOINT", "CXONE_AUTH_TOKEN_URL"),
    ("CXONE_AUTH_SCOPES", "CXONE_AUTH_SCOPE"),
];

/// A variable that is set and not read.
pub(crate) struct Slip {
    pub(crate) variable: String,
    /// What to use in its place, if its name resembles that of a setting.
    instead: Option<String>,
    /// The setting that is meant.
    setting: Option<&'static str>,
}

impl Slip {
    /// Returns the slips of the environment, in the order of their names. A variable that resembles none
    /// may be of somebody else, unless it begins as all variables of the program do.
    pub(crate) fn all() -> Vec<Self> {
        let names = env::vars_os().filter(|(_, value)| !value.is_empty());
        let names = names.filter_map(|(name, _)| name.into_string().ok());
        let mut slips: Vec<Self> = names.filter_map(|name| Self::of(&name)).collect();
        slips.sort_by(|one, other| one.variable.cmp(&other.variable));
        slips
    }

    fn of(name: &str) -> Option<Self> {
        let is_of_others = PRINTED.contains(&name)
            || name.starts_with(OF_THE_AGENT)
            || OF_A_SERVICE.iter().any(|start| name.starts_with(start));
        if !name.starts_with(BEGINNING) || is_of_others || read().any(|own| own == name) {
            return None;
        }
        let mut definitions = DEFINITIONS.iter();
        let (instead, setting) = match definitions.find(|own| own.variable == name) {
            Some(own) => (Some(own.ways()), Some(own.name)),
            None => match meant(name) {
                None if !name.starts_with(OWN) => return None,
                None => (None, None),
                Some(meant) => {
                    let setting = DEFINITIONS.iter().find(|own| own.is_of(meant));
                    (Some(meant.to_owned()), setting.map(|own| own.name))
                }
            },
        };
        Some(Self {
            variable: visible_name(name),
            instead,
            setting,
        })
    }

    /// Returns the name of the setting that is meant, if it is one of a target.
    pub(crate) fn setting(&self) -> Option<&'static str> {
        self.setting
    }

    /// Tells the slip without its value, which may be a secret.
    pub(crate) fn told(&self) -> String {
        let variable = &self.variable;
        match &self.instead {
            Some(instead) => format!("{variable} is not read: use {instead}"),
            None => format!("{variable} is not read: no setting has this name"),
        }
    }

    /// Says what to do about it.
    pub(crate) fn remedy(&self) -> String {
        match &self.instead {
            Some(instead) => format!("Use {instead} in its place."),
            None => "Unset it, or see `cxone-auth --help` for the names.".to_owned(),
        }
    }
}

/// Returns the variable that is meant by this name.
fn meant(name: &str) -> Option<&'static str> {
    let guess = GUESSES.iter().find(|(guess, _)| *guess == name);
    guess
        .map(|(_, meant)| *meant)
        .or_else(|| nearest(name, read()))
}

/// The variables that are read.
fn read() -> impl Iterator<Item = &'static str> {
    let settings = DEFINITIONS.iter().filter(|own| own.by_variable);
    settings.flat_map(Definition::variables).chain(OTHERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> Option<String> {
        Slip::of(name).map(|slip| slip.told())
    }

    #[test]
    fn a_slip_is_told_with_the_nearest_name() {
        for (name, meant) in [
            ("CXONE_AUTH_CLIENTID", "CXONE_AUTH_CLIENT_ID"),
            ("CXONE_AUTH_REGON", "CXONE_AUTH_REGION"),
            ("CXONE_AUTH_Region", "CXONE_AUTH_REGION"),
            ("CXONEAUTH_SCOPE", "CXONE_AUTH_SCOPE"),
            ("CXONE_AUTH_PROFIL", "CXONE_AUTH_PROFILE"),
            ("CXONE_AUTH_SECRET", "CXONE_AUTH_CLIENT_SECRET"),
            (
                "CXONE_AUTH_CLIENT_SECRET_PATH",
                "CXONE_AUTH_CLIENT_SECRET_FILE",
            ),
            ("CXONE_AUTH_ACCESS_KEY", "CXONE_AUTH_ACCESS_KEY_ID"),
            ("CXONE_AUTH_URL", "CXONE_AUTH_TOKEN_URL"),
            (
                "CXONE_AUTH_CLIENT_SECRETFILE",
                "CXONE_AUTH_CLIENT_SECRET_FILE",
            ),
            (
                "CXONE_AUTH_INSECURE_HOST",
                "--insecure-host (or insecure-host in a profile)",
            ),
        ] {
            let expected = format!("{name} is not read: use {meant}");
            assert_eq!(told(name), Some(expected));
        }
    }

    #[test]
    fn a_variable_of_the_program_that_no_setting_has_is_told() {
        for name in ["CXONE_AUTH_TOKEN", "CXONE_AUTH_TEAM_NAME"] {
            let expected = format!("{name} is not read: no setting has this name");
            assert_eq!(told(name), Some(expected));
        }
    }

    #[test]
    fn every_guess_is_no_setting_and_means_one() {
        for (guess, meant) in GUESSES {
            assert!(read().any(|own| own == meant), "{meant}");
            assert!(!read().any(|own| own == guess), "{guess}");
        }
    }

    #[test]
    fn what_is_read_and_what_is_somebody_elses_is_no_slip() {
        let others = [
            "CXONE_AUTH_AGENT_CLIENT_ID",
            "CXONE_AUTH_ACCESS_TOKEN",
            "CXONE_AUTH_EXPIRES_AT",
            "CXONE_AUTH_SERVICE_HOST",
            "CXONE_AUTH_PORT",
            "CXONE_AUTH_PORT_8787_TCP_ADDR",
            "CXONE_TEAM_NAME",
            "CXONE",
            "GENESYSCLOUD_REGON",
            "PATH",
        ];
        for name in read().chain(others) {
            assert_eq!(told(name), None, "{name}");
        }
    }
}

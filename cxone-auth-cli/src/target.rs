//! Which token is meant. See [`Settings`] for the setting that counts.

mod address;
mod ca_file;
mod connection;
mod credential;
mod definition;
mod discovery;
mod file;
mod git_host;
mod header;
mod insecure_host;
mod looks;
mod once;
mod origin;
mod places;
mod profile;
mod proof;
mod secret;
mod settings;
mod slip;
mod store;
mod vendor;

use cxone_auth_core::diagnosis::{Severity, Theme, diagnose_token};
use cxone_auth_core::platform::Platform;
use cxone_auth_core::settings::Settings as LibrarySettings;
use cxone_auth_core::{
    AccessToken, Config, Error, Region, TokenEndpoint, TransportOptions, inspect,
};
use secrecy::ExposeSecret as _;

use crate::arguments::TargetArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::words;

pub use profile::fuzzing;

pub(crate) use credential::{Credential, pem_file};
pub(crate) use discovery::{Discovery, Inquiry};
pub(crate) use looks::{like_a_secret, like_contents};
pub(crate) use origin::Origin;
pub(crate) use places::check_path;
pub(crate) use profile::nearest;
#[cfg(unix)]
pub(crate) use profile::{check_name as check_profile, names as profile_names};
pub(crate) use secret::shown as shown_path;
pub(crate) use settings::Settings;
pub(crate) use slip::Slip;
#[cfg(feature = "redis")]
pub(crate) use store::Password;
pub(crate) use store::{KeyFile, Place, Server};

/// What the core calls the address of the token endpoint.
const TOKEN_URL: &str = "CXONE_AUTH_TOKEN_URL";

/// The finding about a token endpoint that is used over plain http.
const IN_CLEAR: &str = "CXA-218";

/// Everything that a token request needs.
pub(crate) struct Target {
    pub(crate) config: Config,
    /// What is no constant secret.
    pub(crate) credentials: Vec<Credential>,
    /// Where the token endpoint comes from, if an issuer names it.
    pub(crate) discovery: Option<Discovery>,
    /// The token endpoint as far as it may be shown.
    pub(crate) endpoint: Shown,
    pub(crate) transport: TransportOptions,
    /// Where processes share the token.
    pub(crate) store: Place,
    /// The origins for which git gets the token.
    pub(crate) git_origins: Vec<cxone_auth_core::api::Origin>,
    /// Every setting that had an effect.
    pub(crate) settings: Vec<Setting>,
    /// Changes that were made to values.
    pub(crate) notes: Vec<String>,
    /// Warnings about secrets that are given but do not count.
    pub(crate) warnings: Vec<String>,
}

/// A setting, its value as far as it may be shown, and where it comes from.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: Shown,
    pub(crate) origin: Origin,
}

/// A value as far as it may be shown.
#[derive(Clone)]
pub(crate) enum Shown {
    Text(String),
    /// A secret.
    Secret,
}

impl Target {
    /// Takes each setting from the first place that gives it, and builds a configuration.
    pub(crate) fn resolve(arguments: &TargetArguments) -> Result<Self, Failure> {
        Self::of(Settings::read(arguments)?)
    }

    /// Does the same for a process that uses the target for long: files and commands are read for
    /// each token request.
    #[cfg(unix)]
    pub(crate) fn resolve_to_keep(arguments: &TargetArguments) -> Result<Self, Failure> {
        let mut settings = Settings::read(arguments)?;
        settings.read_again();
        Self::of(settings)
    }

    pub(crate) fn of(mut settings: Settings) -> Result<Self, Failure> {
        settings.check_server()?;
        address::check(&settings)?;
        let discovery = Discovery::of(&settings)?;
        let in_clear = insecure_host::endpoint(&settings)?;
        let mut config = settings
            .read_by_the_library(in_clear.as_ref())
            .map_err(|error| settings.without_secrets(error.into()))
            .map_err(|failure| settings.with_what_is_passed_over(failure))?;
        if let Some(endpoint) = in_clear {
            config = config.with_token_endpoint(endpoint);
        }
        settings.check_flags()?;
        for own in &settings.parameters {
            let added = config.with_parameter(&*own.name, own.value.expose_secret());
            config = added.map_err(|error| refused(&own.origin, &error))?;
        }
        for own in &settings.headers {
            let added = config.with_header(&own.name, own.value.clone());
            config = added.map_err(|error| refused(&own.origin, &error))?;
        }
        let credentials = Credential::read(&mut settings)?;
        connection::check_certificate_in_clear(&mut settings, &config)?;
        let newer = newer_region(config.platform());
        let store = Place::of(&settings)?;
        Ok(Self {
            store,
            endpoint: settings.endpoint(config.endpoint()),
            git_origins: git_host::origins(&settings, config.platform())?,
            config,
            credentials,
            discovery,
            transport: connection::options(&settings)
                .map_err(|failure| settings.without_secrets(failure))?,
            settings: settings.settings(),
            notes: settings.notes.into_iter().chain(newer).collect(),
            warnings: settings.warnings,
        })
    }

    /// Warns of secrets that do not count. Prints where each setting comes from, if the user asked
    /// for it.
    pub(crate) fn warn_and_tell(&self, console: Console) {
        console.warn_each(&self.warnings);
        self.warn_of_plain_http(console);
        self.tell(console);
    }

    /// Returns the host of the token endpoint, if it may be shown.
    pub(crate) fn host(&self) -> &str {
        let shown = self.endpoint.shown();
        let host = shown.and_then(|_| self.config.endpoint().uri().host());
        host.unwrap_or("the token endpoint")
    }

    /// Warns that secrets are sent in clear text, each time they are.
    pub(crate) fn warn_of_plain_http(&self, console: Console) {
        if !self.config.endpoint().is_insecure() {
            return;
        }
        let diagnosis = inspect(&self.config);
        let mut findings = diagnosis.iter();
        if let Some(finding) = findings.find(|own| own.code().to_string() == IN_CLEAR) {
            let title = finding.title();
            console.warn(&format!("{IN_CLEAR} {title}: --insecure-host allows it"));
        }
    }

    /// Prints where each setting comes from, if the user asked for it.
    pub(crate) fn tell(&self, console: Console) {
        for setting in &self.settings {
            console.note(&format!("{} by {}", setting.name, setting.origin));
        }
        for note in self.notes.iter().chain(&self.method()) {
            console.note(note);
        }
    }

    /// Says in lines how the client authenticates, if there is more to say than the settings do.
    pub(crate) fn method(&self) -> Vec<String> {
        let audience = self.audience();
        let credentials = self.credentials.iter();
        credentials.flat_map(|own| own.lines(&audience)).collect()
    }

    /// Warns of a token with fewer scopes than requested. An API may refuse it later, and then nobody
    /// thinks of the scopes.
    pub(crate) fn warn_of_scopes(&self, token: &AccessToken, console: Console) {
        let diagnosis = diagnose_token(&self.config, token);
        let of_scopes = diagnosis.iter().filter(|finding| {
            finding.entry().theme() == Theme::Scope && finding.severity() == Severity::Warning
        });
        for finding in of_scopes {
            let (title, code) = (finding.title(), finding.code());
            let evidence = finding.evidence_in_words(words::of_the_program);
            console.warn(&format!("{title} ({code}): {evidence}"));
        }
    }

    /// Checks what is known of the credentials before they are sent.
    pub(crate) fn check_credentials(&self) -> Result<(), Failure> {
        let mut credentials = self.credentials.iter();
        credentials.try_for_each(|own| own.check(&self.config))
    }
}

impl Settings {
    /// Lets the library make a configuration of the settings, under the names that they have here.
    /// The program itself asks an issuer, and sets the options of the transport.
    fn read_by_the_library(&self, in_clear: Option<&TokenEndpoint>) -> Result<Config, Error> {
        let lookup = |variable: &str| match (variable, in_clear) {
            (TOKEN_URL, Some(endpoint)) => Some(insecure_host::by_https(endpoint)),
            (TOKEN_URL, None) => discovery::address(self).map(str::to_owned),
            (discovery::DISCOVER, _) => None,
            _ if connection::VARIABLES.contains(&variable) => None,
            _ => self
                .secret_file(variable)
                .or_else(|| self.value(variable).map(str::to_owned)),
        };
        let name_of = |variable: &str| self.name_of(variable);
        let read = LibrarySettings::from_named_variables(lookup, name_of, self)?;
        Ok(read.config().clone())
    }
}

/// Returns the failure for a parameter or a header field from `origin`.
fn refused(origin: &Origin, error: &Error) -> Failure {
    let error = error.in_words(words::of_the_program);
    Failure::configuration(format!("{origin}: {error}"))
}

/// The variables that hold a secret or the place of one, with those of the vendor's tools, whether they
/// are read here or not.
#[cfg(unix)]
pub(crate) fn secret_variables() -> impl Iterator<Item = &'static str> {
    let read = definition::DEFINITIONS
        .iter()
        .filter(|own| own.holds_a_secret());
    read.flat_map(|own| {
        let file = own.secret.as_ref().map(|secret| secret.file_variable);
        let others = file.into_iter().chain(own.genesys);
        let unread = own.genesys.into_iter().flat_map(vendor::unread_for);
        [own.variable].into_iter().chain(others).chain(unread)
    })
}

/// Returns the variables that are set, and that a profile does not take if it is one of many.
#[cfg(unix)]
pub(crate) fn variables_of_one_target() -> Vec<&'static str> {
    let definitions = definition::DEFINITIONS.iter();
    let definitions = definitions.filter(|own| own.by_variable && !own.is_of_the_machine());
    let variables = definitions.flat_map(definition::Definition::variables);
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    variables.filter(is_set).collect()
}

/// Returns the ways to give the setting with this name.
pub(crate) fn ways(name: &str) -> Option<String> {
    let definition = definition::DEFINITIONS
        .iter()
        .find(|definition| definition.name == name)?;
    Some(definition.ways())
}

/// Returns the text with the keys of a profile in the place of flags and variables.
#[cfg(unix)]
pub(crate) fn in_a_profile(text: &str) -> String {
    let definitions = definition::DEFINITIONS;
    let mut text = definitions.iter().fold(text.to_owned(), |text, own| {
        text.replace(&own.ways(), &format!("{} = … in the profile", own.key()))
    });
    let mut flags: Vec<&str> = definitions.iter().map(|own| own.flag).collect();
    flags.extend(["--param", "--header"]);
    // The longest first: one may be the beginning of another.
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.len()));
    for flag in flags {
        text = text.replace(flag, flag.trim_start_matches('-'));
    }
    text
}

/// Returns what is assumed about a region that is in no table.
fn newer_region(platform: &Platform) -> Option<String> {
    let Platform::GenesysCloud(region @ Region::Custom { .. }) = platform else {
        return None;
    };
    let (login, api) = (region.login_host(), region.api_host());
    Some(format!(
        "{region} is no region that this program knows: it is taken for a newer one, with the hosts \
         {login} and {api}"
    ))
}

impl Shown {
    /// Returns the value, if it may be shown.
    pub(crate) fn shown(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Secret => None,
        }
    }

    /// Returns the value, or a text that says that it is not shown.
    pub(crate) fn text(&self) -> &str {
        self.shown().unwrap_or("(set, not shown)")
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_secrets_are_those_of_all_settings_that_hold_one() {
        let mut variables: Vec<_> = secret_variables().collect();
        variables.sort_unstable();
        let expected = [
            "CXONE_AUTH_ACCESS_KEY_SECRET",
            "CXONE_AUTH_ACCESS_KEY_SECRET_FILE",
            "CXONE_AUTH_ASSERTION_FILE",
            "CXONE_AUTH_CERT_KEY",
            "CXONE_AUTH_CLIENT_SECRET",
            "CXONE_AUTH_CLIENT_SECRET_FILE",
            "CXONE_AUTH_KEY",
            "CXONE_AUTH_STORE_KEY_FILE",
            "CXONE_AUTH_STORE_PASSWORD",
            "CXONE_AUTH_STORE_PASSWORD_FILE",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
            "GENESYS_CLOUD_CLIENT_SECRET",
        ];
        assert_eq!(variables, expected);
    }
}

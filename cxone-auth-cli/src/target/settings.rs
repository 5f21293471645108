//! The settings that are given.

use std::path::{Path, PathBuf};

use cxone_auth_core::TokenEndpoint;
use cxone_auth_core::config::is_secret_name;
use cxone_auth_credentials::CommandSecret;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};

use super::definition::{DEFINITIONS, Definition};
use super::header;
use super::once::Memory;
use super::places::{Candidate, Places};
use super::{Origin, Setting, Shown, discovery, looks, profile, proof, secret, vendor};
use crate::arguments::TargetArguments;
use crate::failure::Failure;
use crate::output::word;
use crate::visible::{visible, visible_name};

/// The settings that are given, each once, from the first layer that gives it:
///
/// 1. its flag,
/// 2. the profile that `--profile` names,
/// 3. its variable, and then that of Genesys Cloud's own tools,
/// 4. the profile that `CXONE_AUTH_PROFILE` names, which is the default one; without it, and if no flag
///    or variable names a server, the profile that `default-profile` of `config.toml` names.
///
/// If the profile on the command line does not set something, a variable may set it. There is no
/// warning, because this is normal where jobs run. There are things that a variable left over from
/// something else must not do. They are errors: see `address.rs`. A secret that does not count
/// causes a warning.
pub(crate) struct Settings {
    /// The name of the profile that is used, and what says it.
    profile: Option<(String, Origin)>,
    pub(super) given: Vec<Given>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) headers: Vec<Parameter>,
    /// What was done to a value on its way here.
    pub(crate) notes: Vec<String>,
    /// The secrets that are given and do not count.
    pub(crate) warnings: Vec<String>,
    /// What names a server in the place of the default profile.
    named_server: Option<Origin>,
    /// Whether files and commands are read for each token request, and not once.
    pub(super) reads_again: bool,
}

/// A setting as it counts.
pub(super) struct Given {
    pub(super) definition: &'static Definition,
    pub(super) value: SecretString,
    pub(super) origin: Origin,
    /// What prints the secret. Then the value is empty.
    pub(super) command: Option<CommandSecret>,
    /// What holds the secret.
    pub(super) file: Option<PathBuf>,
    /// What was read of its file or its command, to be used for the whole run.
    pub(super) memory: Memory,
    /// Where it stands in the order of the layers: the lowest counts first.
    pub(super) layer: usize,
    /// The other values that weaker layers give.
    pub(super) ignored: Vec<Candidate>,
    /// Whether a flag or a profile gives it, be it with the same value.
    pub(super) is_beside_variables: bool,
}

/// A further parameter or header field of the token request. Its value may be a secret.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: SecretString,
    pub(super) origin: Origin,
}

impl Settings {
    pub(crate) fn read(arguments: &TargetArguments) -> Result<Self, Failure> {
        if arguments.reads_standard_input_twice() {
            return Err(Failure::usage(
                "only one of --client-secret-file, --access-key-secret-file and \
                 --store-password-file can be standard input",
            ));
        }
        check_parameters(arguments)?;
        header::check(arguments)?;
        let mut places = Places::new(arguments)?;
        let mut given = Vec::new();
        for definition in DEFINITIONS {
            given.extend(places.find(definition)?);
        }
        let mut settings = Self {
            profile: places.named.take(),
            given,
            parameters: places.parameters(),
            headers: places.headers()?,
            notes: places.notes,
            warnings: places.warnings,
            named_server: places.named_server,
            reads_again: false,
        };
        discovery::settle(&mut settings);
        proof::choose(&mut settings)?;
        let idle = settings.idle_secrets();
        settings.warnings.extend(idle);
        settings.warnings.extend(vendor::ignored(&settings));
        Ok(settings)
    }

    /// Has files and commands read for each token request: what a process uses for long may be
    /// replaced meanwhile. A secret that is in a file is then no value of its setting. A store is opened
    /// once, and so is its password.
    #[cfg(unix)]
    pub(super) fn read_again(&mut self) {
        self.reads_again = true;
        let is_kept = |given: &Given| given.name() == "store-password";
        let given = self.given.iter_mut();
        for given in given.filter(|given| given.file.is_some() && !is_kept(given)) {
            given.value = SecretString::default();
        }
    }

    /// The secrets that the platform has no use for.
    fn idle_secrets(&self) -> Vec<String> {
        let platform = self.platform();
        let idle = self.given.iter().filter(|given| {
            given.definition.secret.is_some() && !given.definition.has_a_say(platform)
        });
        idle.map(|given| {
            let origin = &given.origin;
            format!("{origin} is ignored, since it does not apply to platform {platform}")
        })
        .collect()
    }

    /// The value of the setting with this variable.
    pub(super) fn value(&self, variable: &str) -> Option<&str> {
        let given = self.find(variable)?;
        Some(given.value.expose_secret())
    }

    /// The origin of the setting with this variable.
    pub(super) fn origin(&self, variable: &str) -> Option<&Origin> {
        self.find(variable).map(|given| &given.origin)
    }

    /// What an error calls the setting with this variable, or with this one for its file.
    pub(super) fn name_of(&self, variable: &str) -> String {
        let mut definitions = DEFINITIONS.iter();
        let Some(definition) = definitions.find(|own| own.is_of(variable)) else {
            return variable.to_owned();
        };
        let origin = self.origin(definition.variable);
        origin.map_or_else(|| definition.ways(), Origin::to_string)
    }

    /// That it can be told which server is meant: what comes first, and what a new user does not
    /// know.
    pub(super) fn check_server(&self) -> Result<(), Failure> {
        let is_given = |name: &str| self.value(&format!("CXONE_AUTH_{name}")).is_some();
        if is_given("PLATFORM") {
            return Ok(());
        }
        match (is_given("REGION"), is_given("ISSUER")) {
            (true, true) => Err(Failure::configuration(
                "a region is of Genesys Cloud and an issuer of CXone: leave one of them out, or \
                 say which counts with --platform",
            )
            .about_the_server()),
            // An access key without a client is CXone's: the library says what else it needs.
            (false, false)
                if !is_given("TOKEN_URL") && !is_given("DISCOVER") && !self.has_key_alone() =>
            {
                Err(Failure::configuration(format!(
                    "no server is named: give --region for Genesys Cloud, --issuer for CXone, \
                     --platform central, --discover or --token-url for any other, or a variable or \
                     profile in its place; `cxone-auth --help` has examples{}{}",
                    self.offered_profiles(),
                    vendor::unread()
                ))
                .about_the_server())
            }
            _ => Ok(()),
        }
    }

    /// Returns the failure, which says what does not count although it may be meant: the default
    /// profile, and the variables of Genesys Cloud's own tools.
    pub(super) fn with_what_is_passed_over(&self, failure: Failure) -> Failure {
        if !failure.is_about_something_missing() {
            return failure;
        }
        let failure = match (&self.named_server, profile::default::name()) {
            (Some(server), Ok(Some((name, origin)))) => failure.followed_by(&format!(
                "; profile {} ({origin}) is not used, since {server} names a server: \
                 --profile {} uses it",
                visible_name(&name),
                word(&visible_name(&name))
            )),
            _ => failure,
        };
        match (vendor::passed_over(self), &self.named_server) {
            (Some(variable), Some(server)) => failure.followed_by(&format!(
                "; {variable} is not used, since {server} names another server: --platform \
                 genesys-cloud uses it"
            )),
            _ => failure,
        }
    }

    /// What to say of the profiles where none counts.
    fn offered_profiles(&self) -> String {
        match &self.profile {
            Some((name, _)) => format!("; profile {} names none", visible_name(name)),
            None => profile::default::offered(),
        }
    }

    /// The platform that is given, or implied as the configuration has it.
    pub(super) fn platform(&self) -> &str {
        let is_given = |variable: &str| self.value(variable).is_some();
        match self.value("CXONE_AUTH_PLATFORM") {
            Some(platform) => platform,
            None if is_given("CXONE_AUTH_REGION") => "genesys-cloud",
            None if is_given("CXONE_AUTH_ISSUER") || self.has_key_alone() => "cxone",
            None => "custom",
        }
    }

    /// Whether there is an access key and no client: then CXone is meant.
    fn has_key_alone(&self) -> bool {
        let is_given = |variable: &str| self.value(variable).is_some();
        is_given("CXONE_AUTH_ACCESS_KEY_ID") && !is_given("CXONE_AUTH_CLIENT_ID")
    }

    /// The setting of this name, if it is given and does something with this platform.
    pub(super) fn with_a_say(&self, name: &str) -> Option<&Given> {
        let platform = self.platform();
        let given = self
            .given
            .iter()
            .find(|given| given.definition.name == name);
        given.filter(|given| given.definition.has_a_say(platform))
    }

    /// A flag that does not apply is a mistake; a variable or a profile may serve other commands too.
    pub(super) fn check_flags(&self) -> Result<(), Failure> {
        let platform = self.platform();
        let idle = self.given.iter().find_map(|given| {
            let flag = given.origin.flag()?;
            (!given.definition.has_a_say(platform)).then_some((flag, given.definition.name))
        });
        match idle {
            None => Ok(()),
            Some(("--region", name)) if platform == "cxone" => Err(Failure::configuration(
                "--region does not apply to platform cxone: name the area with --issuer, such as \
                 --issuer na1",
            )
            .about(name)),
            Some((flag, name)) => Err(Failure::configuration(format!(
                "{flag} does not apply to platform {platform}: remove it, or give another --platform"
            ))
            .about(name)),
        }
    }

    /// The settings as far as they may be shown.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let is_central = self.value("CXONE_AUTH_PLATFORM") == Some("central");
        let profile = self.profile.iter().map(|(name, origin)| Setting {
            name: "profile".to_owned(),
            value: Shown::Text(visible_name(name)),
            origin: origin.clone(),
        });
        let given = self.given.iter().map(|given| Setting {
            name: given.key().to_owned(),
            value: if self.repeats_a_secret(given) {
                Shown::Secret
            } else {
                given.shown(is_central)
            },
            origin: given.origin.clone(),
        });
        let parameters = self.parameters.iter().map(|own| own.shown("param"));
        let headers = self.headers.iter().map(|own| own.shown("header"));
        profile
            .chain(given)
            .chain(parameters)
            .chain(headers)
            .collect()
    }

    /// Whether a secret stands in this setting as well.
    pub(super) fn repeats_a_secret(&self, given: &Given) -> bool {
        self.stands_in(given.value.expose_secret())
    }

    /// The endpoint as far as it may be shown, like the setting that it is made of.
    pub(super) fn endpoint(&self, endpoint: &TokenEndpoint) -> Shown {
        let text = endpoint.to_string();
        if self.stands_in(&text) {
            Shown::Secret
        } else {
            Shown::Text(text)
        }
    }

    /// Whether a secret is a part of the text, as it is or percent-encoded.
    fn stands_in(&self, text: &str) -> bool {
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        let mut secrets = self.secrets();
        secrets.any(|secret| text.contains(secret) || decoded.contains(secret))
    }

    /// The failure, whose line may quote the value of a setting in which a secret stands.
    pub(super) fn without_secrets(&self, failure: Failure) -> Failure {
        failure.without(self.secrets())
    }

    /// The secrets that are not so short that they stand in many words.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        const SHORTEST: usize = 4;
        let secrets = self.given.iter();
        let secrets = secrets.filter(|own| own.definition.secret.is_some());
        let secrets = secrets.map(|own| own.value.expose_secret());
        secrets.filter(|secret| secret.len() >= SHORTEST)
    }

    pub(super) fn find(&self, variable: &str) -> Option<&Given> {
        self.given
            .iter()
            .find(|given| given.definition.variable == variable)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|own| own.definition.name == name)
    }
}

/// That no flag gives a secret, as far as the names of parameters tell.
fn check_parameters(arguments: &TargetArguments) -> Result<(), Failure> {
    let mut parameters = arguments.param.iter();
    match parameters.find(|own| is_secret_name(&own.name)) {
        None => Ok(()),
        Some(own) => Err(Failure::usage(format!(
            "--param takes no secret such as {}, since every user of the machine can read a \
             command line: put it under params in a profile",
            own.name
        ))),
    }
}

impl Parameter {
    fn shown(&self, kind: &str) -> Setting {
        Setting {
            name: visible(&format!("{kind} {}", self.name)),
            value: Shown::Secret,
            origin: self.origin.clone(),
        }
    }
}

impl Given {
    pub(super) fn name(&self) -> &'static str {
        self.definition.name
    }

    /// The name of what gives the setting: a command that prints a secret has one of its own.
    fn key(&self) -> &'static str {
        let printed = self.definition.secret.as_ref();
        let printed = printed.filter(|_| self.command.is_some());
        printed.map_or(self.name(), |own| own.command_key)
    }

    /// The variable, if neither a flag nor a profile gives the setting as well.
    pub(super) fn only_variable(&self) -> Option<&'static str> {
        let variable = self.origin.variable()?;
        (!self.is_beside_variables).then_some(variable)
    }

    fn shown(&self, is_central: bool) -> Shown {
        let text = self.value.expose_secret();
        let shown = match self.definition.name {
            _ if is_secret(self.definition, text) => return Shown::Secret,
            _ if text.trim().is_empty() => "(blank)".to_owned(),
            "client-id" if is_central && text.contains('@') => text.to_owned(),
            "client-id" | "access-key-id" => id(text),
            // It is public: the server has it, and each assertion names it.
            "key-id" if !looks::like_contents(text) => text.to_owned(),
            _ if looks::like_a_secret(text) || looks::like_contents(text) => {
                return Shown::Secret;
            }
            "token-url" => endpoint(text),
            "issuer" | "discover" | "api-base" | "proxy" | "store" => address(text),
            _ if self.definition.is_path => secret::shown(Path::new(text)).display().to_string(),
            _ => text.to_owned(),
        };
        Shown::Text(visible(&shown))
    }
}

/// Whether the value is a secret, or may be: an address may hold a password, in any of its
/// spellings.
pub(super) fn is_secret(definition: &Definition, text: &str) -> bool {
    definition.secret.is_some() || text.contains('@') && text.contains(':')
}

/// An id as it may be shown. Swapped by mistake it is the secret, so that only what has the shape
/// of an id is shown whole, and a part of what is much longer than the part.
fn id(text: &str) -> String {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    if groups == [8, 4, 4, 4, 12] {
        return text.to_owned();
    }
    if text.chars().count() < SHORT {
        return format!("(not shown: shorter than {SHORT} characters)");
    }
    text.chars()
        .take(4)
        .chain("… (the rest is not shown)".chars())
        .collect()
}

/// Of a shorter value, a part would give away too much, if it is a secret that stands in the place of
/// an id.
const SHORT: usize = 16;

/// An endpoint as it may be shown: with its query, as far as that is without secrets.
fn endpoint(text: &str) -> String {
    let endpoint: Result<TokenEndpoint, _> = text.parse();
    endpoint.map_or_else(|_| address(text), |endpoint| endpoint.to_string())
}

/// An address as it may be shown: a query may hold a key, which is why it is not taken.
fn address(text: &str) -> String {
    match text.find(['?', '#']) {
        None => text.to_owned(),
        Some(end) => format!("{}… (the rest is not shown)", &text[..=end]),
    }
}

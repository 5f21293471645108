//! Where a setting is looked for, and which place counts.

use std::env;
use std::path::PathBuf;

use cxone_auth_credentials::CommandSecret;
use secrecy::{ExposeSecret as _, SecretString};

use super::Origin;
use super::definition::Definition;
use super::header;
use super::looks;
use super::once::Memory;
use super::profile::{self, Profile};
use super::secret;
use super::settings::{Given, Parameter, is_secret};
use crate::arguments::{SecretFile, TargetArguments};
use crate::failure::Failure;

/// One place to look in.
#[derive(Clone, Copy)]
enum Place {
    Flags,
    Profile,
    Variables,
    /// The variables of Genesys Cloud's own tools.
    GenesysVariables,
}

/// The first one counts. The command line names the profile.
const WITH_EXPLICIT_PROFILE: [Place; 4] = [
    Place::Flags,
    Place::Profile,
    Place::Variables,
    Place::GenesysVariables,
];

/// The first one counts. `CXONE_AUTH_PROFILE` names the profile: a variable like any other, which
/// may be left over from something else, so that its profile is only the default. So is the one that
/// `config.toml` names for those who name no server.
const WITH_DEFAULT_PROFILE: [Place; 4] = [
    Place::Flags,
    Place::Variables,
    Place::GenesysVariables,
    Place::Profile,
];

/// The places to look in.
pub(super) struct Places<'a> {
    arguments: &'a TargetArguments,
    profile: Option<Profile>,
    /// The name of the profile, and what says it.
    pub(super) named: Option<(String, Origin)>,
    order: [Place; 4],
    /// Whether the variables of Genesys Cloud's own tools are meant: not when another platform is.
    genesys: bool,
    pub(super) notes: Vec<String>,
    /// The secrets that are given and do not count.
    pub(super) warnings: Vec<String>,
    /// What names a server in the place of the default profile.
    pub(super) named_server: Option<Origin>,
}

/// A value in one of the places. A file is read only if it counts.
pub(super) struct Candidate {
    pub(super) value: Value,
    pub(super) origin: Origin,
    /// Its place in the order: the lowest counts first.
    pub(super) layer: usize,
}

pub(super) enum Value {
    Text(SecretString),
    File(SecretFile),
    /// What prints a secret. It is run when a request needs it.
    Command(CommandSecret),
    /// A variable that is not UTF-8.
    NotText,
}

impl<'a> Places<'a> {
    pub(super) fn new(arguments: &'a TargetArguments) -> Result<Self, Failure> {
        let (name, order) = match &arguments.profile {
            Some(name) => {
                let named = (name.clone(), Origin::Flag("--profile"));
                (Some(named), WITH_EXPLICIT_PROFILE)
            }
            None => (named_by_variable()?, WITH_DEFAULT_PROFILE),
        };
        let mut places = Self {
            arguments,
            profile: None,
            named: None,
            order,
            genesys: false,
            notes: Vec::new(),
            warnings: Vec::new(),
            named_server: None,
        };
        places.use_profile(name)?;
        if places.named.is_none() {
            places.named_server = places.name_a_server()?;
            if places.named_server.is_none() {
                places.use_profile(profile::default::name()?)?;
            }
        }
        Ok(places)
    }

    fn use_profile(&mut self, named: Option<(String, Origin)>) -> Result<(), Failure> {
        if let Some((name, origin)) = &named {
            self.profile = Some(Profile::read(name, origin)?);
        }
        self.named = named;
        self.genesys = self.may_be_genesys()?;
        Ok(())
    }

    /// Returns the flag or the variable that says which server is meant.
    fn name_a_server(&self) -> Result<Option<Origin>, Failure> {
        let given = |name| {
            let given = self.candidates(Definition::named(name));
            given.map(|given| given.into_iter().next().map(|own| own.origin))
        };
        for name in ["platform", "region", "issuer", "token-url", "discover"] {
            if let Some(origin) = given(name)? {
                return Ok(Some(origin));
            }
        }
        // An access key without a client is CXone's.
        match given("access-key-id")? {
            Some(key) if given("client-id")?.is_none() => Ok(Some(key)),
            _ => Ok(None),
        }
    }

    fn may_be_genesys(&self) -> Result<bool, Failure> {
        let mut values = Vec::new();
        for name in ["platform", "issuer", "token-url", "discover"] {
            let first = self.candidates(Definition::named(name))?.into_iter().next();
            values.push(first.map(Candidate::text).transpose()?);
        }
        Ok(match &values[0] {
            Some(platform) => platform.expose_secret() == "genesys-cloud",
            None => values.iter().all(Option::is_none),
        })
    }

    /// The value that counts.
    pub(super) fn find(
        &mut self,
        definition: &'static Definition,
    ) -> Result<Option<Given>, Failure> {
        let candidates = self.candidates(definition)?;
        let is_beside_variables = candidates.iter().any(|own| own.origin.variable().is_none());
        let mut candidates = candidates.into_iter();
        let Some(first) = candidates.next() else {
            return Ok(None);
        };
        let stands = first.origin.clone();
        let about = |failure: Failure| failure.about(definition.name).standing(stands.clone());
        let layer = first.layer;
        let command = first.command();
        let file = first.file();
        let (value, origin) = self.read(first).map_err(about)?;
        if definition.is_path {
            check_path(value.expose_secret(), &origin).map_err(about)?;
        }
        let ignored: Vec<Candidate> = candidates.filter(|own| !own.is(&value)).collect();
        for candidate in ignored.iter().filter(|own| own.is_secret_of(definition)) {
            self.warnings.push(format!(
                "{} is ignored, since {origin} counts before it",
                candidate.origin
            ));
        }
        Ok(Some(Given {
            definition,
            value,
            origin,
            command,
            file,
            memory: Memory::default(),
            layer,
            ignored,
            is_beside_variables,
        }))
    }

    /// All values of the setting, and the one that counts first.
    fn candidates(&self, definition: &'static Definition) -> Result<Vec<Candidate>, Failure> {
        let mut places = self.order.map(|place| self.look(place, definition));
        for (layer, found) in places.iter_mut().enumerate() {
            for own in found {
                own.layer = layer;
            }
        }
        let first = places.iter().find(|found| !found.is_empty());
        if let Some([value, file]) = first.map(Vec::as_slice) {
            return Err(Failure::configuration(format!(
                "{} and {} are both set: keep one of them",
                value.origin, file.origin
            ))
            .about(definition.name));
        }
        Ok(places.into_iter().flatten().collect())
    }

    /// What the place has for the setting. Only variables can give both a secret and its file.
    fn look(&self, place: Place, definition: &'static Definition) -> Vec<Candidate> {
        let found = match place {
            Place::Flags => [self.flag(definition), None],
            Place::Profile => [self.in_profile(definition), None],
            Place::Variables if !definition.by_variable => [None, None],
            Place::Variables | Place::GenesysVariables
                if self.arguments.is_one_of_many && !definition.is_of_the_machine() =>
            {
                [None, None]
            }
            Place::Variables => {
                let file = definition.secret.as_ref().map(|files| files.file_variable);
                [
                    variable(definition.variable).map(Candidate::of_variable),
                    file.and_then(variable).map(Candidate::of_file_variable),
                ]
            }
            Place::GenesysVariables => {
                let name = definition.genesys.filter(|_| self.genesys);
                [name.and_then(variable).map(Candidate::of_variable), None]
            }
        };
        found.into_iter().flatten().collect()
    }

    fn flag(&self, definition: &'static Definition) -> Option<Candidate> {
        let origin = Origin::Flag(definition.flag);
        let value = match self.arguments.secret_file(definition.name) {
            Some(file) => Value::File(file.clone()),
            None => Value::Text((&*self.arguments.text(definition.name)?).into()),
        };
        Some(Candidate::new(value, origin))
    }

    fn in_profile(&self, definition: &'static Definition) -> Option<Candidate> {
        let profile = self.profile.as_ref()?;
        let file = definition.secret.as_ref().map(|files| files.file_key);
        if let Some((path, origin)) = file.and_then(|key| profile.path(key)) {
            let value = Value::File(SecretFile::Path(path));
            return Some(Candidate::new(value, origin));
        }
        let command = definition.secret.as_ref().map(|files| files.command_key);
        if let Some((command, origin)) = command.and_then(|key| profile.command(key)) {
            return Some(Candidate::new(Value::Command(command), origin));
        }
        let (text, origin) = profile.text(definition.name)?;
        // As with a variable, an empty value leaves the setting open.
        let is_given = !text.expose_secret().is_empty();
        let value = Value::Text(text);
        is_given.then(|| Candidate::new(value, origin))
    }

    fn read(&mut self, candidate: Candidate) -> Result<(SecretString, Origin), Failure> {
        let file = match &candidate.value {
            Value::File(file) => file,
            Value::Command(_) => return Ok((SecretString::default(), candidate.origin)),
            Value::Text(_) | Value::NotText => {
                let origin = candidate.origin.clone();
                return Ok((candidate.text()?, origin));
            }
        };
        if let SecretFile::Path(path) = file {
            check_path(&path.to_string_lossy(), &candidate.origin)?;
        }
        let secret = secret::read(file, &candidate.origin)?;
        self.notes.extend(secret.notes);
        Ok((secret.value, secret.origin))
    }

    /// Those of the flags, and of the profile those that no flag names.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let flags = self.arguments.param.iter().map(|given| Parameter {
            name: given.name.clone(),
            value: given.value.as_str().into(),
            origin: Origin::Flag("--param"),
        });
        let named = |name: &str| self.arguments.param.iter().any(|own| own.name == name);
        let profile = self.profile.iter().flat_map(Profile::parameters);
        let profile = profile.filter(|(name, ..)| !named(name));
        let profile = profile.map(|(name, value, origin)| Parameter {
            name,
            value,
            origin,
        });
        flags.chain(profile).collect()
    }
}

impl Places<'_> {
    /// Those of the flags, and of the profile those that no flag names.
    pub(super) fn headers(&mut self) -> Result<Vec<Parameter>, Failure> {
        let flags = self.arguments.header.iter();
        let named = |name: &str| flags.clone().any(|own| own.name.eq_ignore_ascii_case(name));
        let mut read = Vec::new();
        for own in flags.clone() {
            let origin = Origin::Flag("--header");
            read.push((
                &*own.name,
                header::read(&own.value, origin, |path| path.into())?,
            ));
        }
        if let Some(profile) = &self.profile {
            for (name, value) in profile.headers().filter(|(name, _)| !named(name)) {
                read.push((name, profile.header(name, value)?));
            }
        }
        let mut headers = Vec::new();
        for (name, secret) in read {
            self.notes.extend(secret.notes);
            headers.push(Parameter {
                name: name.to_owned(),
                value: secret.value,
                origin: secret.origin,
            });
        }
        Ok(headers)
    }
}

impl Candidate {
    fn new(value: Value, origin: Origin) -> Self {
        let layer = 0;
        Self {
            value,
            origin,
            layer,
        }
    }

    fn of_variable((name, value): (&'static str, Value)) -> Self {
        Self::new(value, Origin::Variable(name))
    }

    fn of_file_variable((name, value): (&'static str, Value)) -> Self {
        let value = match value {
            Value::Text(path) => Value::File(SecretFile::Path(PathBuf::from(path.expose_secret()))),
            other => other,
        };
        Self::of_variable((name, value))
    }

    fn command(&self) -> Option<CommandSecret> {
        match &self.value {
            Value::Command(command) => Some(command.clone()),
            Value::Text(_) | Value::File(_) | Value::NotText => None,
        }
    }

    fn file(&self) -> Option<PathBuf> {
        match &self.value {
            Value::File(SecretFile::Path(path)) => Some(path.clone()),
            _ => None,
        }
    }

    fn text(self) -> Result<SecretString, Failure> {
        match self.value {
            Value::Text(text) => Ok(text),
            Value::File(_) | Value::Command(_) | Value::NotText => Err(Failure::configuration(
                format!("{} is not UTF-8 text", self.origin),
            )),
        }
    }

    /// Whether it gives this value, as far as that can be told without reading a file.
    fn is(&self, value: &SecretString) -> bool {
        matches!(&self.value, Value::Text(text) if text.expose_secret() == value.expose_secret())
    }

    fn is_secret_of(&self, definition: &Definition) -> bool {
        match &self.value {
            Value::Text(text) => {
                definition.is_a_proof() || is_secret(definition, text.expose_secret())
            }
            Value::File(_) | Value::Command(_) | Value::NotText => definition.is_a_proof(),
        }
    }
}

/// Refuses what is in a file where its path belongs, and what is blank.
pub(crate) fn check_path(path: &str, origin: &Origin) -> Result<(), Failure> {
    if path.trim().is_empty() {
        return Err(Failure::configuration(format!(
            "{origin} is blank: a path belongs here"
        )));
    }
    if !looks::like_contents(path) {
        return Ok(());
    }
    let what = "a path belongs here, and what is in the file stands here";
    let remedy = "write it into a file, and give the path";
    Err(Failure::configuration(format!(
        "{origin}: {what}: {remedy}"
    )))
}

fn named_by_variable() -> Result<Option<(String, Origin)>, Failure> {
    let Some(named) = variable("CXONE_AUTH_PROFILE").map(Candidate::of_variable) else {
        return Ok(None);
    };
    let origin = named.origin.clone();
    Ok(Some((named.text()?.expose_secret().to_owned(), origin)))
}

/// A variable of the environment; an empty one counts as absent.
fn variable(name: &'static str) -> Option<(&'static str, Value)> {
    match env::var(name) {
        Ok(value) if value.is_empty() => None,
        Ok(value) => Some((name, Value::Text(value.into()))),
        Err(env::VarError::NotPresent) => None,
        Err(env::VarError::NotUnicode(_)) => Some((name, Value::NotText)),
    }
}

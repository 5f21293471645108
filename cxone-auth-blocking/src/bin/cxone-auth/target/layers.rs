//! Each setting from where it is given first.

use std::env;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::profile::Profile;
use super::row::{ROWS, Row, SecretRow};
use super::secret;
use super::{Origin, Setting, Shown};
use crate::arguments::{SecretFile, TargetArguments};
use crate::failure::Failure;

/// The settings that are given, each once.
pub(crate) struct Layers {
    given: Vec<Given>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) notes: Vec<String>,
    pub(super) profile: Option<String>,
}

struct Given {
    row: &'static Row,
    value: SecretString,
    origin: Origin,
}

/// A further parameter of the token request. Its value may be a secret.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: SecretString,
    pub(super) origin: Origin,
}

/// A value and where it was found.
type Found = Option<(SecretString, Origin)>;

/// The places to look in.
struct Places<'a> {
    arguments: &'a TargetArguments,
    profile: Option<Profile>,
    /// Whether the variables of Genesys Cloud's own tools are meant: not when another platform is.
    genesys: bool,
    notes: Vec<String>,
}

impl Layers {
    pub(crate) fn read(arguments: &TargetArguments) -> Result<Self, Failure> {
        if arguments.reads_standard_input_twice() {
            return Err(Failure::usage(
                "--client-secret-file and --access-key-secret-file cannot both be standard input",
            ));
        }
        let mut places = Places::new(arguments)?;
        let mut given = Vec::new();
        for row in ROWS {
            if let Some((value, origin)) = places.find(row)? {
                given.push(Given { row, value, origin });
            }
        }
        Ok(Self {
            given,
            parameters: places.parameters(),
            notes: places.notes,
            profile: places.profile.map(|profile| profile.name),
        })
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

    /// What an error calls the setting with this variable.
    pub(super) fn name_of(&self, variable: &str) -> String {
        let ways = || {
            let row = ROWS.iter().find(|row| row.variable == variable);
            row.map_or_else(|| variable.to_owned(), Row::ways)
        };
        self.origin(variable).map_or_else(ways, Origin::to_string)
    }

    /// A flag that has no say is a mistake; a variable or a profile may serve other commands too.
    pub(super) fn check_flags(&self, platform: &str) -> Result<(), Failure> {
        let idle = self.given.iter().find_map(|given| {
            let flag = given.origin.flag()?;
            let platforms = given.row.platforms;
            (!platforms.is_empty() && !platforms.contains(&platform)).then_some(flag)
        });
        match idle {
            None => Ok(()),
            Some(flag) => Err(Failure::configuration(format!(
                "{flag} has no say with the platform {platform}: leave it out, or give another \
                 --platform"
            ))),
        }
    }

    /// The settings as far as they may be shown.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let given = self.given.iter().map(|given| Setting {
            name: given.row.name.to_owned(),
            value: given.shown(),
            origin: given.origin.clone(),
        });
        let parameters = self.parameters.iter().map(|parameter| Setting {
            name: format!("param {}", parameter.name),
            value: Shown::Secret,
            origin: parameter.origin.clone(),
        });
        given.chain(parameters).collect()
    }

    fn find(&self, variable: &str) -> Option<&Given> {
        self.given
            .iter()
            .find(|given| given.row.variable == variable)
    }
}

impl Given {
    fn shown(&self) -> Shown {
        let text = self.value.expose_secret();
        // An address may hold a password, in any of its spellings.
        let is_secret = self.row.secret.is_some() || text.contains('@') && text.contains(':');
        match self.row.name {
            _ if is_secret => Shown::Secret,
            "client-id" | "access-key-id" => Shown::Text(id(text)),
            _ => Shown::Text(text.to_owned()),
        }
    }
}

impl<'a> Places<'a> {
    fn new(arguments: &'a TargetArguments) -> Result<Self, Failure> {
        let name = match &arguments.profile {
            Some(name) => Some((name.clone(), Origin::Flag("--profile"))),
            None => variable("CXONE_AUTH_PROFILE")?
                .map(|name| (name, Origin::Variable("CXONE_AUTH_PROFILE"))),
        };
        let profile = name.map(|(name, origin)| Profile::read(&name, &origin));
        let mut places = Self {
            arguments,
            profile: profile.transpose()?,
            genesys: false,
            notes: Vec::new(),
        };
        places.genesys = places.may_be_genesys()?;
        Ok(places)
    }

    fn may_be_genesys(&mut self) -> Result<bool, Failure> {
        let mut values = Vec::new();
        for name in ["platform", "issuer", "token-url"] {
            let row = ROWS.iter().find(|row| row.name == name);
            let row = row.expect("the table has a row for each part of the address");
            values.push(self.find(row)?);
        }
        Ok(match &values[0] {
            Some((platform, _)) => platform.expose_secret() == "genesys-cloud",
            None => values.iter().all(Option::is_none),
        })
    }

    fn find(&mut self, row: &'static Row) -> Result<Found, Failure> {
        match &row.secret {
            None => self.text(row),
            Some(files) => self.secret(row, files),
        }
    }

    fn text(&self, row: &'static Row) -> Result<Found, Failure> {
        if let Some(value) = self.arguments.text(row.name) {
            return Ok(found(value, Origin::Flag(row.flag)));
        }
        if let Some(found) = self.variables(row)? {
            return Ok(Some(found));
        }
        Ok(self.profile.as_ref().and_then(|own| own.text(row.name)))
    }

    fn secret(&mut self, row: &'static Row, files: &SecretRow) -> Result<Found, Failure> {
        if let Some(file) = self.arguments.secret_file(row.name) {
            return self.read(file, &Origin::Flag(row.flag)).map(Some);
        }
        let file = variable(files.file_variable)?;
        let value = self.variables(row)?;
        if file.is_some() && value.is_some() {
            return Err(Failure::configuration(format!(
                "{} and {} are both set: keep one of them",
                row.variable, files.file_variable
            )));
        }
        if let Some(path) = file {
            let file = SecretFile::Path(PathBuf::from(path));
            let origin = Origin::Variable(files.file_variable);
            return self.read(&file, &origin).map(Some);
        }
        if value.is_some() {
            return Ok(value);
        }
        let Some(profile) = &self.profile else {
            return Ok(None);
        };
        match profile.path(files.file_key) {
            Some((path, origin)) => self.read(&SecretFile::Path(path), &origin).map(Some),
            None => Ok(profile.text(row.name)),
        }
    }

    fn read(
        &mut self,
        file: &SecretFile,
        named_by: &Origin,
    ) -> Result<(SecretString, Origin), Failure> {
        let secret = secret::read(file, named_by)?;
        self.notes.extend(secret.note);
        Ok((secret.value, secret.origin))
    }

    fn variables(&self, row: &'static Row) -> Result<Found, Failure> {
        let genesys = row.genesys.filter(|_| self.genesys);
        for name in [Some(row.variable), genesys].into_iter().flatten() {
            if let Some(value) = variable(name)? {
                return Ok(found(&value, Origin::Variable(name)));
            }
        }
        Ok(None)
    }

    /// Those of the flags, and of the profile those that no flag names.
    fn parameters(&self) -> Vec<Parameter> {
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

/// An id as it may be shown. Swapped by mistake it is the secret, so that only what has the shape
/// of an id is shown whole: a UUID, or an application of Central.
fn id(text: &str) -> String {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    if groups == [8, 4, 4, 4, 12] || text.contains('@') {
        return text.to_owned();
    }
    text.chars()
        .take(4)
        .chain("… (the rest is not shown)".chars())
        .collect()
}

fn found(value: &str, origin: Origin) -> Found {
    Some((SecretString::from(value), origin))
}

/// A variable of the environment; an empty one counts as absent.
fn variable(name: &'static str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::configuration(format!("{name} is not UTF-8 text")))
        }
    }
}

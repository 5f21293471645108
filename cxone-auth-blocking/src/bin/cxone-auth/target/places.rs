//! Where a setting is looked for: flags, then variables, then the profile.

use std::env;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::Origin;
use super::layers::Parameter;
use super::profile::Profile;
use super::row::{ROWS, Row, SecretRow};
use super::secret;
use crate::arguments::{SecretFile, TargetArguments};
use crate::failure::Failure;

/// A value and where it was found.
pub(super) type Found = Option<(SecretString, Origin)>;

/// The places to look in.
pub(super) struct Places<'a> {
    arguments: &'a TargetArguments,
    profile: Option<Profile>,
    /// Whether the variables of Genesys Cloud's own tools are meant: not when another platform is.
    genesys: bool,
    pub(super) notes: Vec<String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(arguments: &'a TargetArguments) -> Result<Self, Failure> {
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

    /// The value that counts.
    pub(super) fn find(&mut self, row: &'static Row) -> Result<Found, Failure> {
        match &row.secret {
            None => self.text(row),
            Some(files) => self.secret(row, files),
        }
    }

    fn text(&self, row: &'static Row) -> Result<Found, Failure> {
        if let Some(value) = self.arguments.text(row.name) {
            return Ok(Some(found(value, Origin::Flag(row.flag))));
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
        self.notes.extend(secret.notes);
        Ok((secret.value, secret.origin))
    }

    fn variables(&self, row: &'static Row) -> Result<Found, Failure> {
        let genesys = row.genesys.filter(|_| self.genesys);
        for name in [Some(row.variable), genesys].into_iter().flatten() {
            if let Some(value) = variable(name)? {
                return Ok(Some(found(&value, Origin::Variable(name))));
            }
        }
        Ok(None)
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

fn found(value: &str, origin: Origin) -> (SecretString, Origin) {
    (SecretString::from(value), origin)
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

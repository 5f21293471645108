//! A profile of `config.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use toml::{Table, Value};

use super::Origin;
use super::row::{ROWS, Row};
use crate::directory;
use crate::failure::Failure;

/// The settings of one profile. Each is text, which is checked like that of a flag.
pub(super) struct Profile {
    pub(super) name: String,
    file: PathBuf,
    table: Table,
}

impl Profile {
    pub(super) fn read(name: &str, asked_by: &Origin) -> Result<Self, Failure> {
        let file = directory::config_file().ok_or_else(|| {
            Failure::configuration(format!(
                "{asked_by}: neither XDG_CONFIG_HOME nor HOME says where config.toml is"
            ))
        })?;
        let wrong = |what: String| Failure::configuration(format!("{}: {what}", file.display()));
        let text = fs::read_to_string(&file)
            .map_err(|error| wrong(format!("{error}; {asked_by} asks for profile {name}")))?;
        let table = text
            .parse::<Table>()
            .map_err(|error| wrong(complaint(&text, &error)))?;
        let table =
            select(table, name).map_err(|what| wrong(format!("{what}; {asked_by} asks for it")))?;
        let profile = Self {
            name: name.to_owned(),
            file: file.clone(),
            table,
        };
        profile.check().map_err(wrong)?;
        Ok(profile)
    }

    pub(super) fn text(&self, key: &str) -> Option<(SecretString, Origin)> {
        let text = self.table.get(key)?.as_str()?;
        Some((SecretString::from(self.value(key, text)), self.origin(key)))
    }

    pub(super) fn path(&self, key: &str) -> Option<(PathBuf, Origin)> {
        let text = self.table.get(key)?.as_str()?;
        Some((self.resolve(text), self.origin(key)))
    }

    pub(super) fn parameters(&self) -> Vec<(String, SecretString, Origin)> {
        let table = self.table.get(PARAMS).and_then(Value::as_table);
        let entries = table.into_iter().flatten();
        entries
            .filter_map(|(name, value)| {
                let origin = self.origin(&format!("{PARAMS}.{name}"));
                Some((name.clone(), SecretString::from(value.as_str()?), origin))
            })
            .collect()
    }

    fn value(&self, key: &str, text: &str) -> String {
        match key {
            "ca-file" => self.resolve(text).to_string_lossy().into_owned(),
            _ => text.to_owned(),
        }
    }

    fn origin(&self, key: &str) -> Origin {
        Origin::Profile {
            file: self.file.clone(),
            name: self.name.clone(),
            key: key.to_owned(),
        }
    }

    /// A path as it is meant in the file: from its folder, or from the home directory.
    fn resolve(&self, path: &str) -> PathBuf {
        let below_home = path.strip_prefix("~/");
        if let (Some(rest), Some(home)) = (below_home, directory::home()) {
            return home.join(rest);
        }
        let folder = self.file.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }

    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        for (key, value) in &self.table {
            check_entry(key, value).map_err(|what| format!("profile {name}: {what}"))?;
        }
        for row in ROWS {
            let Some(secret) = &row.secret else { continue };
            if self.table.contains_key(row.name) && self.table.contains_key(secret.file_key) {
                let (value, file) = (row.name, secret.file_key);
                return Err(format!(
                    "profile {name}: {value} and {file}: keep one of them"
                ));
            }
        }
        match self.table.iter().find(|(key, value)| is_secret(key, value)) {
            Some((key, _)) if !is_private(&self.file) => Err(format!(
                "profile {name}: {key} is a secret in a file that others can read: chmod 600 the \
                 file, or name a file of its own in {}",
                if key == "proxy" {
                    "HTTPS_PROXY"
                } else {
                    "client-secret-file"
                }
            )),
            _ => Ok(()),
        }
    }
}

const PARAMS: &str = "params";

/// The table of the profile.
fn select(mut table: Table, name: &str) -> Result<Table, String> {
    let Some(Value::Table(mut profiles)) = table.remove("profile") else {
        return Err(format!("there is no [profile.{name}]"));
    };
    if let Some(Value::Table(profile)) = profiles.remove(name) {
        return Ok(profile);
    }
    let names: Vec<String> = profiles.keys().cloned().collect();
    let names = names.join(", ");
    Err(format!("there is no [profile.{name}], only: {names}"))
}

/// What is wrong with the text, without any of it: the parser's own message may quote a value.
fn complaint(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    format!("line {line} is not TOML: a setting is written as name = \"value\"")
}

fn check_entry(key: &str, value: &Value) -> Result<(), String> {
    if key == PARAMS {
        let all_text = value
            .as_table()
            .is_some_and(|table| table.values().all(Value::is_str));
        return if all_text {
            Ok(())
        } else {
            Err(format!("{PARAMS} is not a table of names and texts"))
        };
    }
    if !keys().any(|known| known == key) {
        let known: Vec<&str> = keys().chain([PARAMS]).collect();
        return Err(format!(
            "{key} is not a setting; these are: {}",
            known.join(", ")
        ));
    }
    if !value.is_str() {
        return Err(format!("{key} is not text: write it as {key} = \"value\""));
    }
    Ok(())
}

fn keys() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|row: &Row| {
        let file = row.secret.as_ref().map(|secret| secret.file_key);
        [Some(row.name), file].into_iter().flatten()
    })
}

fn is_secret(key: &str, value: &Value) -> bool {
    match key {
        "client-secret" | "access-key-secret" => true,
        "proxy" => value.as_str().is_some_and(|url| url.contains('@')),
        _ => false,
    }
}

/// The permissions of everybody but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Whether nobody but the file's owner can read it.
#[cfg(unix)]
fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & OTHERS == 0)
}

/// Elsewhere a user's folders are private by inheritance.
#[cfg(not(unix))]
fn is_private(_file: &Path) -> bool {
    true
}

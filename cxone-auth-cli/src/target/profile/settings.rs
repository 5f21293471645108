//! What `config.toml` says for one profile.
//!
//! It knows no file and no environment, so that arbitrary text is tried on it.

use std::fmt::Display;

use cxone_auth_core::config::is_secret_name;
use toml::{Table, Value};

use super::super::definition::{DEFINITIONS, Definition};
use super::super::header;

/// The settings of one profile: each known, and text.
pub(super) struct Settings(Table);

/// The table of the further parameters of the request.
pub(super) const PARAMS: &str = "params";

/// The table of the further header fields.
pub(super) const HEADERS: &str = "headers";

/// The name of the default profile. It stands before all profiles.
const DEFAULT: &str = "default-profile";

impl Settings {
    /// The settings that `text` has for the profile `name`, or what is wrong with them, without any
    /// value.
    pub(super) fn parse(text: &str, name: &str, asked_by: impl Display) -> Result<Self, String> {
        let table = text
            .parse::<Table>()
            .map_err(|error| complaint(text, &error))?;
        let table =
            select(table, name).map_err(|what| format!("{what}; {asked_by} asks for it"))?;
        let settings = Self(table);
        settings
            .check()
            .map_err(|what| format!("profile {name}: {what}"))?;
        Ok(settings)
    }

    /// The name of the profile that `text` says is the default one.
    pub(super) fn default_profile(text: &str) -> Result<Option<String>, String> {
        let table = text
            .parse::<Table>()
            .map_err(|error| complaint(text, &error))?;
        match table.get(DEFAULT) {
            Some(Value::String(name)) if name.is_empty() => Ok(None),
            Some(Value::String(name)) => Ok(Some(name.clone())),
            Some(_) => Err(format!(
                "{DEFAULT} is not text: write it as {DEFAULT} = \"NAME\""
            )),
            None => {
                let mut names = table.keys().filter(|own| !table[*own].is_table());
                let slip = names.find(|own| nearest(own, [DEFAULT].into_iter()).is_some());
                slip.map_or(Ok(None), |slip| {
                    Err(format!(
                        "{} is not a setting: did you mean {DEFAULT}?",
                        shown(slip)
                    ))
                })
            }
        }
    }

    /// The names of all profiles that `text` has.
    pub(super) fn names(text: &str) -> Result<Vec<String>, String> {
        let table = text
            .parse::<Table>()
            .map_err(|error| complaint(text, &error))?;
        let profiles = table.get("profile").and_then(Value::as_table);
        let profiles = profiles.into_iter().flatten();
        let profiles = profiles.filter(|(_, value)| value.is_table());
        let names: Vec<String> = profiles.map(|(name, _)| name.clone()).collect();
        match misplaced(&table).filter(|_| names.is_empty()) {
            Some(advice) => Err(format!("there is no profile, but {advice}")),
            None => Ok(names),
        }
    }

    /// Checks that `text` has the profile `name`.
    #[cfg(unix)]
    pub(super) fn check_name(text: &str, name: &str, asked_by: impl Display) -> Result<(), String> {
        let table = text
            .parse::<Table>()
            .map_err(|error| complaint(text, &error))?;
        select(table, name)
            .map(|_| ())
            .map_err(|what| format!("{what}; {asked_by} asks for it"))
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }

    /// The command of this key: the program and its arguments.
    pub(super) fn command(&self, key: &str) -> Option<Vec<&str>> {
        let words = self.0.get(key)?.as_array()?;
        Some(words.iter().filter_map(Value::as_str).collect())
    }

    /// The first command that is there.
    pub(super) fn first_command(&self) -> Option<&'static str> {
        command_keys().find(|key| self.0.contains_key(*key))
    }

    /// The further parameters of the request, by the name of each: one for each text of a list.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let table = self.0.get(PARAMS).and_then(Value::as_table);
        let entries = table.into_iter().flatten();
        entries.flat_map(|(name, value)| texts(value).map(|text| (name.as_str(), text)))
    }

    /// The further header fields, by the name of each.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let table = self.0.get(HEADERS).and_then(Value::as_table);
        let entries = table.into_iter().flatten();
        entries.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// The key of a secret that stands in the file itself.
    pub(super) fn secret(&self) -> Option<String> {
        let secret = self.0.iter().find(|(key, value)| is_secret(key, value));
        let parameter = || {
            let mut names = self.parameters().map(|(name, _)| name);
            let name = names.find(|name| is_secret_name(name))?;
            Some(format!("{PARAMS}.{}", shown(name)))
        };
        let header = || {
            let mut told = self
                .headers()
                .filter(|(_, value)| header::file(value).is_none());
            let (name, _) = told.find(|(name, _)| is_secret_name(name))?;
            Some(format!("{HEADERS}.{}", shown(name)))
        };
        secret
            .map(|(key, _)| key.clone())
            .or_else(parameter)
            .or_else(header)
    }

    fn check(&self) -> Result<(), String> {
        for (key, value) in &self.0 {
            check_entry(key, value)?;
        }
        for definition in DEFINITIONS {
            let Some(secret) = &definition.secret else {
                continue;
            };
            let keys = [definition.name, secret.file_key, secret.command_key];
            let mut there = keys.into_iter().filter(|key| self.0.contains_key(*key));
            if let (Some(one), Some(other)) = (there.next(), there.next()) {
                return Err(format!("{one} and {other}: keep one of them"));
            }
        }
        Ok(())
    }
}

/// The table of the profile.
fn select(mut table: Table, name: &str) -> Result<Table, String> {
    let mut profiles = match table.remove("profile") {
        Some(Value::Table(profiles)) => Some(profiles),
        _ => None,
    };
    if let Some(Value::Table(profile)) = profiles.as_mut().and_then(|own| own.remove(name)) {
        return Ok(profile);
    }
    let own = shown(name);
    let missing = format!("there is no [profile.{own}]");
    if let Some(written) = written_otherwise(&table, name) {
        return Err(format!(
            "{missing}, but [{written}]: write it as [profile.{own}]"
        ));
    }
    let Some(profiles) = profiles else {
        return Err(missing);
    };
    let names: Vec<String> = profiles.keys().map(|name| shown(name)).collect();
    Err(match nearest(name, profiles.keys().map(String::as_str)) {
        _ if names.is_empty() => format!("{missing}, nor any other"),
        Some(near) => format!(
            "{missing} (did you mean {}?), only: {}",
            shown(near),
            names.join(", ")
        ),
        None => format!("{missing}, only: {}", names.join(", ")),
    })
}

/// The head of the table that is meant for this profile, where it is not below `profile`.
fn written_otherwise(table: &Table, name: &str) -> Option<String> {
    if table.get(name).is_some_and(Value::is_table) {
        return Some(shown(name));
    }
    let mut parents = table
        .iter()
        .filter(|(parent, _)| nearest(parent, ["profile"].into_iter()).is_some());
    let (parent, _) = parents.find(|(_, below)| {
        let below = below.as_table().and_then(|below| below.get(name));
        below.is_some_and(Value::is_table)
    })?;
    Some(format!("{}.{}", shown(parent), shown(name)))
}

/// The head of the first table that is not below `profile`, and how to write it as a profile.
fn misplaced(table: &Table) -> Option<String> {
    let mut tables = table
        .iter()
        .filter_map(|(name, own)| Some((name, own.as_table()?)));
    let (parent, below) = tables.next()?;
    let is_parent = nearest(parent, ["profile"].into_iter()).is_some();
    let mut children = below.iter().filter(|(_, value)| value.is_table());
    let child = children.next().map(|(name, _)| shown(name));
    let parent = shown(parent);
    Some(match child.filter(|_| is_parent) {
        Some(child) => format!("[{parent}.{child}]: write it as [profile.{child}]"),
        None if is_parent => format!("[{parent}]: write it as [profile.NAME]"),
        None => format!("[{parent}]: write it as [profile.{parent}]"),
    })
}

/// The known name that is nearest to one with a slip, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', '.', ' '], "-");
    let name: String = plain(name).chars().take(64).collect();
    known
        .map(|known| (strsim::damerau_levenshtein(&name, &plain(known)), known))
        .filter(|(distance, known)| *distance <= known.len().div_ceil(4).min(2))
        .min()
        .map(|(_, known)| known)
}

/// What is wrong with the text, without any of it but the name of a setting: the parser's own
/// message may quote a value.
fn complaint(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    if error.message().starts_with("duplicate key") {
        let name = twice(text, start);
        let name = name.as_deref().unwrap_or("a name");
        return format!("line {line}: {name} is there twice: keep one of them");
    }
    let written = text.lines().nth(line - 1).unwrap_or_default();
    let head = written.trim_start().strip_prefix('[');
    let form = if head.is_some_and(|name| !name.starts_with(['"', '\''])) {
        "a profile begins with [profile.NAME], and a name of other characters than letters, digits, \
         - and _ stands in quotes"
    } else {
        "a setting is written as name = \"value\""
    };
    format!("line {line} is not TOML: {form}")
}

/// The setting that stands at `start`, or the head of a table that stands around it.
fn twice(text: &str, start: usize) -> Option<String> {
    let (before, rest) = (text.get(..start)?, text.get(start..)?);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let head = text.get(line..)?.trim_start();
    if head.starts_with('[') {
        let (head, _) = head.split_once(']')?;
        return Some(format!("{}]", shown(head)));
    }
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = rest.trim_start_matches(['"', '\'']);
    let name = &name[..name.find(|c| !is_of_a_name(c)).unwrap_or(name.len())];
    let is_setting = keys().chain([PARAMS]).any(|known| known == name);
    is_setting.then(|| name.to_owned())
}

fn check_entry(key: &str, value: &Value) -> Result<(), String> {
    if key == PARAMS {
        let all_text = value
            .as_table()
            .is_some_and(|table| table.values().all(is_text_or_texts));
        return if all_text {
            Ok(())
        } else {
            Err(format!(
                "{PARAMS} is not a table of names and texts, or lists of texts"
            ))
        };
    }
    if key == HEADERS {
        let all_text = value
            .as_table()
            .is_some_and(|table| table.values().all(Value::is_str));
        let wrong = || format!("{HEADERS} is not a table of names and texts");
        return all_text.then_some(()).ok_or_else(wrong);
    }
    if key == DEFAULT {
        return Err(format!(
            "{DEFAULT} is not a setting of a profile: write it into the first line of the file"
        ));
    }
    if !keys().any(|known| known == key) {
        if let Some(near) = nearest(key, keys().chain([PARAMS, HEADERS])) {
            return Err(format!(
                "{} is not a setting: did you mean {near}?",
                shown(key)
            ));
        }
        let known: Vec<&str> = keys().chain([PARAMS, HEADERS]).collect();
        return Err(format!(
            "{} is not a setting; these are: {}",
            shown(key),
            known.join(", ")
        ));
    }
    if command_keys().any(|known| known == key) {
        return check_command(key, value);
    }
    if let Value::Boolean(value) = value {
        return Err(format!(
            "{key} is not text: write it as {key} = \"{value}\""
        ));
    }
    if !value.is_str() {
        let example = if key == "timeout" { "20s" } else { "value" };
        return Err(format!(
            "{key} is not text: write it as {key} = \"{example}\""
        ));
    }
    Ok(())
}

fn check_command(key: &str, value: &Value) -> Result<(), String> {
    let words = value.as_array().map_or(&[][..], Vec::as_slice);
    let program = words.first().and_then(Value::as_str);
    let is_named = program.is_some_and(|program| !program.is_empty());
    if is_named && words.iter().all(Value::is_str) {
        return Ok(());
    }
    Err(format!(
        "{key} is not a list of texts: write it as {key} = [\"program\", \"argument\"]; no shell \
         reads it"
    ))
}

fn is_text_or_texts(value: &Value) -> bool {
    match value {
        Value::Array(values) => !values.is_empty() && values.iter().all(Value::is_str),
        value => value.is_str(),
    }
}

/// The text, or each text of a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let values = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().filter_map(Value::as_str)
}

/// A name as a terminal shows it, and as it can stand in double quotes in TOML, which lets a name hold
/// anything.
pub(super) fn shown(name: &str) -> String {
    let parts: Vec<String> = name
        .split('\'')
        .map(|part| part.escape_debug().to_string())
        .collect();
    parts.join("'")
}

fn keys() -> impl Iterator<Item = &'static str> {
    DEFINITIONS.iter().flat_map(|definition: &Definition| {
        let secret = definition.secret.as_ref();
        let file = secret.map(|secret| secret.file_key);
        let command = secret.map(|secret| secret.command_key);
        [Some(definition.name), file, command].into_iter().flatten()
    })
}

fn command_keys() -> impl Iterator<Item = &'static str> {
    let secrets = DEFINITIONS.iter().filter_map(|own| own.secret.as_ref());
    secrets.map(|secret| secret.command_key)
}

fn is_secret(key: &str, value: &Value) -> bool {
    match key {
        "client-secret" | "access-key-secret" | "store-password" => true,
        // Some put the password into the query.
        "proxy" | "store" => value.as_str().is_some_and(|url| url.contains(['@', '?'])),
        _ => false,
    }
}

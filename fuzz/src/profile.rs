//! `config.toml` of the program: what it says is taken as it is written, or refused in a line that
//! tells no value.
//!
//! An input is the text of the file; the profile is called `p`.

use cxone_auth::fuzzing::profile::{Profile, names};
use toml::{Table, Value};

const NAME: &str = "p";

/// Runs one input.
pub(crate) fn check(text: &str) {
    let table: Option<Table> = text.parse().ok();
    match Profile::parse(text, NAME) {
        Ok(settings) => {
            let table = table.expect("what was read is TOML");
            let profile = table["profile"][NAME].as_table();
            check_settings(&settings, profile.expect("the profile is a table"));
        }
        Err(complaint) => check_complaint(&complaint, text, table.as_ref()),
    }
}

fn check_settings(settings: &Profile, profile: &Table) {
    let mut known = 0;
    for (name, files) in names() {
        let keys = [Some(name), files].into_iter().flatten();
        let given = keys.filter(|key| settings.text(key).is_some());
        let given: Vec<_> = given
            .inspect(|key| assert_eq!(settings.text(key), profile[*key].as_str()))
            .collect();
        assert!(files.is_none() || given.len() < 2, "{given:?}");
        let is_secret_here = files.is_some() && settings.text(name).is_some();
        assert!(!is_secret_here || settings.secret().is_some());
        known += given.len();
    }
    let parameters = profile.get("params").and_then(Value::as_table);
    assert_eq!(settings.parameters().count(), parameters.map_or(0, count));
    let headers = profile.get("headers").and_then(Value::as_table);
    assert_eq!(settings.headers().count(), headers.map_or(0, count));
    // Nothing is passed over: a setting that is misspelt would be missed by nobody.
    assert_eq!(
        known + usize::from(parameters.is_some()) + usize::from(headers.is_some()),
        profile.len()
    );
}

/// How many values there are: a name may have a list of them.
fn count(parameters: &Table) -> usize {
    let each = |value: &Value| value.as_array().map_or(1, Vec::len);
    parameters.values().map(each).sum()
}

fn check_complaint(complaint: &str, text: &str, table: Option<&Table>) {
    assert!(!complaint.contains(char::is_control), "{complaint:?}");
    let Some(table) = table else {
        let rest = complaint.strip_prefix("line ");
        let twice = || {
            let (line, name) = rest?.strip_suffix(TWICE)?.split_once(": ")?;
            let known = names().flat_map(|(name, file)| [Some(name), file]);
            let is_known = known.flatten().any(|known| known == name);
            let is_expected = is_known || ["a name", "params"].contains(&name);
            (is_expected || name.starts_with('[')).then_some(line)
        };
        let line = rest.and_then(|rest| {
            let mut forms = NOT_TOML.into_iter();
            forms.find_map(|form| rest.strip_suffix(form)?.strip_suffix(" is not TOML: "))
        });
        let line = line.or_else(twice);
        let line: usize = line
            .and_then(|line| line.parse().ok())
            .expect("the complaint about what is no TOML is a line's number");
        assert!(
            (1..=text.matches('\n').count() + 1).contains(&line),
            "{complaint}"
        );
        return;
    };
    let mut parts = Parts::default();
    parts.take(&Value::Table(table.clone()));
    for value in &parts.values {
        // Short ones stand in the complaint's own words.
        let is_told_apart = value.contains('~') && value.len() >= 4;
        let is_a_name = parts.names.iter().any(|name| name.contains(value.as_str()));
        assert!(
            !is_told_apart || is_a_name || !complaint.contains(value.as_str()),
            "{complaint}"
        );
    }
}

const TWICE: &str = " is there twice: keep one of them";
const NOT_TOML: [&str; 2] = [
    "a setting is written as name = \"value\"",
    "a profile begins with [profile.NAME], and a name of other characters than letters, digits, - \
     and _ stands in quotes",
];

/// What a file consists of.
#[derive(Default)]
struct Parts {
    names: Vec<String>,
    values: Vec<String>,
}

impl Parts {
    fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.values.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            Value::Table(table) => {
                for (name, value) in table {
                    self.names.push(name.clone());
                    self.take(value);
                }
            }
            _ => {}
        }
    }
}

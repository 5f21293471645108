//! `explain`: what the catalogue says about a finding.

use cxone_auth_core::diagnosis::{CatalogueEntry, FindingCode, Text, catalogue};
use serde_json::{Value, json};

use crate::arguments::{ExplainArguments, Report};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::table;
use crate::{terminal, words};

pub(crate) fn run(arguments: &ExplainArguments, console: Console) -> Result<(), Failure> {
    match (&arguments.code, arguments.format.output) {
        (Some(code), Report::Text) => console.print_text(&text(find(code)?)),
        (Some(code), Report::Json) => console.print(&format!("{:#}\n", json(find(code)?))),
        (None, Report::Text) => console.print(&list()),
        (None, Report::Json) => {
            let all = catalogue().map(json).collect::<Value>();
            console.print(&format!("{all:#}\n"))
        }
    }
}

fn find(code: &str) -> Result<&'static CatalogueEntry, Failure> {
    let parsed: Result<FindingCode, _> = code.parse();
    parsed.map(FindingCode::entry).map_err(|error| {
        let what = unused(code).unwrap_or_else(|| error.to_string());
        Failure::usage(format!("{what}; `cxone-auth explain` lists them all"))
    })
}

/// What to say of a code that is written as codes are.
fn unused(code: &str) -> Option<String> {
    let upper = code.trim().to_ascii_uppercase();
    let number = upper.strip_prefix("CXA-").unwrap_or(&upper);
    let is_number = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("CXA-{number} is not used"))
}

fn text(entry: &CatalogueEntry) -> String {
    format!(
        "{} {} ({})\n  seen: {}\n  why:  {}\n  fix:  {}\n  at:   {}\n  from: {}\n",
        entry.code,
        entry.title,
        entry.severity,
        worded(entry.seen),
        worded(entry.cause),
        worded(entry.remedy),
        vendors(entry).join(", "),
        entry.source,
    )
}

fn worded(text: Text) -> String {
    text.in_words(words::of_the_program).to_string()
}

fn json(entry: &CatalogueEntry) -> Value {
    json!({
        "code": entry.code.to_string(),
        "severity": entry.severity.to_string(),
        "theme": entry.theme().to_string(),
        "title": entry.title,
        "seen": worded(entry.seen),
        "cause": worded(entry.cause),
        "remedy": worded(entry.remedy),
        "vendors": vendors(entry),
        "source": entry.source,
    })
}

fn list() -> String {
    let rows: Vec<_> = catalogue()
        .map(|entry| [entry.code.to_string(), entry.title.to_owned()])
        .collect();
    table::render(&rows, terminal::standard_output())
}

fn vendors(entry: &CatalogueEntry) -> Vec<String> {
    entry.vendors.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_not_used_is_told_from_what_is_no_code() {
        for (code, expected) in [
            ("CXA-911", "CXA-911 is not used"),
            ("cxa-000", "CXA-000 is not used"),
            ("911", "CXA-911 is not used"),
            ("91", "unknown finding code"),
            ("CXA-91x", "unknown finding code"),
            ("invalid_client", "unknown finding code"),
        ] {
            let failure = find(code).err().unwrap();
            assert!(
                failure.message().starts_with(expected),
                "{code}: {}",
                failure.message()
            );
        }
        assert!(find("cxa-206").is_ok());
    }
}

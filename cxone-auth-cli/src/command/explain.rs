//! `explain`: what the catalogue says about a finding.

use cxone_auth_core::diagnosis::{CatalogueEntry, FindingCode, Text, catalogue};
use serde_json::{Value, json};

use crate::arguments::{ExplainArguments, Report};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::table;
use crate::words;

pub(crate) fn run(arguments: &ExplainArguments, console: Console) -> Result<(), Failure> {
    let text = match (&arguments.code, arguments.format.output) {
        (Some(code), Report::Text) => text(find(code)?),
        (Some(code), Report::Json) => format!("{:#}\n", json(find(code)?)),
        (None, Report::Text) => list(),
        (None, Report::Json) => format!("{:#}\n", catalogue().map(json).collect::<Value>()),
    };
    console.print(&text)
}

fn find(code: &str) -> Result<&'static CatalogueEntry, Failure> {
    let code: Result<FindingCode, _> = code.parse();
    code.map(FindingCode::entry)
        .map_err(|error| Failure::usage(format!("{error}; `cxone-auth explain` lists them all")))
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
    table::render(&rows)
}

fn vendors(entry: &CatalogueEntry) -> Vec<String> {
    entry.vendors.iter().map(ToString::to_string).collect()
}

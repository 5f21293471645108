//! `explain`: what the catalogue says about a finding.

use cxone_auth_core::diagnosis::{CatalogueEntry, FindingCode, catalogue};
use serde_json::{Value, json};

use crate::arguments::{ExplainArguments, Report};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::table;
use crate::wording;

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
    let text = format!(
        "{} {} ({})\n  seen: {}\n  why:  {}\n  fix:  {}\n  at:   {}\n  from: {}\n",
        entry.code,
        entry.title,
        entry.severity,
        entry.seen,
        entry.cause,
        entry.remedy,
        vendors(entry).join(", "),
        entry.source,
    );
    wording::of_the_program(&text)
}

fn json(entry: &CatalogueEntry) -> Value {
    json!({
        "code": entry.code.to_string(),
        "severity": entry.severity.to_string(),
        "theme": entry.theme().to_string(),
        "title": entry.title,
        "seen": wording::of_the_program(entry.seen),
        "cause": wording::of_the_program(entry.cause),
        "remedy": wording::of_the_program(entry.remedy),
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

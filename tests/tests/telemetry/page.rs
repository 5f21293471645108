//! `docs/telemetry.md`: what it lists is what is told, and its example is the one that is tested.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use super::play::{Scene, play};
use super::record::Told;

const END: &str = "<!-- So far. -->\n";

/// Every field except `event`, in the order of the page.
const FIELDS: [&str; 14] = [
    "endpoint",
    "client_id",
    "access_key",
    "outcome",
    "error_kind",
    "finding",
    "oauth_error",
    "error",
    "took_seconds",
    "lifetime_seconds",
    "remaining_seconds",
    "pause_seconds",
    "age_seconds",
    "size",
];

fn mark(part: &str) -> String {
    format!(
        "<!-- What follows ({part}) is written by the test `telemetry`: SNAPSHOTS=overwrite writes \
         it again. -->\n"
    )
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/telemetry.md");
    fs::read_to_string(path).unwrap()
}

/// Compares a part of the page, or writes all parts again.
fn compare(part: &str, text: &str) {
    let page = page();
    let (before, rest) = page.split_once(&mark(part)).expect("the page has the mark");
    let (written, behind) = rest.split_once(END).expect("the part ends");
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/telemetry.md");
        fs::write(path, [before, &mark(part), text, END, behind].concat()).unwrap();
        return;
    }
    assert_eq!(text, written, "SNAPSHOTS=overwrite writes it again");
}

/// A row for each span and event: its level, and the fields that it can have.
fn table(scenes: &[Scene]) -> String {
    let mut rows: BTreeMap<(bool, String), (&Told, Vec<&str>)> = BTreeMap::new();
    for told in scenes.iter().flat_map(|scene| &scene.told) {
        let name = told.get("event").unwrap_or(&told.name).to_owned();
        let row = rows.entry((!told.is_span(), name));
        let (_, fields) = row.or_insert_with(|| (told, Vec::new()));
        fields.extend(told.fields.iter().map(|(name, _)| *name));
    }
    let mut text = "\n| | level | message | fields |\n|---|---|---|---|\n".to_owned();
    for ((is_event, name), (told, fields)) in rows {
        let what = if is_event { "event" } else { "span" };
        let message = if is_event { &told.name } else { "" };
        let seen: BTreeSet<&str> = fields.into_iter().collect();
        let fields = FIELDS.iter().filter(|name| seen.contains(*name));
        let fields: Vec<String> = fields.map(|name| format!("`{name}`")).collect();
        let level = &told.level;
        let fields = fields.join(", ");
        text += &[
            "| ", what, " `", &name, "` | ", level, " | ", message, " | ", &fields, " |\n",
        ]
        .concat();
    }
    text + "\n"
}

fn shown(scenes: &[Scene]) -> String {
    let scenes = scenes.iter().map(|scene| {
        let told: String = scene.told.iter().map(Told::to_string).collect();
        format!("# {}\n{told}", scene.title)
    });
    format!(
        "\n```text\n{}```\n\n",
        scenes.collect::<Vec<_>>().join("\n")
    )
}

/// One test, because each part is written into the same file.
#[test]
fn lists_what_is_told_and_has_the_example_that_is_tested() {
    let scenes = play();
    compare("events", &table(&scenes));
    compare("a log", &shown(&scenes));
    let example = include_str!("metrics.rs");
    compare("an example", &format!("\n```rust\n{example}```\n\n"));
}

/// The values that the page lists for a field, if it lists them.
fn listed(row: &str) -> Option<Vec<&str>> {
    let values = row.split('|').nth(3)?.trim();
    let values = values.strip_prefix('`')?.strip_suffix('`')?;
    Some(values.split("`, `").collect())
}

#[test]
fn explains_each_field_and_lists_each_value_of_those_with_few() {
    let (page, scenes) = (page(), play());
    let (_, behind) = page.split_once("| field | type | values |").unwrap();
    let rows = behind
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with("| `"));
    let rows: BTreeMap<&str, &str> = rows
        .map(|row| (row.split('`').nth(1).unwrap(), row))
        .collect();
    let mut told = BTreeSet::new();
    for (name, value) in scenes
        .iter()
        .flat_map(|scene| &scene.told)
        .flat_map(|told| &told.fields)
    {
        told.insert(*name);
        let listed = rows.get(name).and_then(|row| listed(row));
        if let Some(values) = listed {
            assert!(values.contains(&&**value), "{name}={value}");
        }
    }
    let explained: BTreeSet<&str> = rows.keys().copied().collect();
    assert_eq!(told, explained);
    assert_eq!(told, FIELDS.into_iter().chain(["event"]).collect());
    for few in ["event", "outcome", "error_kind"] {
        assert!(listed(rows[few]).is_some(), "{few}");
    }
}

#[test]
fn lists_every_kind_of_error_and_every_event() {
    let page = page();
    let row = |name: &str| {
        let start = format!("| `{name}` | text |");
        let row = page.lines().find(|line| line.starts_with(&start));
        listed(row.unwrap())
            .unwrap()
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let kinds = [
        "configuration",
        "credentials",
        "throttled",
        "unavailable",
        "protocol",
        "damaged",
    ];
    assert_eq!(row("error_kind"), BTreeSet::from(kinds));
    let scenes = play();
    let events = scenes.iter().flat_map(|scene| &scene.told);
    let events: BTreeSet<&str> = events.filter_map(|told| told.get("event")).collect();
    assert_eq!(row("event"), events);
    assert_eq!(events.len(), 12);
}

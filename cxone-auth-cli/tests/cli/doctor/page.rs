//! `docs/doctor.md`: its list of set-ups is what the doctor says now.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use super::case::{CASES, Case};

const BEGIN: &str =
    "<!-- What follows is written by the test `doctor`: SNAPSHOTS=overwrite writes it again. -->\n";

/// Compares the list with what the doctor says, or writes it again.
pub(super) fn compare() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/doctor.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, written) = page.split_once(BEGIN).expect("the page has the mark");
    let list: String = CASES.iter().map(entry).collect();
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&path, [before, BEGIN, &list].concat()).unwrap();
        return;
    }
    assert!(!written.is_empty(), "SNAPSHOTS=overwrite writes the list");
    for (own, written) in list.lines().zip(written.lines()) {
        assert_eq!(
            own, written,
            "SNAPSHOTS=overwrite brings docs/doctor.md up to date"
        );
    }
    assert_eq!(list.lines().count(), written.lines().count());
}

fn entry(case: &Case) -> String {
    let setup = (case.set_up)();
    let run = setup.examined(&[]);
    let mut text = format!("\n### {}\n\n```text\n", case.title);
    let (checks, verdict) = run.stdout.split_once("\n\n").unwrap();
    for line in checks.lines().filter(|line| tells(line)) {
        writeln!(text, "{}", always_alike(line)).unwrap();
    }
    writeln!(text, "\n{}```", always_alike(verdict)).unwrap();
    write!(text, "\nExit code {}, ", case.code).unwrap();
    text += match case.requests {
        0 => "no token request.\n",
        1 => "one token request.\n",
        2 => "two token requests.\n",
        _ => "three token requests.\n",
    };
    text
}

/// Whether a check's line is about what is wrong.
fn tells(line: &str) -> bool {
    ["FAIL", "warn", "      --probe", "ok    probe"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// The text without what differs from run to run: ports, times, ids.
fn always_alike(text: &str) -> String {
    let mut alike = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("127.0.0.1:") {
        let (before, found) = rest.split_at(start);
        let port = &found["127.0.0.1:".len()..];
        let end = port
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(port.len());
        alike += before;
        alike += "127.0.0.1:50000";
        rest = &port[end..];
    }
    alike += rest;
    let lines = alike.split('\n').map(|line| match line.rsplit_once(" (") {
        Some((before, time)) if time.ends_with(" ms)") => before.to_owned(),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

//! Finds placeholders.

use super::found;
use crate::diagnosis::inspect::Subject;
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::Finding;
use crate::finding::catalogue::credential as cause;

/// Placeholders of manuals and forum answers: lower case, letters only.
static KNOWN: [&str; 19] = [
    "yourclientid",
    "yourclientsecret",
    "yourid",
    "yoursecret",
    "youraccesskeyid",
    "youraccesskeysecret",
    "youraccesskey",
    "yourappid",
    "yourappsecret",
    "myclientid",
    "myclientsecret",
    "myappclientid",
    "myappclientsecret",
    "myappid",
    "myappsecret",
    "replaceme",
    "placeholder",
    "redacted",
    "insertsecrethere",
];

static MAY_BE_REAL: [&str; 9] = [
    "myid",
    "mysecret",
    "clientid",
    "clientsecret",
    "accesskeyid",
    "accesskeysecret",
    "changeme",
    "changeit",
    "todo",
];

/// The marks that templates and manuals put around a name.
static AROUND: [(&str, &str); 6] = [
    ("<", ">"),
    ("{{", "}}"),
    ("${", "}"),
    ("$(", ")"),
    ("{", "}"),
    ("[", "]"),
];

pub(super) fn rule(subject: &Subject<'_>) -> Option<Finding> {
    let seen = "the text of a manual or a template";
    let entry = &cause::PLACEHOLDER;
    found(subject, (entry, Certain), is_placeholder, seen).or_else(|| {
        let finding = found(subject, (entry, Likely), may_be_real, seen)?;
        Some(subject.milder_elsewhere(finding))
    })
}

/// Reports whether a value from manuals may also be real: somebody may use it for their own test
/// server.
fn may_be_real(text: &str) -> bool {
    is_among(text, &MAY_BE_REAL)
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    is_known(text) || is_crossed_out(text) || is_unfilled(text)
}

fn is_known(text: &str) -> bool {
    is_among(text, &KNOWN)
}

/// Compares character by character. Collecting the letters would make a copy of a secret.
fn is_among(text: &str, known: &[&str]) -> bool {
    let separates = |c: char| matches!(c, '-' | '_' | ' ' | '.');
    let letters = text.trim().chars().filter(|c| !separates(*c));
    let letters = letters.map(|c| c.to_ascii_lowercase());
    known.iter().any(|known| letters.clone().eq(known.chars()))
}

/// Reports whether a value is crossed out: `xxx`, `XXXX-XXXX`, `***`, `...`.
fn is_crossed_out(text: &str) -> bool {
    let mut marks = text
        .chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_lowercase());
    let first = marks.next();
    matches!(first, Some('x' | '*' | '.')) && text.len() >= 3 && marks.all(|c| Some(c) == first)
}

/// Reports whether a value is a name in the marks of a template: `<client_id>`, `{{ secret }}`,
/// `${CLIENT_SECRET}`.
fn is_unfilled(text: &str) -> bool {
    AROUND.into_iter().any(|(open, close)| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|inside| is_name(inside.trim()))
    })
}

fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | ' ' | '.' | ':');
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    letters >= 2 && text.chars().all(is_part)
}

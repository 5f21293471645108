//! Finds values that are clearly not an id or a secret.

use crate::config::Shape;
use crate::diagnosis::inspect::{Pair, Subject, Value};
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::catalogue::credential as cause;
use crate::finding::{Confidence, Finding, Setting};

/// What programs write for a value that is not set, in lower case.
static UNSET: [&str; 10] = [
    "null",
    "undefined",
    "none",
    "nil",
    "nan",
    "n/a",
    "true",
    "false",
    "(null)",
    "(unset)",
];

/// Folders that often contain files with secrets.
static FOLDERS: [&str; 12] = [
    "/run/",
    "/var/",
    "/etc/",
    "/home/",
    "/root/",
    "/Users/",
    "/mnt/",
    "/opt/",
    "/secrets/",
    "~/",
    "./",
    "../",
];

/// The usual endings of such files.
static ENDINGS: [&str; 7] = [".txt", ".json", ".pem", ".key", ".env", ".yaml", ".yml"];

pub(super) fn rule(subject: &Subject<'_>) -> Option<Finding> {
    let seen: Vec<(Setting, &str, Confidence)> = subject
        .pairs()
        .iter()
        .flat_map(|pair| [of_id(subject, pair), of_secret(subject, pair)])
        .flatten()
        .collect();
    let confidence = seen.iter().map(|(.., confidence)| *confidence).min()?;
    let evidence: Vec<String> = seen
        .iter()
        .map(|(setting, what, _)| format!("{setting}: {what}"))
        .collect();
    let settings: Vec<Setting> = seen.iter().map(|(setting, ..)| *setting).collect();
    let finding = cause::SOMETHING_ELSE.found(confidence, evidence.join("; "));
    Some(subject.milder_elsewhere(finding.about(settings)))
}

type Seen = (Setting, &'static str, Confidence);

fn seen(value: Value<'_>, what: Option<(&'static str, Confidence)>) -> Option<Seen> {
    let (what, confidence) = what?;
    Some((value.setting, what, confidence))
}

/// Some servers use the client's address as its id, and users have e-mail addresses. CXone's ids
/// are neither. Those of Central are `application@vendor`.
fn of_id(subject: &Subject<'_>, pair: &Pair<'_>) -> Option<Seen> {
    let text = pair.id.text.trim();
    let of_cxone = || {
        let is_address = subject.is_cxone() && is_email(text);
        is_address.then_some(("an address of e-mail", Likely))
    };
    seen(pair.id, unset(text).or_else(of_cxone))
}

fn of_secret(subject: &Subject<'_>, pair: &Pair<'_>) -> Option<Seen> {
    let text = pair.secret.text.trim();
    if text.is_empty() {
        return None;
    }
    let of_a_vendor = || {
        if text == pair.id.text.trim() {
            let is_issued = Shape::of(text).is_issued();
            let confidence = if is_issued { Certain } else { Likely };
            Some(("the same as the id", confidence))
        } else if subject.is_genesys() && [pair.id, pair.secret].iter().all(is_uuid) {
            Some(("a UUID, which is the form of an id", Likely))
        } else if is_email(text) {
            Some(("an address of e-mail", Likely))
        } else if is_token(text) {
            Some(("a JWT, which is the form of a token", Likely))
        } else if text.contains("***") {
            Some(("asterisks, as where a value is not shown", Likely))
        } else {
            None
        }
    };
    let found = unset(text)
        .or_else(|| anywhere(text))
        .or_else(|| subject.is_a_vendors().then(of_a_vendor).flatten());
    seen(pair.secret, found)
}

fn is_uuid(value: &Value<'_>) -> bool {
    Shape::of(value.text) == Shape::Uuid
}

fn unset(text: &str) -> Option<(&'static str, Confidence)> {
    let is_unset = UNSET.iter().any(|word| text.eq_ignore_ascii_case(word));
    is_unset.then_some(("what a program writes for a value that is not set", Certain))
}

/// Recognizes what no server issues as a secret. Only a secret that a person made up can look like
/// this.
fn anywhere(text: &str) -> Option<(&'static str, Confidence)> {
    let begins = |starts: &[&str]| starts.iter().any(|start| has_start(text, start));
    if begins(&["https://", "http://", "file://"]) {
        Some(("an address", Certain))
    } else if text.contains("-----BEGIN ") {
        Some(("a key or a certificate in PEM", Certain))
    } else if text.starts_with('{') && text.ends_with('}') && text.contains("\":") {
        Some(("an object of JSON", Certain))
    } else if is_path(text) {
        Some(("the path of a file", Likely))
    } else if begins(&[
        "client_secret=",
        "client-secret=",
        "secret=",
        "password=",
        "export ",
    ]) {
        Some(("a name before the value", Likely))
    } else {
        None
    }
}

fn has_start(text: &str, start: &str) -> bool {
    let own = text.get(..start.len());
    own.is_some_and(|own| own.eq_ignore_ascii_case(start))
}

/// Reports whether `text` is a path. A leading folder counts only if a second name follows it:
/// base64 may begin with a slash.
fn is_path(text: &str) -> bool {
    let is_of_a_path = |c: char| c.is_ascii_alphanumeric() || "/\\._-~: ".contains(c);
    if !text.chars().all(is_of_a_path) {
        return false;
    }
    let in_a_folder = FOLDERS.iter().any(|folder| {
        let rest = text.strip_prefix(folder);
        rest.is_some_and(|rest| rest.len() > 2)
    });
    let on_a_drive = matches!(text.as_bytes(), [drive, b':', b'\\', _, ..]
        if drive.is_ascii_alphabetic());
    let is_named = ENDINGS.iter().any(|ending| text.ends_with(ending));
    in_a_folder || on_a_drive || is_named
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_of_a_domain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let last = domain.rsplit_once('.').map(|(_, last)| last);
    !name.is_empty()
        && name.chars().all(is_of_a_name)
        && domain.chars().all(is_of_a_domain)
        && !domain.starts_with('.')
        && last.is_some_and(|last| last.len() >= 2 && last.chars().all(|c| c.is_ascii_lowercase()))
}

/// Reports whether `text` is a JWT. It begins with the base64 of `{"` and has three parts.
fn is_token(text: &str) -> bool {
    let is_of_base64url = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut parts = text.split('.');
    text.starts_with("eyJ")
        && parts.clone().count() == 3
        && parts.all(|part| !part.is_empty() && part.chars().all(is_of_base64url))
}

//! Redacts and sanitizes text from outside for errors.

mod entity;
mod escape;
mod occurrence;
mod pieces;
mod reading;
mod run;
mod secrets;

use zeroize::Zeroizing;

use crate::characters::is_unprintable;
use crate::config::Config;

use reading::Counting;
pub(crate) use run::{Uuid, without_tokens};
pub(crate) use secrets::Secrets;

/// The longest description that is kept, in characters.
const DESCRIPTION: usize = 300;
/// The longest code, id or media type that is kept, in characters.
const WORD: usize = 80;

/// The shortest secret that is searched for in text from outside. Replacing each occurrence of, for
/// example, one letter would reveal more than it hides.
const SHORTEST_SECRET: usize = 4;

/// Replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Returns a server's description: one line of limited length, without the configuration's secrets.
pub(crate) fn description(text: &str, config: &Config) -> Option<String> {
    clean(text, DESCRIPTION, config)
}

/// Returns a server's code, id or media type: the same rules with a shorter limit.
pub(crate) fn word(text: &str, config: &Config) -> Option<String> {
    clean(text, WORD, config)
}

/// Returns text of an API: one line with the length of a description, without the secrets and
/// anything that may be a token.
pub(crate) fn line(text: &str, secrets: &Secrets) -> Option<String> {
    // Remove the secrets first: a secret that was cut is not found afterwards.
    let text = without(text, secrets);
    cleaned(&without_tokens(&text, Uuid::Id), DESCRIPTION, secrets)
}

/// Returns text of a server to which no credential was given: one line of limited length.
pub(crate) fn line_of_nobody(text: &str) -> Option<String> {
    cleaned(text, DESCRIPTION, &Secrets::default())
}

/// Returns an address without user information, query and fragment.
pub(crate) fn place(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    // What is before the slashes of an authority is at most a scheme.
    let of_scheme = address.find("//").filter(|at| {
        let scheme = address[..*at].strip_suffix(':').unwrap_or(&address[..*at]);
        let is_of_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.chars().all(is_of_one)
    });
    let (scheme, rest) = address.split_at(of_scheme.map_or(0, |at| at + 2));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A password may have a slash in it. What is before that is no port then.
    let port = authority.split_once(':').map_or("", |(_, port)| port);
    let is_cut = !authority.contains(['@', '[']) && port.contains(|c: char| !c.is_ascii_digit());
    let (user, host) = if is_cut {
        (rest, "")
    } else {
        (authority, path)
    };
    let shown = user.rsplit('@').next().unwrap_or(user);
    format!("{scheme}{shown}{host}")
}

fn clean(text: &str, limit: usize, config: &Config) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    cleaned(text, limit, &Secrets::of(config))
}

fn cleaned(text: &str, limit: usize, secrets: &Secrets) -> Option<String> {
    // Redact the original text and again the text with its blanks joined: both may show the secret.
    let printable = one_line(&without(text, secrets));
    limited(&without(&printable, secrets), limit)
}

fn limited(words: &str, limit: usize) -> Option<String> {
    let kept = match words.char_indices().nth(limit) {
        Some((end, _)) => [&words[..end], "…"].concat(),
        None => words.to_owned(),
    };
    (!kept.is_empty()).then_some(kept)
}

fn one_line(text: &str) -> Zeroizing<String> {
    let mut line = Zeroizing::new(String::with_capacity(text.len()));
    let words = text.split(|c: char| c.is_whitespace() || is_unprintable(c));
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns a setting, such as an id or an address, as it may be shown: one line of limited length.
/// Somebody may put a part of a secret in place of a name; what it has in common with a secret is
/// taken out.
pub(crate) fn setting(text: &str, config: &Config) -> Option<String> {
    let secrets = Secrets::of(config);
    let mut marks = secrets.marks(text);
    let parts = marks_of_parts(text, config);
    marks
        .iter_mut()
        .zip(parts)
        .for_each(|(mark, part)| *mark |= part);
    cleaned(&replaced(text, &marks), DESCRIPTION, &secrets)
}

/// Reports whether `text` has a part of a secret in it, as [`setting`] finds it.
pub(crate) fn repeats_a_secret(text: &str, config: &Config) -> bool {
    marks_of_parts(text, config).contains(&true)
}

/// Returns for each byte of `text` whether it is of four characters in a row that a secret has, too.
/// It ignores case, because parsing converts a host to lower case.
fn marks_of_parts(text: &str, config: &Config) -> Vec<bool> {
    let mut marks = vec![false; text.len()];
    let text = Counting::AnyCase.read(text);
    for secret in config.secrets() {
        let secret = Counting::AnyCase.read(secret).text;
        for part in windows(&secret) {
            occurrence::each_part(&text.text, part, |found| {
                marks[text.origin(found)].fill(true);
            });
        }
    }
    marks
}

/// Returns each four characters in a row.
fn windows(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(start, _)| start);
    starts.filter_map(|start| {
        let (at, last) = text[start..].char_indices().nth(SHORTEST_SECRET - 1)?;
        Some(&text[start..start + at + last.len_utf8()])
    })
}

/// Reports whether a host contains a whole secret.
pub(crate) fn names_a_secret(host: &str, config: &Config) -> bool {
    let host = Zeroizing::new(host.to_ascii_lowercase());
    let secrets = config
        .secrets()
        .filter(|secret| secret.len() >= SHORTEST_SECRET);
    let mut secrets = secrets.map(|secret| Zeroizing::new(secret.to_ascii_lowercase()));
    secrets.any(|secret| host.contains(secret.as_str()))
}

/// Replaces the secrets of the configuration.
pub(crate) fn without_secrets(text: &str, config: &Config) -> Zeroizing<String> {
    without(text, &Secrets::of(config))
}

/// Replaces the secrets, in a buffer that never grows. A server that quotes the request may quote a
/// secret in any spelling in which it was sent, with line breaks or characters that nobody sees in it.
pub(crate) fn without(text: &str, secrets: &Secrets) -> Zeroizing<String> {
    replaced(text, &secrets.marks(text))
}

fn replaced(text: &str, marks: &[bool]) -> Zeroizing<String> {
    let places = || marks.chunk_by(|one, next| one == next);
    let length = places().map(|place| {
        if place[0] {
            REDACTED.len()
        } else {
            place.len()
        }
    });
    let mut kept = Zeroizing::new(String::with_capacity(length.sum()));
    let mut rest = text;
    for place in places() {
        let (part, behind) = rest.split_at(place.len());
        kept.push_str(if place[0] { REDACTED } else { part });
        rest = behind;
    }
    kept
}

#[cfg(test)]
mod tests;

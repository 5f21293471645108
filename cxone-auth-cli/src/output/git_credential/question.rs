//! What git tells a credential helper about a credential that it wants or returns.

use std::io::{self, IsTerminal as _, Read as _};

use cxone_auth_core::api::Origin;
use secrecy::SecretString;

use crate::failure::{Failure, Kind};

/// A question of git. If it is not understood, it is about no origin.
#[derive(Default)]
pub(crate) struct Question {
    origin: Option<Origin>,
    username: Option<String>,
    takes_bearer: bool,
    rejected: Option<SecretString>,
}

/// Longer than any question.
const LONGEST: usize = 1 << 20;

/// A name and its value, from one line.
type Attribute<'a> = (&'a str, &'a str);

impl Question {
    /// Reads the question from standard input. A terminal has none.
    pub(crate) fn read() -> Result<Self, Failure> {
        let input = io::stdin();
        if input.is_terminal() {
            return Ok(Self::default());
        }
        let mut bytes = Vec::new();
        let read = input
            .lock()
            .take(LONGEST as u64 + 1)
            .read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(Kind::Other, format!("standard input: {error}")))?;
        // Otherwise the end of a host could be missing.
        if bytes.len() > LONGEST {
            return Ok(Self::default());
        }
        // A path may have any encoding. The parts that are used are text.
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }

    /// Reports whether the question is about one of these origins.
    pub(crate) fn is_about(&self, origins: &[Origin]) -> bool {
        self.origin
            .as_ref()
            .is_some_and(|own| origins.contains(own))
    }

    pub(super) fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Reports whether git can send a bearer token and the server does not ask for something else.
    pub(super) fn takes_bearer(&self) -> bool {
        self.takes_bearer
    }

    /// Returns the token that the server of the repository rejected.
    pub(crate) fn rejected(self) -> Option<SecretString> {
        self.rejected
    }

    pub(super) fn parse(text: &str) -> Self {
        let Some(attributes) = attributes(text) else {
            return Self::default();
        };
        let last = |names: &[&str]| {
            let mut latest = attributes.iter().rev();
            latest
                .find(|(name, _)| names.contains(name))
                .map(|(_, value)| *value)
        };
        let challenges = list(&attributes, "wwwauth[]");
        let is_fit = challenges.is_empty() || challenges.into_iter().any(asks_for_bearer);
        Self {
            origin: origin(&attributes),
            username: last(&["username"]).map(str::to_owned),
            takes_bearer: is_fit && list(&attributes, "capability[]").contains(&"authtype"),
            rejected: last(&["password", "credential"]).map(SecretString::from),
        }
    }
}

/// Returns the attributes up to the empty line, if each line is one. If git would not send one of
/// the lines, the whole question is ignored. A carriage return or a NUL ends a line for some
/// readers.
fn attributes(text: &str) -> Option<Vec<Attribute<'_>>> {
    if text.contains(['\r', '\0']) {
        return None;
    }
    let lines = text.split('\n').take_while(|line| !line.is_empty());
    lines.map(|line| line.split_once('=')).collect()
}

/// Returns the values of a name that may have several. An empty value drops those before it.
fn list<'a>(attributes: &[Attribute<'a>], name: &str) -> Vec<&'a str> {
    let own = attributes.iter().filter(|(own, _)| *own == name);
    own.fold(Vec::new(), |mut values, (_, value)| {
        if value.is_empty() {
            values.clear();
        } else {
            values.push(*value);
        }
        values
    })
}

/// Returns the origin that the question is about. If there are several lines, the last one counts
/// for git, and the first one may count for another reader. Here an origin counts only if every
/// reading of the lines gives the same one.
fn origin(attributes: &[Attribute<'_>]) -> Option<Origin> {
    let (mut schemes, mut hosts) = (Vec::new(), Vec::new());
    for (name, value) in attributes {
        match *name {
            "protocol" => schemes.push(*value),
            "host" => hosts.push(*value),
            "url" => {
                let (scheme, host) = scheme_and_host(value)?;
                schemes.push(scheme);
                hosts.push(host);
            }
            _ => {}
        }
    }
    let readings = schemes
        .iter()
        .flat_map(|scheme| hosts.iter().map(move |host| (*scheme, *host)));
    let origins: Option<Vec<Origin>> = readings.map(|(scheme, host)| of(scheme, host)).collect();
    let origins = origins?;
    let first = origins.first()?;
    origins
        .iter()
        .all(|own| own == first)
        .then(|| first.clone())
}

fn scheme_and_host(url: &str) -> Option<Attribute<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some((scheme, &rest[..end]))
}

fn of(scheme: &str, host: &str) -> Option<Origin> {
    // The parser accepts any case and a slash at the end. Git sends neither.
    let is_plain = matches!(scheme, "https" | "http") && !host.contains('/');
    let origin = is_plain.then(|| format!("{scheme}://{host}").parse());
    origin?.ok()
}

/// Reports whether a value of `WWW-Authenticate` has a Bearer challenge (RFC 9110 §11.6.1). It may
/// have several challenges. Commas separate the challenges and also their parameters.
fn asks_for_bearer(value: &str) -> bool {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_end = |c: char| {
        let ends = c == ',' && !is_quoted;
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && is_quoted && !is_escaped;
        ends
    };
    value.split(is_end).any(|part| {
        let part = part.trim_ascii();
        let (scheme, rest) = part.split_once([' ', '\t']).unwrap_or((part, ""));
        scheme.eq_ignore_ascii_case("bearer") && !rest.trim_ascii_start().starts_with('=')
    })
}

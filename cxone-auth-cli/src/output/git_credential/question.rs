//! What git tells a credential helper about the credential that it wants, or gives back.

use std::io::{self, IsTerminal as _, Read as _};

use cxone_auth_core::api::Origin;
use secrecy::SecretString;

use crate::failure::{Failure, Kind};

/// What git tells. A question that is not understood is about no origin.
#[derive(Default)]
pub(crate) struct Question {
    origin: Option<Origin>,
    username: Option<String>,
    takes_bearer: bool,
    rejected: Option<SecretString>,
}

/// More than any question is.
const LONGEST: usize = 1 << 20;

/// A name and its value, as they stand on one line.
type Attribute<'a> = (&'a str, &'a str);

impl Question {
    /// Reads the question from standard input; on a terminal there is none.
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
        // The end of a host may be what is missing.
        if bytes.len() > LONGEST {
            return Ok(Self::default());
        }
        // A path may be in any encoding; what is looked at is text.
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }

    /// Whether it is about one of these origins.
    pub(crate) fn is_about(&self, origins: &[Origin]) -> bool {
        self.origin
            .as_ref()
            .is_some_and(|own| origins.contains(own))
    }

    pub(super) fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Whether git can send a bearer token, and the server does not ask for something else.
    pub(super) fn takes_bearer(&self) -> bool {
        self.takes_bearer
    }

    /// The token that the server of the repository rejected.
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

/// The attributes up to the empty line, if each line is one. Nothing of a question with a line that
/// git would not send is worth a response: a carriage return or a NUL ends a line for some readers.
fn attributes(text: &str) -> Option<Vec<Attribute<'_>>> {
    if text.contains(['\r', '\0']) {
        return None;
    }
    let lines = text.split('\n').take_while(|line| !line.is_empty());
    lines.map(|line| line.split_once('=')).collect()
}

/// The values of a name that may have several; an empty one drops those before it.
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

/// The origin that is asked about. To git the last of several lines counts, and to another reader
/// the first may; what counts here is an origin that every reading has.
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
    // The parser takes any case and a slash at the end, and git sends neither.
    let is_plain = matches!(scheme, "https" | "http") && !host.contains('/');
    let origin = is_plain.then(|| format!("{scheme}://{host}").parse());
    origin?.ok()
}

/// Whether a value of `WWW-Authenticate` has a Bearer challenge (RFC 9110 §11.6.1). It may have
/// several, with commas between them and between their parameters.
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

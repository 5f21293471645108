//! One fault, played to one client.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use cxone_auth_core::{AccessToken, BlockingTokenSource, Error};

use super::outcome::TIMEOUT;
use super::play::FIXED;
use super::site::Site;
use super::{Fault, Outcome, TOKEN};
use crate::contract::{Candidate, Scheme};

/// How long a call may take before it counts as hanging.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// Longer than the validity of any token and than any cool-down.
const AGES: Duration = Duration::from_hours(1_000 * 24);

/// The result of a fault.
#[derive(Debug)]
#[must_use]
pub struct Trial {
    /// How the call ended.
    pub outcome: Outcome,
    /// How long the call took.
    pub time: Duration,
    /// What went wrong, one sentence each.
    pub complaints: Vec<String>,
}

pub(super) fn run(fault: &Fault, candidate: &dyn Candidate, scheme: Scheme) -> Trial {
    let site = Site::new(scheme, fault.is_tls_1_2);
    let source = site.source(candidate, fault.timeout, fault.attempts);
    let fixture = fault.play.begin(&site);
    let start = Instant::now();
    let result = ask(&source);
    let time = start.elapsed();
    let mut complaints = Vec::from_iter(fixture.complaint().map(str::to_owned));
    complaints.extend(unexpected(
        &fault.expected(candidate, scheme),
        result.as_ref(),
    ));
    let _fixed = fixture.fix(&site);
    complaints.extend(unusable(ask_fixed(&site, &source)));
    Trial {
        outcome: result.as_ref().map_or(Outcome::Hung, Outcome::from),
        time,
        complaints,
    }
}

/// Asks the fixed server. On a busy machine a short timeout may fire even now, so a few timeouts
/// are allowed.
fn ask_fixed(site: &Site, source: &BlockingTokenSource) -> Option<Result<AccessToken, Error>> {
    const TIMES: usize = 5;
    let mut last = None;
    for _ in 0..TIMES {
        site.clock.advance(AGES);
        last = ask(source);
        if last.as_ref().map(Outcome::from) != Some(TIMEOUT) {
            break;
        }
    }
    last
}

/// Asks for a token; `None` if no response comes.
fn ask(source: &BlockingTokenSource) -> Option<Result<AccessToken, Error>> {
    let source = source.clone();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody receives this after the end of the wait.
        let _ = sender.send(source.token());
    });
    receiver.recv_timeout(MAX_WAIT).ok()
}

fn unexpected(expected: &[Outcome], result: Option<&Result<AccessToken, Error>>) -> Option<String> {
    let outcome = result.map_or(Outcome::Hung, Outcome::from);
    if !expected.contains(&outcome) {
        let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        let told = match result {
            Some(Err(error)) => chain(error),
            _ => String::new(),
        };
        return Some(format!(
            "expected {}, got {outcome}: {told}",
            expected.join(" or ")
        ));
    }
    match result {
        Some(Ok(token)) if token.expose_secret() != TOKEN => {
            Some("the token is not the one that the server gave".to_owned())
        }
        _ => None,
    }
}

/// Returns the error and its causes in one line.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn unusable(result: Option<Result<AccessToken, Error>>) -> Option<String> {
    let found = match result {
        Some(Ok(token)) if token.expose_secret() == FIXED => return None,
        Some(Ok(_)) => "an old token".to_owned(),
        Some(Err(error)) => chain(&error),
        None => "nothing".to_owned(),
    };
    Some(format!("the fixed server's token was not had: {found}"))
}

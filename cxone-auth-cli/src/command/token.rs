//! `token` and `header`: print a token on standard output.

use std::time::{Duration, SystemTime};

use cxone_auth_core::diagnosis::{Severity, Theme, diagnose_token};
use cxone_auth_core::{AccessToken, Error, TransportOptions, fetch_token_blocking};

use super::{discovery, git};
use crate::arguments::{FetchArguments, HeaderArguments, TokenArguments};
use crate::cache::{self, Cache, CacheProblem, Entry, Key, Reading, Requirements};
use crate::console::Console;
use crate::doctor;
use crate::failure::Failure;
use crate::output::{Form, Format, Handout, Source};
use crate::target::{Credential, Target};
use crate::wire::Wire;
use crate::words;

pub(crate) fn run(arguments: &TokenArguments, console: Console) -> Result<(), Failure> {
    if arguments.operation.is_some() && arguments.output != Format::GitCredential {
        return Err(Failure::usage(
            "get, store and erase are operations of git: add --output git-credential",
        ));
    }
    if arguments.shell.is_some() && arguments.output != Format::Env {
        return Err(Failure::usage(
            "--shell says which shell runs the variables: add --output env",
        ));
    }
    let form = match arguments.output {
        Format::Token => Form::Token,
        Format::Header => Form::Header,
        Format::Json => Form::Json,
        Format::Env => Form::Env(arguments.shell.unwrap_or_default()),
        Format::ExecCredential => Form::ExecCredential,
        Format::GitCredential => return git::run(arguments, console),
    };
    fetch_and_print(&arguments.fetch, &form, console)
}

pub(crate) fn header(arguments: &HeaderArguments, console: Console) -> Result<(), Failure> {
    fetch_and_print(&arguments.fetch, &Form::Header, console)
}

fn fetch_and_print(
    arguments: &FetchArguments,
    form: &Form,
    console: Console,
) -> Result<(), Failure> {
    let mut target = Target::resolve(&arguments.target)?;
    target.warn_and_tell(console);
    print(&hand_out(&mut target, arguments, console)?, form, console)
}

pub(super) fn print(handout: &Handout, form: &Form, console: Console) -> Result<(), Failure> {
    console.print(&handout.render(SystemTime::now(), form)?)
}

/// Returns a token of this target that meets the arguments.
pub(super) fn hand_out(
    target: &mut Target,
    arguments: &FetchArguments,
    console: Console,
) -> Result<Handout, Failure> {
    let requirements = Requirements::new(arguments.min_ttl, arguments.force_refresh);
    let (entry, source) = if arguments.no_cache {
        discovery::discover(target, console)?;
        (fetch(target, &requirements, console)?, Source::Server)
    } else {
        supply(target, &requirements, console)?
    };
    Ok(Handout::of(&entry, source))
}

/// Returns a token from the cache, or from the server for all who wait for one. If the cache cannot
/// be used, the token comes from the server.
fn supply(
    target: &mut Target,
    requirements: &Requirements,
    console: Console,
) -> Result<(Entry, Source), Failure> {
    let (result, problem) = match Cache::of_user() {
        Ok(mut cache) => match discovery::kept(&cache, target, requirements) {
            Some(entry) => (Ok((entry, Source::Cache)), None),
            None => supply_from(&mut cache, target, requirements, console),
        },
        Err(problem) => {
            let fetched = discovery::discover(target, console)
                .and_then(|()| fetch(target, requirements, console));
            (fetched.map(|entry| (entry, Source::Server)), Some(problem))
        }
    };
    if let Some(problem) = problem {
        console.warn(&problem.to_string());
    }
    result
}

fn supply_from(
    cache: &mut Cache,
    target: &mut Target,
    requirements: &Requirements,
    console: Console,
) -> (Result<(Entry, Source), Failure>, Option<CacheProblem>) {
    let asked = cache.key(target);
    if let Err(failure) = discovery::discover(target, console) {
        let key = cache.linked(&asked).unwrap_or(asked);
        return (
            last_resort(cache, &key, requirements, failure, console),
            None,
        );
    }
    let key = cache.key(target);
    if !key.is(&asked) {
        // Without the link, the next process asks the issuer again. That is all.
        let _ = cache.link(&asked, &key);
    }
    let fetch = || fetch(target, requirements, console);
    let sent = || Credential::sent(&target.credentials);
    let supply = cache.supply(&key, requirements, max_wait(target), &sent, fetch);
    let kept = |failure| last_resort(cache, &key, requirements, failure, console);
    (supply.entry.or_else(kept), supply.problem)
}

/// Returns the cached token with a warning, if it is still valid. A valid token keeps being served
/// if the server cannot give another one.
fn last_resort(
    cache: &Cache,
    key: &Key,
    requirements: &Requirements,
    failure: Failure,
    console: Console,
) -> Result<(Entry, Source), Failure> {
    let is_wanted = failure.may_pass() && !requirements.is_forced();
    let kept = cache.read(key).ok().flatten().filter(|_| is_wanted);
    let left = |entry: &Entry| entry.remaining(&Reading::now());
    match kept.filter(|entry| !left(entry).is_zero()) {
        None => Err(failure),
        Some(entry) => {
            let (why, left) = (failure.message(), left(&entry).as_secs());
            console.warn(&format!(
                "{why}; the cached token is valid for {left} more seconds"
            ));
            Ok((entry, Source::Cache))
        }
    }
}

/// Returns how long another process may take for the same request, plus a margin.
pub(super) fn max_wait(target: &Target) -> Duration {
    TransportOptions::applicable_timeout(target.transport.timeout()).saturating_add(cache::MARGIN)
}

fn fetch(target: &Target, requirements: &Requirements, console: Console) -> Result<Entry, Failure> {
    target.check_credentials()?;
    console.note(&format!("asking {}", target.endpoint.text()));
    let transport = Wire::to(target.config.endpoint().uri(), &target.transport)
        .map_err(|error| Failure::from(Error::of_transport(error)))?;
    let sent = Reading::now();
    let token = fetch_token_blocking(&transport, &target.config).map_err(|error| {
        discovery::warn_of_unlisted(target, console);
        let advice = doctor::advice(&target.config, &error);
        Credential::place(&target.credentials, Failure::from(error).advised(advice))
    })?;
    warn_of_scopes(target, &token, console);
    Ok(Entry::new(&token, sent, requirements.is_forced()))
}

/// Warns of a token with fewer scopes than requested. An API may refuse it later, and then nobody
/// thinks of the scopes.
fn warn_of_scopes(target: &Target, token: &AccessToken, console: Console) {
    let diagnosis = diagnose_token(&target.config, token);
    let of_scopes = diagnosis.iter().filter(|finding| {
        finding.entry().theme() == Theme::Scope && finding.severity() == Severity::Warning
    });
    for finding in of_scopes {
        let (title, code) = (finding.title(), finding.code());
        let evidence = finding.evidence_in_words(words::of_the_program);
        console.warn(&format!("{title} ({code}): {evidence}"));
    }
}

//! What git asks of a credential helper (gitcredentials(7)): `get`, `store`, `erase`.

use super::{forget, token};
use crate::arguments::{FetchArguments, TokenArguments};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{Form, QUIT, Question};
use crate::target::Target;

pub(super) fn run(arguments: &TokenArguments, console: Console) -> Result<(), Failure> {
    let fetch = &arguments.fetch;
    fetch.target.leaves_standard_input()?;
    match arguments.operation.as_deref() {
        None | Some("get") => get(fetch, console),
        Some("erase") => erase(fetch, console),
        // The cache already has what git wants to store. A helper has to ignore unknown operations
        // (gitcredentials(7)).
        Some(_) => Ok(()),
    }
}

fn get(fetch: &FetchArguments, console: Console) -> Result<(), Failure> {
    let question = Question::read()?;
    let target = Target::resolve(&fetch.target)?;
    target.warn_and_tell(console);
    if !is_ours(&question, &target, console) {
        return Ok(());
    }
    match token::hand_out(target, fetch, console) {
        Ok(handout) => token::print(&handout, &Form::GitCredential(question), console),
        Err(failure) => console.print(QUIT).and(Err(failure)),
    }
}

/// Drops the token that a server rejected. If another origin rejected it, it is not a token of this
/// program.
fn erase(fetch: &FetchArguments, console: Console) -> Result<(), Failure> {
    let question = Question::read()?;
    let target = Target::resolve(&fetch.target)?;
    if !is_ours(&question, &target, console) {
        return Ok(());
    }
    match question.rejected() {
        Some(token) => forget::drop_rejected(target, token, console),
        None => Ok(()),
    }
}

/// Reports whether git asks about an origin that the configuration names. Git asks a helper that is
/// set for all hosts about each of them.
fn is_ours(question: &Question, target: &Target, console: Console) -> bool {
    let is_ours = question.is_about(&target.git_origins);
    if !is_ours {
        let own: Vec<_> = target.git_origins.iter().map(ToString::to_string).collect();
        console.note(&format!(
            "git asks about an origin that the configuration does not name: if it may get the \
             token, add it with --git-host; named are: {}",
            own.join(", ")
        ));
    }
    is_ours
}

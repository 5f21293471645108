//! Looks at a store for the doctor.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::{BlockingTokenSource, Moment};

use super::forget::Unsent;
use super::open::{Delegate, Trouble};
use super::{Problem, Shared};
use crate::failure::Failure;
use crate::target::Target;

/// What was seen of a store.
pub(crate) enum Examined {
    /// It can be used. What is in it, in words.
    Usable(String),
    /// The program goes on without it.
    Unusable(Problem),
    /// A setting is wrong.
    Refused(String, Diagnosis),
    Failed(Failure),
}

/// How long the entry is kept that is written to see whether that works.
const KEEP: Duration = Duration::from_secs(5);

/// Opens the store, looks for a token, and writes an entry that says nothing.
pub(crate) fn examine(target: &Target) -> Examined {
    let shared = match Shared::open(&target.store) {
        Ok(shared) => Arc::new(shared),
        Err(Trouble::Problem(problem)) => return Examined::Unusable(problem),
        Err(Trouble::Setting(_, problem)) => {
            return Examined::Refused(problem.text, problem.diagnosis);
        }
        Err(Trouble::Failure(failure)) => return Examined::Failed(failure),
    };
    let held = held(target, &shared);
    let name = shared.name("doctor", target);
    shared.write(&name, b"{}", KEEP);
    match shared.problem() {
        Some(problem) => Examined::Unusable(problem),
        None => Examined::Usable(held),
    }
}

/// Says whether there is a token. Nothing is requested.
fn held(target: &Target, shared: &Arc<Shared>) -> String {
    let source = BlockingTokenSource::new(target.config.clone(), Unsent);
    let store = Delegate(Arc::clone(&shared.store));
    let source = source.with_store(store, shared.options(target));
    shared.hear(&source);
    match source.token() {
        Ok(token) => {
            let left = token.remaining(Moment::now()).as_secs();
            format!("a token is there, valid for {left} more seconds")
        }
        Err(error) => match error.asked_ago() {
            Some(ago) => format!("the server refused another process {} s ago", ago.as_secs()),
            None => "it can be used, and there is no token yet".to_owned(),
        },
    }
}

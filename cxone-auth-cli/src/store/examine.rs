//! Looks at a store for the doctor and for `inspect`.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_core::{BlockingTokenSource, Moment};

use super::forget::Unsent;
use super::onlooker::Onlooker;
use super::open::Trouble;
use super::{Problem, Shared};
use crate::failure::Failure;
use crate::target::{Place, Target};

/// A store that was opened, to be examined.
pub(crate) struct Opened(Arc<Shared>);

/// What was seen of a store.
pub(crate) enum Examined {
    /// It can be used. What is in it, in words.
    Usable(String),
    /// The program goes on without it.
    Unusable(Problem),
}

/// Why a store is not used.
pub(crate) enum Unopened {
    /// The program goes on without it.
    Unusable(Problem),
    /// Nothing is sent before this is fixed. The causes, if the store has named some.
    Refused(Failure, Diagnosis),
}

/// How long the entry is kept that is written to see whether that works.
const KEEP: Duration = Duration::from_secs(5);

/// Opens the store as a request for a token does.
pub(crate) fn open(place: &Place) -> Result<Opened, Unopened> {
    let shared = Shared::open(place).map_err(Unopened::of)?;
    Ok(Opened(Arc::new(shared)))
}

/// Looks at a store, and creates and sends nothing. Reports whether there is one.
pub(crate) fn look(place: &Place) -> Result<bool, Unopened> {
    Shared::look(place).map_err(Unopened::of)
}

impl Unopened {
    fn of(trouble: Trouble) -> Self {
        let diagnosis = match &trouble {
            Trouble::Problem(problem) | Trouble::Setting(_, problem) => problem.diagnosis.clone(),
            Trouble::Failure(_) => Diagnosis::default(),
        };
        match trouble.into_problem() {
            Ok(problem) => Self::Unusable(problem),
            Err(failure) => Self::Refused(failure, diagnosis),
        }
    }
}

impl Opened {
    /// Looks for a token, and writes an entry that says nothing.
    pub(crate) fn examine(&self, target: &Target) -> Examined {
        let Self(shared) = self;
        let held = held(target, shared);
        // A server that does not respond would take its time once more.
        if !shared.has_a_problem() {
            let name = shared.name("doctor", target);
            shared.write(&name, b"{}", KEEP);
        }
        match shared.problem() {
            Some(problem) => Examined::Unusable(problem),
            // Who has other keys shares nothing, and finds nothing wrong with the store.
            None if shared.has_key_file => {
                let fingerprint = shared.keys.fingerprint();
                Examined::Usable(format!("{held}; fingerprint of the keys: {fingerprint}"))
            }
            None => Examined::Usable(held),
        }
    }
}

/// Says whether there is a token. Nothing is requested, and no process is waited for.
fn held(target: &Target, shared: &Arc<Shared>) -> String {
    let source = BlockingTokenSource::new(target.config.clone(), Unsent);
    let store = Arc::new(Onlooker::of(Arc::clone(&shared.store)));
    let source = source.with_store(Arc::clone(&store), shared.options(target));
    shared.hear(&source);
    match source.token() {
        Ok(token) => {
            let left = token.remaining(Moment::now()).as_secs();
            format!("a token is there, valid for {left} more seconds")
        }
        Err(error) => match error.asked_ago() {
            Some(ago) => format!("the server refused another process {} s ago", ago.as_secs()),
            None if store.saw_a_lease() => {
                "it can be used, and another process is asking for a token at this moment"
                    .to_owned()
            }
            None => "it can be used, and there is no token yet".to_owned(),
        },
    }
}

//! Whether the store that is set can be used.

use cxone_auth_core::diagnosis::{Diagnosis, FindingCode, Setting, Severity};
use cxone_auth_core::store::StoreErrorKind;

use super::cause::Cause;
use super::check::{Check, Step};
use crate::failure::Failure;
use crate::store::{self, Examined, Opened, Problem, Unopened};
use crate::target::{Place, Target};

/// What is known of the store before anything is sent.
pub(super) enum Preparation {
    /// No setting names one.
    Unset,
    /// It is open, and is examined when the request is known.
    Open(Opened),
    /// No more is looked at.
    Seen(Check, Vec<Cause>),
    /// Nothing is sent.
    Refused(Check, Vec<Cause>, Failure),
}

/// Opens the store as a request for a token does. Offline, it only looks: nothing is created.
pub(super) fn prepare(target: &Target, is_offline: bool) -> Preparation {
    let place = &target.store;
    if !place.is_set() {
        return Preparation::Unset;
    }
    let prepared = if is_offline {
        let seen = |is_there| Preparation::Seen(offline(place, is_there), Vec::new());
        store::look(place).map(seen)
    } else {
        store::open(place).map(Preparation::Open)
    };
    match prepared {
        Ok(prepared) => prepared,
        Err(Unopened::Unusable(problem)) => {
            let (check, causes) = unusable(&problem);
            Preparation::Seen(check, causes)
        }
        Err(Unopened::Refused(failure, diagnosis)) => {
            let mut causes = causes(&diagnosis, Severity::Error);
            if causes.is_empty() {
                causes = Cause::of_failure(&failure);
            }
            Preparation::Refused(Step::Store.failed(failure.message()), causes, failure)
        }
    }
}

impl Preparation {
    /// Looks at what is in the store.
    pub(super) fn examine(self, target: &Target) -> Option<(Check, Vec<Cause>)> {
        match self {
            Self::Unset => None,
            Self::Seen(check, causes) | Self::Refused(check, causes, _) => Some((check, causes)),
            Self::Open(store) => Some(match store.examine(target) {
                Examined::Usable(held) => {
                    let summary = format!("{}: {held}", target.store.shown());
                    (Step::Store.passed(summary), Vec::new())
                }
                Examined::Unusable(problem) => unusable(&problem),
            }),
        }
    }
}

fn offline(place: &Place, is_there: bool) -> Check {
    let shown = place.shown();
    match place {
        Place::Server(_) => Step::Store.skipped("--offline"),
        _ if is_there => Step::Store.passed(format!("{shown}: it can be opened")),
        _ => Step::Store.passed(format!("{shown}: not there yet, the first token makes it")),
    }
}

/// A token is requested without it.
fn unusable(problem: &Problem) -> (Check, Vec<Cause>) {
    let mut causes = causes(&problem.diagnosis, Severity::Warning);
    if causes.is_empty() && problem.kind == StoreErrorKind::Configuration {
        causes.push(setting_unusable(&problem.text));
    }
    if !problem.concerns_key_file {
        causes.iter_mut().for_each(name_the_folder);
    }
    (Step::Store.warned(&*problem.text), causes)
}

/// The place that is set is of no use, for a reason that no finding has.
fn setting_unusable(text: &str) -> Cause {
    let code = FindingCode::SETTING_UNUSABLE;
    let cause = Cause::of_code(code, Severity::Warning, text.to_owned());
    Cause {
        settings: vec![Setting::Store],
        ..cause
    }
}

/// No setting names the keys of a folder but the one that names the folder.
fn name_the_folder(cause: &mut Cause) {
    cause.settings.retain(|own| *own != Setting::StoreKeys);
    if cause.settings.is_empty() {
        cause.settings.push(Setting::Store);
    }
}

fn causes(diagnosis: &Diagnosis, severity: Severity) -> Vec<Cause> {
    let causes = diagnosis.iter().map(Cause::from);
    causes.map(|cause| Cause { severity, ..cause }).collect()
}

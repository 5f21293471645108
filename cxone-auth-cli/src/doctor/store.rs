//! Whether the store that is set can be used.

use cxone_auth_core::diagnosis::{Diagnosis, Severity};

use super::cause::Cause;
use super::check::{Check, Step};
use crate::store::{self, Examined};
use crate::target::{Place, Target};

/// Looks at the store, if a setting names one.
pub(super) fn examine(target: &Target, is_offline: bool) -> Option<(Check, Vec<Cause>)> {
    if !target.store.is_set() {
        return None;
    }
    if is_offline && matches!(target.store, Place::Server(_)) {
        return Some((Step::Store.skipped("--offline"), Vec::new()));
    }
    let shown = target.store.shown();
    Some(match store::examine(target) {
        Examined::Usable(held) => (Step::Store.passed(format!("{shown}: {held}")), Vec::new()),
        Examined::Unusable(problem) => {
            let causes = causes(&problem.diagnosis, Severity::Warning);
            (Step::Store.warned(problem.text), causes)
        }
        Examined::Refused(text, diagnosis) => (
            Step::Store.failed(text),
            causes(&diagnosis, Severity::Error),
        ),
        Examined::Failed(failure) => {
            let causes = Cause::of_failure(&failure);
            (Step::Store.failed(failure.message()), causes)
        }
    })
}

/// A token is requested without the store, too, unless a setting is wrong.
fn causes(diagnosis: &Diagnosis, severity: Severity) -> Vec<Cause> {
    let causes = diagnosis.iter().map(Cause::from);
    causes.map(|cause| Cause { severity, ..cause }).collect()
}

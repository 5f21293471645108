//! `inspect`: checks the configuration without a request.

use cxone_auth_core::diagnosis::{Diagnosis, Finding, Severity};
use cxone_auth_core::inspect;
use serde_json::{Value, json};

use crate::arguments::{InspectArguments, Report};
use crate::console::Console;
use crate::failure::{Failure, finding_as_json};
use crate::store::{self, Unopened};
use crate::target::Target;
use crate::words;

pub(crate) fn run(arguments: &InspectArguments, console: Console) -> Result<(), Failure> {
    let mut target = Target::resolve(&arguments.target)?;
    target.tell(console);
    let diagnosis = inspect(&target.config);
    let (note, refused) = match look(&target) {
        Ok(note) => (note, Ok(())),
        Err(failure) => (None, Err(failure)),
    };
    target.notes.extend(note);
    let checked = target.check_credentials().and(refused);
    match arguments.format.output {
        // The error says what is found.
        Report::Text if checked.is_err() && diagnosis.is_empty() => {
            console.print_text(&noted(&target))
        }
        Report::Text => console.print_text(&text(&target, &diagnosis)),
        Report::Json => console.print(&format!("{:#}\n", json(&target, &diagnosis))),
    }?;
    checked?;
    let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
    match diagnosis.iter().filter(is_error).count() {
        0 => Ok(()),
        count => Err(Failure::configuration(format!(
            "there will be no token until this is fixed ({count} of {})",
            diagnosis.len()
        ))),
    }
}

/// Looks at the store that is set, and creates nothing. Returns why a token is requested without it.
fn look(target: &Target) -> Result<Option<String>, Failure> {
    if !target.store.is_set() {
        return Ok(None);
    }
    match store::look(&target.store) {
        Ok(_) => Ok(None),
        Err(Unopened::Unusable(problem)) => Ok(Some(problem.text)),
        Err(Unopened::Refused(failure, _)) => Err(failure),
    }
}

fn text(target: &Target, diagnosis: &Diagnosis) -> String {
    let findings = diagnosis.in_words(words::of_the_program).to_string()
        + "
";
    findings + &noted(target)
}

fn noted(target: &Target) -> String {
    let notes = notes(target).map(|note| {
        format!(
            "
note: {note}
"
        )
    });
    notes.collect()
}

fn json(target: &Target, diagnosis: &Diagnosis) -> Value {
    let findings: Vec<Value> = diagnosis.iter().map(finding_as_json).collect();
    json!({ "findings": findings, "notes": notes(target).collect::<Vec<_>>() })
}

fn notes(target: &Target) -> impl Iterator<Item = String> {
    let discovery = target.discovery.as_ref().map(|discovery| {
        format!(
            "nothing is sent here: the metadata of {} is not read, and the token endpoint is not \
             known; `cxone-auth doctor` reads it",
            discovery.issuer
        )
    });
    let own = target.warnings.iter().chain(&target.notes).cloned();
    own.chain(target.method()).chain(discovery)
}

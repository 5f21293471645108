//! What can be seen in a configuration before anything is sent.

mod address;
mod credential;
mod renewal;
mod scope;
mod subject;

use crate::config::Config;
use crate::finding::{Diagnosis, Finding};

pub(super) use address::has_forum_path;
pub(super) use credential::spelling_risk;
pub(super) use scope::{INVENTED, named};
use subject::Rule;
pub(super) use subject::Subject;

/// Looks a configuration over for what servers refuse, without a request.
///
/// What it finds as [`Error`](crate::diagnosis::Severity::Error) or
/// [`Warning`](crate::diagnosis::Severity::Warning) is worth a log line when a service starts; a
/// [`Note`](crate::diagnosis::Severity::Note) explains a failure if one comes.
///
/// ```
/// use cxone_auth_core::{ClientCredentials, Config, Region, inspect};
///
/// let credentials = ClientCredentials::new("YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET");
/// let config = Config::genesys_cloud(Region::EuWest1, credentials)?;
/// let diagnosis = inspect(&config);
/// assert_eq!(diagnosis.first().map(|finding| finding.code().to_string()).as_deref(), Some("CXA-101"));
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[must_use]
pub fn inspect(config: &Config) -> Diagnosis {
    let subject = Subject::of(config);
    let findings = [
        address::RULES,
        credential::RULES,
        scope::RULES,
        renewal::RULES,
    ];
    Diagnosis::ranked(
        findings
            .into_iter()
            .flat_map(|rules| look(rules, &subject))
            .collect(),
    )
}

/// What an address gives rise to.
pub(super) fn address_findings(subject: &Subject<'_>) -> Vec<Finding> {
    look(address::RULES, subject)
}

/// What the values that the subject still holds give rise to.
pub(super) fn credential_findings(subject: &Subject<'_>) -> Vec<Finding> {
    look(credential::RULES, subject)
}

/// What the scopes that are asked for give rise to.
pub(super) fn scope_findings(subject: &Subject<'_>) -> Vec<Finding> {
    look(scope::RULES, subject)
}

fn look(rules: &[Rule], subject: &Subject<'_>) -> Vec<Finding> {
    rules.iter().filter_map(|rule| rule(subject)).collect()
}

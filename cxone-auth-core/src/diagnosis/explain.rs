//! What a response, a failure or a token tells, beside the configuration that led to it.

mod api;
mod case;
mod refusal;
mod token;
mod transport;

use super::inspect::{Subject, address_findings, credential_findings, scope_findings};
use crate::error::{Explain, TransportError};
use crate::protocol::{Failed, Responded};

use crate::finding::catalogue::{address, credential, response};
use crate::finding::{Diagnosis, Finding};

use case::{Case, Rule};

pub use api::diagnose_api_response;
pub use token::diagnose_token;

impl Explain for Responded<'_> {
    fn explain(&self) -> Diagnosis {
        let case = Case::of(self);
        let mut findings = seen_before(&case);
        findings.extend(refusal::RULES.iter().flat_map(|rules| look(rules, &case)));
        if findings.iter().all(is_beside_the_point) {
            findings.push(refusal::unexplained(&case));
        }
        Diagnosis::explanation(findings)
    }
}

impl Explain for Failed<'_> {
    fn explain(&self) -> Diagnosis {
        let subject = Subject::of(self.config);
        Diagnosis::explanation(transport::findings(Some(&subject), self.failure))
    }
}

/// Without a configuration only the failure itself speaks.
impl Explain for TransportError {
    fn explain(&self) -> Diagnosis {
        Diagnosis::explanation(transport::findings(None, self))
    }
}

/// What was to be seen before the request and has to do with how the server responded. Whatever
/// the server has accepted by its response is left out.
fn seen_before(case: &Case<'_>) -> Vec<Finding> {
    let config = case.subject.config;
    let mut findings = if case.may_be_misaddressed() {
        address_findings(&case.subject)
    } else {
        Vec::new()
    };
    if case.is_scope_refused() {
        // Anyone who judges the scopes has let the grant pass.
        findings.retain(|finding| finding.code() != address::CLIENT_CREDENTIALS_AT_CXONE.code);
    }
    if case.is_client_refused() {
        let client = Subject::of(config).with_client_only();
        findings.extend(
            credential_findings(&client)
                .into_iter()
                .filter(is_no_repetition),
        );
    }
    if case.is_key_refused() {
        findings.extend(credential_findings(
            &Subject::of(config).with_access_key_only(),
        ));
    }
    if case.is_scope_refused() {
        findings.extend(scope_findings(&case.subject));
    }
    findings.into_iter().map(Finding::into_cause).collect()
}

/// The spelling is judged with the response, which tells more about it.
fn is_no_repetition(finding: &Finding) -> bool {
    finding.code() != credential::SPELLING_DIFFERS.code
}

/// Whether a finding explains nothing by itself.
fn is_beside_the_point(finding: &Finding) -> bool {
    finding.code() == response::CLOCK_OFF.code
}

fn look(rules: &[Rule], case: &Case<'_>) -> Vec<Finding> {
    rules.iter().filter_map(|rule| rule(case)).collect()
}

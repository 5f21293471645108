//! Rules over how tokens age.

use std::time::Duration;

use super::subject::{Rule, Subject};
use crate::finding::Confidence::Likely;
use crate::finding::Finding;
use crate::finding::catalogue::answer as cause;

pub(super) const RULES: &[Rule] = &[lead_beyond_the_usual_lifetime];

const HOUR: Duration = Duration::from_secs(3_600);

/// Genesys Cloud's tokens live for a day unless the client says otherwise, NICE's for an hour.
fn lead_beyond_the_usual_lifetime(subject: &Subject<'_>) -> Option<Finding> {
    let usual = if subject.is_genesys() {
        24 * HOUR
    } else if subject.is_cxone() || subject.is_central() {
        HOUR
    } else {
        return None;
    };
    let lead = subject.config.renewal.lead?;
    subject.config.renewal.lead_is_cut(usual).then(|| {
        let (lead, usual) = (lead.as_secs(), usual.as_secs());
        let evidence = format!("a lead of {lead} s, where tokens usually live for {usual} s");
        cause::TOO_SHORT.found(Likely, evidence)
    })
}

//! Rules over how tokens age.

use std::time::Duration;

use super::subject::{Rule, Subject};
use crate::finding::Confidence::Likely;
use crate::finding::Finding;
use crate::finding::catalogue::response as cause;

pub(super) const RULES: &[Rule] = &[refresh_before_beyond_the_usual_lifetime];

const HOUR: Duration = Duration::from_secs(3_600);

/// Genesys Cloud's tokens live for a day unless the client says otherwise, NICE's for an hour.
fn refresh_before_beyond_the_usual_lifetime(subject: &Subject<'_>) -> Option<Finding> {
    let usual = if subject.is_genesys() {
        24 * HOUR
    } else if subject.is_cxone() || subject.is_central() {
        HOUR
    } else {
        return None;
    };
    let refresh_before = subject.config.renewal.refresh_before?;
    subject
        .config
        .renewal
        .refresh_before_is_cut(usual)
        .then(|| {
            let (refresh_before, usual) = (refresh_before.as_secs(), usual.as_secs());
            let evidence = format!(
                "refresh_before is {refresh_before} s, and tokens are usually valid for {usual} s"
            );
            cause::TOO_SHORT.found(Likely, evidence)
        })
}

//! Credentials in the forms in which servers issue them give rise to no alarm.

use cxone_auth_core::diagnosis::{Confidence, Diagnosis, Severity};
use cxone_auth_core::inspect;
use proptest::prelude::*;

use super::fixture::{central, custom, cxone_with, genesys_with};

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const KEY: &str = "[A-Z2-7]{52}====";

/// Secrets as servers generate them.
fn generated() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{43}",
        "[A-Za-z0-9+/]{43}=",
        "[A-Za-z0-9+/]{86}==",
        "[A-Za-z0-9]{20,64}",
        "[A-Za-z0-9~._-]{40}",
        "[0-9a-f]{32}",
        "[0-9a-f]{64}",
        "[A-Z2-7]{52}====",
        UUID,
    ]
}

/// What people and password managers think out.
fn thought_out() -> impl Strategy<Value = String> {
    prop_oneof![
        "[!-~]{12,64}",
        "[a-z]{3,8}(-[a-z]{3,8}){2,4}",
        "[A-Za-z0-9]{8,16}[!@#$%]"
    ]
}

fn assert_no_warning(diagnosis: &Diagnosis) {
    let is_note = |severity| severity == Severity::Note;
    let all_notes = diagnosis.iter().all(|finding| is_note(finding.severity()));
    assert!(all_notes, "{diagnosis:#?}");
}

fn assert_no_certain_error(diagnosis: &Diagnosis) {
    for finding in diagnosis {
        let is_error = finding.severity() == Severity::Error;
        let is_certain = finding.confidence() == Confidence::Certain;
        assert!(!(is_error && is_certain), "{finding:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_genesys_cloud_issues(id in UUID, secret in "[A-Za-z0-9_-]{43}") {
        assert_no_warning(&inspect(&genesys_with(&id, &secret)));
    }

    #[test]
    fn what_cxone_issues(id in UUID, secret in generated(), key_id in KEY, key_secret in KEY) {
        prop_assume!(!secret.starts_with(&id));
        assert_no_warning(&inspect(&cxone_with(&id, &secret, &key_id, &key_secret)));
    }

    #[test]
    fn what_any_server_issues(id in generated(), secret in generated()) {
        assert_no_warning(&inspect(&custom(&id, &secret)));
    }

    #[test]
    fn what_people_think_out(id in thought_out(), secret in thought_out(), key in KEY) {
        assert_no_certain_error(&inspect(&custom(&id, &secret)));
        assert_no_certain_error(&inspect(&genesys_with(&id, &secret)));
        assert_no_certain_error(&inspect(&cxone_with(&id, &secret, &key, &key.to_lowercase())));
    }
}

#[test]
fn what_central_issues() {
    assert_no_warning(&inspect(&central()));
}

//! The kind of an error and its first finding never contradict each other, whatever a server sends
//! to whichever configuration.

use cxone_auth_core::diagnosis::{Finding, FindingCode as Code, Theme};
use cxone_auth_core::{Error, ErrorKind};

use super::precision::refusals;

/// What a caller does about an error when it reads its first finding.
fn fits(kind: ErrorKind, first: &Finding) -> bool {
    let (code, theme) = (first.code(), first.entry().theme());
    let is_of_the_place = theme == Theme::Address || code == Code::PROXY;
    match kind {
        ErrorKind::Throttled => [Code::THROTTLE_AS_400, Code::THROTTLED].contains(&code),
        ErrorKind::Unavailable => code == Code::OUT_OF_ORDER,
        ErrorKind::Protocol => theme == Theme::ServerResponse || is_of_the_place,
        ErrorKind::Credentials => {
            is_of_the_place
                || [Theme::Credential, Theme::Proof].contains(&theme)
                || theme == Theme::Client && !asks_for_another_configuration(code)
                || [Code::NO_OAUTH_ERROR, Code::OWN_ERROR].contains(&code)
        }
        ErrorKind::Configuration => {
            is_of_the_place
                || theme == Theme::Scope
                || theme == Theme::Client && !asks_for_another_credential(code)
                || [Code::NO_OAUTH_ERROR, Code::OWN_ERROR].contains(&code)
        }
        _ => false,
    }
}

/// Right credentials, and a client or request that is not set up as the server wants it.
fn asks_for_another_configuration(code: Code) -> bool {
    [
        Code::OTHER_GRANT,
        Code::BOTH_PLACEMENTS,
        Code::ACCESS_KEY_MISSING,
        Code::NOT_A_FORM,
    ]
    .contains(&code)
}

/// A right configuration, and credentials that the server does not take.
fn asks_for_another_credential(code: Code) -> bool {
    [
        Code::WRONG_SECRET,
        Code::DISABLED,
        Code::ACCESS_KEY_REFUSED,
        Code::NOT_YET_APPROVED,
        Code::CENTRAL_DOES_NOT_FIT,
    ]
    .contains(&code)
}

#[test]
fn the_first_finding_of_every_response_fits_the_kind_of_its_error() {
    let refusals = refusals();
    assert!(refusals.len() > 500, "{}", refusals.len());
    let contradiction = |(name, error): &(String, Error)| {
        let first = error.diagnosis().first().expect("each is explained");
        let fits = fits(error.kind(), first);
        (!fits).then(|| format!("{name}: {:?}, {first:?}", error.kind()))
    };
    let contradictions: Vec<String> = refusals.iter().filter_map(contradiction).collect();
    assert!(
        contradictions.is_empty(),
        "{} of {}:\n{}",
        contradictions.len(),
        refusals.len(),
        contradictions.join("\n")
    );
}

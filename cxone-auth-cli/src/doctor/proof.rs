//! What a way of asking that works says about those that do not.

use cxone_auth_core::diagnosis::Confidence;
use cxone_auth_core::{ClientAuthentication, Config};

use super::probe::Change;

/// What a failure comes from, as far as the attempts tell.
pub(super) struct Proof {
    pub(super) cause: &'static str,
    pub(super) confidence: Confidence,
    /// Why it is not certain.
    pub(super) doubt: Option<&'static str>,
}

impl Proof {
    /// What it proves that `change` works, where `config` and those of `refused` have had the same
    /// response.
    ///
    /// That one setting works does not say which other one was wrong: the body says nothing of
    /// Basic unless each spelling of it was refused, and Basic says nothing of its other spelling.
    pub(super) fn of(change: Change, config: &Config, refused: &[Change]) -> Self {
        let is_in_body = config.client_authentication() == ClientAuthentication::Body;
        let is_refused = |way| refused.contains(&Change::ClientAuth(way));
        match change {
            Change::NoScope => certain("The server refuses the scope, and gives a token without"),
            Change::ClientAuth("body") => in_the_body(config, refused),
            // The place differs, and perhaps the spelling.
            Change::ClientAuth("basic-raw") if is_in_body && !is_refused("basic") => as_basic(),
            Change::ClientAuth("basic") if is_in_body && !is_refused("basic-raw") => as_basic(),
            Change::ClientAuth("basic-raw") => {
                certain("The server wants Basic with id and secret as they are")
            }
            Change::ClientAuth(_) => {
                certain("The server wants Basic with id and secret form-encoded")
            }
        }
    }
}

fn in_the_body(config: &Config, refused: &[Change]) -> Proof {
    let doubt = if !Change::ClientAuth("basic-raw").can_be_made(config) {
        Some("a colon in the id leaves no raw Basic to compare with")
    } else if Change::are_all_refused(&["basic", "basic-raw"], config, refused) {
        None
    } else {
        Some("Basic in another spelling had another response")
    };
    match doubt {
        None => certain("The server wants the credentials in the body"),
        Some(_) => Proof {
            cause: "The server takes the credentials in the body",
            confidence: Confidence::Likely,
            doubt,
        },
    }
}

fn as_basic() -> Proof {
    certain("The server wants the credentials as Basic")
}

fn certain(cause: &'static str) -> Proof {
    Proof {
        cause,
        confidence: Confidence::Certain,
        doubt: None,
    }
}

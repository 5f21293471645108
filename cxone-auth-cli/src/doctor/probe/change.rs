//! What another way to ask comes to, as a change of the settings.

use std::fmt;

use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::diagnosis::FindingCode;
use cxone_auth_core::{ClientAuthentication, Config, ScopeSet};

use super::fingerprint;

/// What is to be set otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// `client-auth` to this value.
    ClientAuth(&'static str),
    /// `scope` to nothing.
    NoScope,
}

impl Change {
    /// The configuration with the change; `None` where it cannot be made so.
    pub(super) fn applied_to(self, config: &Config) -> Option<Config> {
        let authentication = match self {
            Self::NoScope => return Some(config.clone().with_scope(ScopeSet::new())),
            Self::ClientAuth("body") => ClientAuthentication::Body,
            Self::ClientAuth("basic-raw") => ClientAuthentication::Basic(BasicEncoding::Raw),
            Self::ClientAuth(_) => ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
        };
        config
            .clone()
            .with_client_authentication(authentication)
            .ok()
    }

    /// Whether there is such a request: an id with a colon has no raw Basic.
    pub(in crate::doctor) fn can_be_made(self, config: &Config) -> bool {
        self.applied_to(config).is_some()
    }

    /// Whether the server has refused each of these ways to authenticate, as `config` has it or in
    /// another request of the same bytes.
    pub(in crate::doctor) fn are_all_refused(
        ways: &[&'static str],
        config: &Config,
        refused: &[Self],
    ) -> bool {
        let others = refused.iter().filter_map(|own| own.applied_to(config));
        let mut sent: Vec<_> = others.map(|other| fingerprint(&other)).collect();
        sent.push(fingerprint(config));
        let mut ways = ways.iter().map(|way| Self::ClientAuth(way));
        ways.all(|way| {
            let other = way.applied_to(config);
            other.is_some_and(|other| sent.contains(&fingerprint(&other)))
        })
    }

    /// The change as each of the places has it where it can be made.
    pub(crate) fn ways(self) -> [(&'static str, String); 3] {
        match self {
            Self::ClientAuth(value) => [
                ("flag", format!("--client-auth {value}")),
                ("variable", format!("CXONE_AUTH_CLIENT_AUTH={value}")),
                ("profile", format!("client-auth = \"{value}\"")),
            ],
            Self::NoScope => [
                ("flag", "no --scope".to_owned()),
                ("variable", "no CXONE_AUTH_SCOPE".to_owned()),
                ("profile", "no scope".to_owned()),
            ],
        }
    }

    /// The name of the setting.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::ClientAuth(_) => "client-auth",
            Self::NoScope => "scope",
        }
    }

    /// What to do about a failure that the change fixes.
    pub(in crate::doctor) fn remedy(self) -> String {
        match self {
            Self::ClientAuth(value) => format!("Set client-auth to {value}."),
            Self::NoScope => "Ask for no scope, or for those that the client is registered for, \
                              letter by letter."
                .to_owned(),
        }
    }

    /// The finding that the change fixes: another scope, place or spelling.
    pub(in crate::doctor) fn finding(self, config: &Config) -> FindingCode {
        let is_in_body = config.client_authentication() == ClientAuthentication::Body;
        match self {
            Self::NoScope => FindingCode::SCOPE_REFUSED,
            Self::ClientAuth("body") => FindingCode::OTHER_PLACEMENT,
            Self::ClientAuth(_) if is_in_body => FindingCode::OTHER_PLACEMENT,
            Self::ClientAuth(_) => FindingCode::OTHER_SPELLING,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientAuth("body") => "credentials in the body",
            Self::ClientAuth("basic-raw") => "Basic with id and secret as they are",
            Self::ClientAuth(_) => "Basic with id and secret form-encoded",
            Self::NoScope => "without scope",
        })
    }
}

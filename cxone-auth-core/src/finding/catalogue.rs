//! The catalogue of causes: one static table per theme, one entry per cause.

use std::fmt;

use super::{Confidence, Finding, FindingCode, Message, Setting, Severity, Text};

/// Makes a named entry and a public code from each row, and the list of all entries by code.
macro_rules! entries {
    ($list:ident: $($name:ident = $code:literal {
        severity: $severity:ident,
        title: $title:literal,
        seen: $seen:literal,
        cause: $cause:literal,
        remedy: $remedy:literal,
        settings: [$($setting:ident),*],
        vendors: [$($vendor:ident),+],
        source: $source:literal $(,)?
    })+) => {
        $(
            pub(crate) static $name: super::CatalogueEntry = super::CatalogueEntry {
                code: super::FindingCode::new($code),
                severity: super::Severity::$severity,
                title: $title,
                seen: crate::finding::Text($seen),
                cause: crate::finding::Text($cause),
                remedy: crate::finding::Text($remedy),
                settings: &[$(crate::finding::Setting::$setting),*],
                vendors: &[$(super::Vendor::$vendor),+],
                source: $source,
            };
        )+

        impl crate::finding::FindingCode {
            $(
                #[doc = concat!("CXA-", $code, ": ", $title, ".")]
                pub const $name: Self = Self::new($code);
            )+
        }

        pub(super) static $list: &[&super::CatalogueEntry] = &[$(&$name),+];
    };
}

pub(crate) mod address;
pub(crate) mod api;
pub(crate) mod credential;
pub(crate) mod metadata;
pub(crate) mod proof;
pub(crate) mod response;
pub(crate) mod scope;
pub(crate) mod store;

/// What is known about a cause in every case.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueEntry {
    /// The stable code.
    pub code: FindingCode,
    /// What the cause means for the token. A case may be less severe.
    pub severity: Severity,
    /// The cause in a few words.
    pub title: &'static str,
    /// What a user sees.
    pub seen: Text,
    /// Why that happens.
    pub cause: Text,
    /// What to do about it.
    pub remedy: Text,
    /// The settings that it is about. Empty if no setting is at fault.
    pub settings: &'static [Setting],
    /// The vendors at which it occurs.
    pub vendors: &'static [Vendor],
    /// Where the facts come from: a section of an RFC, or the address of a page.
    pub source: &'static str,
}

/// A vendor at which a cause occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Vendor {
    /// Genesys Cloud.
    GenesysCloud,
    /// NICE CXone.
    Cxone,
    /// Legacy inContact Central.
    Central,
    /// Any OAuth 2.0 server.
    Any,
}

/// What a cause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Theme {
    /// The text of an id, a secret or a key.
    Credential,
    /// Where the request goes.
    Address,
    /// The client as the server knows it.
    Client,
    /// The scopes asked for and granted.
    Scope,
    /// How many requests the server has received.
    Traffic,
    /// The way to the server.
    Transport,
    /// What the server sent back.
    ServerResponse,
    /// Calls to an API with the token.
    Api,
    /// Keys, assertions, certificates and secrets that change.
    Proof,
    /// The store in which processes share a token.
    Store,
}

/// Returns all causes, by code. Use it for a page of documentation, or for a program that explains
/// a code.
pub fn catalogue() -> impl Iterator<Item = &'static CatalogueEntry> {
    [
        credential::TEXT,
        address::ENTRIES,
        credential::CLIENT,
        scope::ENTRIES,
        response::ENTRIES,
        api::ENTRIES,
        proof::ENTRIES,
        metadata::ENTRIES,
        store::ENTRIES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

impl CatalogueEntry {
    /// Returns what the cause is about: the first digit of its code. 920 to 929 are about stores.
    #[must_use]
    pub fn theme(&self) -> Theme {
        match self.code.number() / 100 {
            9 if self.code.number() / 10 == 92 => Theme::Store,
            1 => Theme::Credential,
            2 => Theme::Address,
            3 => Theme::Client,
            4 => Theme::Scope,
            5 => Theme::Traffic,
            6 => Theme::Transport,
            7 => Theme::ServerResponse,
            8 => Theme::Api,
            _ => Theme::Proof,
        }
    }

    /// Reports whether the cause can appear without a change of the configuration, for example if a
    /// secret is replaced or a server fails.
    pub(super) fn changes_with_time(&self) -> bool {
        let stays = [
            &address::OTHER_VENDOR,
            &address::API_HOST,
            &address::FORUM_PATH,
            &address::INVENTED_HOST,
            &address::OTHER_PATH,
            &address::WRONG_REGION,
            &address::OTHER_SERVER,
            &address::CLIENT_CREDENTIALS_AT_CXONE,
            &address::CENTRAL_MIXED_UP,
            &address::WRONG_ISSUER,
            &address::OTHER_LOGIN,
            &address::WITHOUT_EFFECT,
            &credential::NOT_YET_APPROVED,
            &credential::OTHER_PLACEMENT,
            &credential::OTHER_SPELLING,
        ];
        self.theme() != Theme::Credential && !stays.contains(&self)
    }

    /// Makes a finding: the cause in one case.
    pub(crate) fn found(
        &'static self,
        confidence: Confidence,
        evidence: impl Into<Message>,
    ) -> Finding {
        Finding {
            entry: self,
            severity: self.severity,
            confidence,
            evidence: evidence.into(),
            settings: self.settings.into(),
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::GenesysCloud => "Genesys Cloud",
            Self::Cxone => "NICE CXone",
            Self::Central => "inContact Central",
            Self::Any => "any server",
        })
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Credential => "the text of a credential",
            Self::Address => "the address",
            Self::Client => "the client",
            Self::Scope => "scopes",
            Self::Traffic => "traffic",
            Self::Transport => "the way to the server",
            Self::ServerResponse => "the response",
            Self::Api => "calls to an API",
            Self::Proof => "keys, assertions and secrets that change",
            Self::Store => "the store of shared tokens",
        })
    }
}

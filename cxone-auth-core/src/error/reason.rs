//! What a refusal is about.

use super::ErrorKind;

/// What a server refuses, or why it does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It has had too many requests, and says so.
    TooManyRequests,
    /// It refuses and says when to come back. Nothing tells whether a repeated request helps, so
    /// that none is made within the call.
    Wait,
    /// The client: its id, its secret, or how it authenticates.
    Client,
    /// What was presented as the grant: an access key; at some servers the client.
    Grant,
    /// The type of the grant.
    GrantType,
    /// The scopes.
    Scope,
    /// Something that only its own code and words tell.
    Own,
    /// The server, or a gateway, is out of order.
    Outage,
    /// It says nothing beyond this status, by which the kind is told.
    Status(ErrorKind),
}

impl Reason {
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Self::TooManyRequests | Self::Wait => ErrorKind::Throttled,
            Self::Client | Self::Grant => ErrorKind::Credentials,
            Self::GrantType | Self::Scope | Self::Own => ErrorKind::Configuration,
            Self::Outage => ErrorKind::Unavailable,
            Self::Status(kind) => kind,
        }
    }
}

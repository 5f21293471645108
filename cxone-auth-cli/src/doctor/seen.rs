//! What was seen on the way to a server.

use cxone_auth_core::diagnosis::Setting;

/// What a failure of the token request is to be told with.
#[derive(Default)]
pub(super) struct Seen {
    /// What went wrong on the way, as a clause.
    pub(super) problem: Option<String>,
    /// What else was noticed.
    pub(super) evidence: Option<String>,
    /// What fixes the problem, where that is known more closely than from the cause.
    pub(super) remedy: Option<&'static str>,
    /// The settings that the problem is about, where that is known more closely.
    pub(super) settings: Option<&'static [Setting]>,
}

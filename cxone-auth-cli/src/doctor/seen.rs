//! What was seen on the way to a server.

/// How the evidence begins where nothing of the way could be looked at.
pub(super) const LEFT_TO_A_PROXY: &str = "the way is left to the proxy";

/// What a failure of the token request is to be told with.
#[derive(Default)]
pub(super) struct Seen {
    /// What went wrong on the way, as a clause.
    pub(super) problem: Option<String>,
    /// What else was noticed.
    pub(super) evidence: Option<String>,
    /// What fixes the problem, where that is known more closely than from the cause.
    pub(super) remedy: Option<&'static str>,
}

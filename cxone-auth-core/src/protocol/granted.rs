//! The scopes that a server grants, beside those that were requested.

use std::fmt;

use crate::config::ScopeSet;

/// The granted scopes, compared with the requested ones (RFC 6749 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantedScope {
    /// The response names no scope. In the RFC that means "as requested", but some servers respond
    /// like this when they granted nothing.
    NotStated,
    /// Exactly the requested scopes.
    AsRequested(ScopeSet),
    /// No scope was requested, and the server chose these.
    Default(ScopeSet),
    /// Some of the requested scopes, and no other.
    Fewer(ScopeSet),
    /// All of the requested scopes, and others.
    More(ScopeSet),
    /// Other scopes replace some or all of the requested ones.
    Different(ScopeSet),
}

impl GrantedScope {
    /// Returns the granted scopes, if the server stated them.
    #[must_use]
    pub fn scopes(&self) -> Option<&ScopeSet> {
        match self {
            Self::NotStated => None,
            Self::AsRequested(scopes)
            | Self::Default(scopes)
            | Self::Fewer(scopes)
            | Self::More(scopes)
            | Self::Different(scopes) => Some(scopes),
        }
    }

    pub(crate) fn compare(requested: &ScopeSet, granted: Option<ScopeSet>) -> Self {
        let Some(granted) = granted else {
            return Self::NotStated;
        };
        let covers = |a: &ScopeSet, b: &ScopeSet| b.iter().all(|scope| a.contains(scope.as_str()));
        match (covers(&granted, requested), covers(requested, &granted)) {
            (true, true) => Self::AsRequested(granted),
            _ if requested.is_empty() => Self::Default(granted),
            (true, false) => Self::More(granted),
            (false, true) => Self::Fewer(granted),
            (false, false) => Self::Different(granted),
        }
    }
}

impl fmt::Display for GrantedScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(scopes) = self.scopes() else {
            return f.pad("not stated");
        };
        let beside_requested = match self {
            Self::AsRequested(_) if scopes.is_empty() => return f.pad("none"),
            Self::NotStated | Self::AsRequested(_) => "as requested",
            Self::Default(_) => "none requested",
            Self::Fewer(_) => "fewer than requested",
            Self::More(_) => "more than requested",
            Self::Different(_) => "not what was requested",
        };
        if scopes.is_empty() {
            f.pad(&format!("none ({beside_requested})"))
        } else {
            f.pad(&format!("{scopes} ({beside_requested})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn granted_scopes_are_told_apart_from_requested_ones() {
        let set = |text: &str| text.parse::<ScopeSet>().unwrap();
        let compare = |requested, granted: Option<&str>| {
            GrantedScope::compare(&set(requested), granted.map(set))
        };
        assert_eq!(compare("a b", None), GrantedScope::NotStated);
        assert_eq!(
            compare("a b", Some("b a")),
            GrantedScope::AsRequested(set("a b"))
        );
        assert_eq!(compare("", Some("")), GrantedScope::AsRequested(set("")));
        assert_eq!(compare("", Some("a")), GrantedScope::Default(set("a")));
        assert_eq!(compare("a b", Some("a")), GrantedScope::Fewer(set("a")));
        assert_eq!(compare("a", Some("")), GrantedScope::Fewer(set("")));
        assert_eq!(compare("a", Some("a b")), GrantedScope::More(set("a b")));
        assert_eq!(compare("A", Some("a")), GrantedScope::Different(set("a")));
        assert_eq!(compare("a", None).to_string(), "not stated");
        assert_eq!(compare("", Some("")).to_string(), "none");
        assert_eq!(
            compare("a b", Some("a")).to_string(),
            "a (fewer than requested)"
        );
        assert_eq!(
            compare("a", Some("")).to_string(),
            "none (fewer than requested)"
        );
    }
}

//! The scopes that the custom server knows.

use crate::sandbox::token_request::Refusal;

/// The known scopes, and how a request has to ask for them.
pub(super) struct Scopes {
    pub(super) known: Vec<String>,
    pub(super) is_required: bool,
    pub(super) separator: char,
}

impl Scopes {
    pub(super) fn new() -> Self {
        Self {
            known: ["read", "write", "admin"].map(str::to_owned).to_vec(),
            is_required: false,
            separator: ' ',
        }
    }

    /// Refuses a request for scopes unless all of them are known (RFC 6749 §3.3).
    pub(super) fn check(&self, asked: Option<&str>) -> Result<(), Refusal> {
        let Some(asked) = asked else {
            let missing = self
                .is_required
                .then(|| refusal("missing scope".to_owned()));
            return missing.map_or(Ok(()), Err);
        };
        let is_known = |scope: &str| self.known.iter().any(|known| known == scope);
        if asked.split(self.separator).all(is_known) {
            return Ok(());
        }
        Err(refusal(format!("the scopes are {}", self.known.join(", "))))
    }
}

fn refusal(description: String) -> Refusal {
    Refusal::new(400, "invalid_scope", description)
}

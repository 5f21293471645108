//! Scopes.

use proptest::collection::vec;
use proptest::prelude::*;

use cxone_auth_core::{Scope, ScopeSet};

/// Generates a scope: a name in a vendor's style, or any text that RFC 6749 §3.3 allows.
pub fn scope() -> impl Strategy<Value = Scope> {
    let text = prop_oneof![
        "[a-z]{2,8}(:(readonly|view|add))?",
        "[A-Z][a-z]{2,8}Api",
        "https://[a-z]{3,8}\\.example\\.com/[a-z.]{1,8}",
        "[!#-\\[\\]-~]{1,24}",
    ];
    text.prop_map(|text| {
        text.parse()
            .expect("the patterns stay within the grammar of scopes")
    })
}

/// Generates a set of zero to six scopes.
pub fn scope_set() -> impl Strategy<Value = ScopeSet> {
    vec(scope(), 0..=6).prop_map(ScopeSet::from_iter)
}

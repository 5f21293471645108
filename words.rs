//! The program's words: what it calls the settings of the library, and its words for the terms in
//! the library's texts.

use cxone_auth_core::diagnosis::{Setting, Term};

/// The program's words for a term. Where the library's callers are told more, the program says
/// nothing.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the library asks for words that a program may not have"
)]
pub(crate) fn of_the_program(term: Term) -> Option<&'static str> {
    Some(match term {
        Term::GenesysCloud => "--platform genesys-cloud",
        _ => return None,
    })
}

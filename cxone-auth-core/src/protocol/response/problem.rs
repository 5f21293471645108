//! What keeps a success from being a token.

use std::fmt;

/// What is wrong with a response that claims success.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It holds no token that can be used.
    NoToken(&'static str),
    /// It holds a token of this type, where the type can be shown.
    OtherType(Option<String>),
    /// Its body is encoded so.
    Encoded(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken(problem) => f.write_str(problem),
            Self::OtherType(None) => f.write_str("a token of another type than bearer"),
            Self::OtherType(Some(name)) => {
                write!(f, "a token of another type than bearer: {name}")
            }
            Self::Encoded(coding) => write!(f, "a body that is encoded as {coding}"),
        }
    }
}

impl From<&'static str> for Problem {
    fn from(problem: &'static str) -> Self {
        Self::NoToken(problem)
    }
}

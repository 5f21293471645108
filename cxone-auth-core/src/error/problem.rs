//! What makes a successful response unusable as a token.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with a response that has a success status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Problem {
    /// It contains no usable token.
    NoToken(Cow<'static, str>),
    /// It contains a token of this type, if the type can be shown.
    OtherType(Option<String>),
    /// Its body has this encoding.
    Encoded(Cow<'static, str>),
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
        Self::NoToken(problem.into())
    }
}

//! The address of a call to an API, in the form in which an HTTP client has it.

use http::Uri;

use super::api_base::api_address;
use super::origin::Origin;
use crate::error::Error;

#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Uri(&'a Uri),
    /// The text of a parsed URL.
    Text(&'a str),
}

/// A longer text is parsed: `Uri` refuses it, and the error says so.
const LONGEST: usize = 60_000;

impl Target<'_> {
    /// Reports whether it is written as an address at `origin`. It is not parsed for that.
    pub(crate) fn is_at(self, origin: &Origin) -> bool {
        match self {
            Self::Uri(uri) => origin.is_of(uri),
            Self::Text(text) => text.len() <= LONGEST && origin.is_of_text(text),
        }
    }

    pub(crate) fn origin(self) -> Result<Origin, Error> {
        match self {
            Self::Uri(uri) => Origin::of(uri),
            Self::Text(text) => match text.parse() {
                Ok(uri) => Origin::of(&uri),
                // It has the error text.
                Err(_) => Origin::of(&api_address(text)?),
            },
        }
    }
}

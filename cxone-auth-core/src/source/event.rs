//! What happens in a source.

use std::time::Duration;

use crate::error::Error;
use crate::protocol::Lifetime;

/// Something that happened in a source.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A token came where there was none that could be used.
    Fetched {
        /// How long it lives.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token came in place of one that still lived.
    Renewed {
        /// How long it lives.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token came that ends sooner than the current one, which stays.
    Kept {
        /// How long it lives.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A request failed.
    Failed {
        /// Why.
        error: Error,
        /// How long the request took.
        took: Duration,
    },
    /// The renewal failed, and the current token is served on.
    ServedStale {
        /// What is left of it.
        remaining: Duration,
    },
    /// No request is made for a while.
    CooledDown {
        /// Why.
        error: Error,
        /// For how long.
        pause: Duration,
    },
    /// A token was given up because an API rejected it.
    Invalidated {
        /// How old it was.
        age: Duration,
    },
}

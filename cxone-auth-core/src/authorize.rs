//! Calls to an API with a token: where it may go, what rejects it, when a request is sent again.

mod address;
mod blocking;
mod call;
mod error;
mod law;
mod verdict;

pub use blocking::{AuthorizedCall as BlockingAuthorizedCall, Authorizer as BlockingAuthorizer};
pub use call::{AuthorizedCall, Authorizer};
pub use error::CallError;
pub use verdict::MAX_REFUSAL_BODY;

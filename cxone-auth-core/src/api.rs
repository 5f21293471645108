//! Calls to an API with a token: where it may go, what rejects it, when a request is sent again.
//!
//! | to | see |
//! |---|---|
//! | put a token on a call | [`Authorizer`], [`AuthorizedCall`]; blocking: [`BlockingAuthorizer`], [`BlockingAuthorizedCall`] |
//! | say where an API is | [`ApiBase`], [`Origin`] |
//! | know what an API still allows | [`RateLimit`] |
//! | keep a request for another sending | [`SpareHead`] |
//! | spread calls over several clients | [`TokenPool`], [`BlockingTokenPool`], [`Choice`] |
//! | know why a call was not made | [`CallError`] |
//! | know whether a response rejects its token | [`rejects_token`] |

mod address;
mod authorizer;
#[cfg(not(target_family = "wasm"))]
mod blocking;
mod call;
mod pool;
mod rate_limit;
mod retry;
mod spare;
mod verdict;

pub use crate::address::{ApiBase, Origin};
pub use authorizer::{AuthorizedCall, Authorizer};
#[cfg(not(target_family = "wasm"))]
pub use blocking::{BlockingAuthorizedCall, BlockingAuthorizer, BlockingTokenPool};
pub use call::CallError;
pub use pool::{Choice, TokenPool};
pub use rate_limit::RateLimit;
pub use spare::SpareHead;
pub use verdict::{MAX_REFUSAL_BODY, rejects_token};

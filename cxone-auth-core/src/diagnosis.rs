//! Why there is no token, or not the one that was meant: causes, evidence and remedies.
//!
//! | to | see |
//! |---|---|
//! | look a configuration over before anything is sent | [`inspect`] |
//! | learn why a request failed | [`Error::diagnosis`](crate::Error::diagnosis) |
//! | learn whether a token is the one that was meant | [`diagnose_token`] |
//! | read about a code | [`FindingCode`], [`catalogue`] |
//!
//! Everything here is a pure function. A finding names classes of characters and their places,
//! hosts, scopes and settings, and never a part of a credential or a token.

mod catalogue;
mod code;
mod explain;
mod finding;
mod host;
mod inspect;
mod name;
mod report;

pub use catalogue::{CatalogueEntry, Theme, Vendor, catalogue};
pub use code::FindingCode;
pub use explain::{diagnose_api_answer, diagnose_token};
pub use finding::{Confidence, Diagnosis, Finding, Severity};
pub use inspect::inspect;
pub use report::Report;

pub(crate) use catalogue::{address, answer, api, client, credential, scope, traffic, transport};
pub(crate) use explain::{Answered, explain_answer, explain_failure};
pub(crate) use inspect::is_wrapped_base64;
pub(crate) use name::unknown_name;

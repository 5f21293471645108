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

mod explain;
mod inspect;
mod report;

pub use crate::finding::{
    CatalogueEntry, Confidence, Diagnosis, Finding, FindingCode, Severity, Theme, Vendor, catalogue,
};
pub use explain::{diagnose_api_response, diagnose_token};
pub use inspect::inspect;
pub use report::Report;

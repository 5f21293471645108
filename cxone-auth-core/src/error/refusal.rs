//! What an error keeps of an answer.

use std::time::Duration;

use http::StatusCode;

/// What is kept of an answer without a token. All text is cleaned; the body is not among it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) oauth_code: Option<String>,
    pub(crate) vendor_code: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) redirected_to: Option<String>,
    pub(crate) content_type: Option<String>,
}

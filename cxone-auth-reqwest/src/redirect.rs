//! Redirects that keep a token at home.

use reqwest::Url;
use reqwest::redirect::Policy;

/// Follows redirects as `policy` says, but none that would carry a token to another origin.
///
/// Where a redirect leads to another origin (scheme, host or port), reqwest takes `Authorization`
/// off. It starts each hop with the header fields of the first, however, and compares with the one
/// before only: of two redirects, the first to another origin and the second within that one, the
/// second carries the token. That second redirect is not followed; its response is handed over.
///
/// ```no_run
/// use cxone_auth_reqwest::guarded_redirects;
/// use reqwest::redirect::Policy;
///
/// # fn client() -> reqwest::Result<reqwest::Client> {
/// reqwest::Client::builder()
///     .redirect(guarded_redirects(Policy::default()))
///     .build()
/// # }
/// ```
#[must_use]
pub fn guarded_redirects(policy: Policy) -> Policy {
    Policy::custom(move |attempt| {
        if carries_token_abroad(attempt.previous(), attempt.url()) {
            attempt.stop()
        } else {
            policy.redirect(attempt)
        }
    })
}

fn carries_token_abroad(previous: &[Url], next: &Url) -> bool {
    let (Some(first), Some(last)) = (previous.first(), previous.last()) else {
        return false;
    };
    next.origin() == last.origin() && next.origin() != first.origin()
}

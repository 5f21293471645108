//! Redirects that keep the token at its origin.

use reqwest::Url;
use reqwest::redirect::Policy;

/// Follows redirects as `policy` says, but none that would carry a token to another origin.
///
/// If a redirect leads to another origin (scheme, host or port), reqwest removes `Authorization`.
/// But it starts each hop with the header fields of the first request and compares only with the
/// previous hop. If the first redirect leads to another origin and the second stays there, the
/// second carries the token. This policy does not follow that second redirect; it returns its
/// response.
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

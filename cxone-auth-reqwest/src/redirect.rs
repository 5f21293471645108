//! Redirects that keep the token at its origin.

use reqwest::Url;
use reqwest::redirect::Policy;

/// Follows redirects as `policy` says, but none that would carry a token to another origin, or come
/// back from there without it.
///
/// If a redirect leads to another origin (scheme, host or port), reqwest removes `Authorization`.
/// But it starts each hop with the header fields of the first request and compares only with the
/// previous hop. If the first redirect leads to another origin and the second stays there, the
/// second carries the token. If the second leads back to the first origin, it does not carry the
/// token, and the 401 that it may get looks like a rejection of the token. This policy follows
/// neither; it returns the response with the redirect.
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
        if misplaces_token(attempt.previous(), attempt.url()) {
            attempt.stop()
        } else {
            policy.redirect(attempt)
        }
    })
}

/// Reports whether the next request has the token at another origin, or lacks it at its own.
fn misplaces_token(previous: &[Url], next: &Url) -> bool {
    let (Some(first), Some(last)) = (previous.first(), previous.last()) else {
        return false;
    };
    let is_abroad = last.origin() != first.origin();
    is_abroad && (next.origin() == last.origin() || next.origin() == first.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "https://a.example";

    /// Whether the last of these redirects is stopped.
    fn stopped(hops: &[&str]) -> bool {
        let hops = [&[HOME], hops].concat();
        let mut urls: Vec<Url> = hops.iter().map(|url| url.parse().unwrap()).collect();
        let next = urls.pop().unwrap();
        misplaces_token(&urls, &next)
    }

    #[test]
    fn follows_where_the_token_is_at_home_only() {
        for hops in [
            &["https://a.example/x"][..],
            &["https://a.example:443/x", "https://me@a.example/y", HOME],
            &["https://b.example"],
            &["http://a.example"],
            &["https://a.example:444"],
            &["https://a.example/x", "https://b.example"],
            &["https://b.example", "https://c.example"],
            &[
                "https://b.example",
                "https://c.example",
                "https://b.example",
            ],
        ] {
            assert!(!stopped(hops), "{hops:?}");
        }
    }

    #[test]
    fn stops_where_the_token_is_abroad_or_missing_at_home() {
        for hops in [
            &["https://b.example", "https://b.example/x"][..],
            &["https://b.example", HOME],
            &["https://b.example", "https://a.example:443/x"],
            &["https://b.example", "https://c.example", HOME],
            &["https://a.example/x", "https://b.example", HOME],
            &["http://a.example", HOME],
            &["http://a.example", "http://a.example/x"],
            &["https://a.example:444", HOME],
        ] {
            assert!(stopped(hops), "{hops:?}");
        }
    }
}

//! To whom an assertion is addressed (`aud`, RFC 7523 §3).

use crate::address::shown_text;
use crate::config::Config;

/// Servers whose manuals name the token endpoint as the audience, by the end of their host.
///
/// - Okta: "aud: the full URL of the resource that you're using the JWT to authenticate to"
///   (developer.okta.com, "Build a JWT for client authentication").
/// - Entra: "The aud claim must be the token endpoint" (learn.microsoft.com, "Microsoft identity
///   platform application authentication certificate credentials").
static WANT_THE_ENDPOINT: [&str; 8] = [
    "okta.com",
    "oktapreview.com",
    "okta-emea.com",
    "okta-gov.com",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.windows.net",
];

impl Config {
    /// Returns to whom an assertion is addressed: one text. It is what
    /// [`with_assertion_audience`](Self::with_assertion_audience) sets, or else the issuer if it is
    /// known, or else the token endpoint. Nothing else is tried if the server refuses it.
    #[must_use]
    pub fn audience(&self) -> String {
        let of_server = self.issuer.as_ref().filter(|_| !self.wants_the_endpoint());
        match self.assertion_audience.as_ref().or(of_server) {
            Some(audience) => audience.clone(),
            // `Display` hides values of the query, and the server compares byte for byte.
            None => self.endpoint.uri().to_string(),
        }
    }

    /// Reports whether both have the same audience, if issuer and endpoint are the same. Most have none
    /// of their own, and then no text is made.
    pub(super) fn has_the_audience_of(&self, other: &Self) -> bool {
        self.assertion_audience == other.assertion_audience || self.audience() == other.audience()
    }

    /// Returns the audience as it may be shown: values of a query that look generated are left out.
    pub(crate) fn shown_audience(&self) -> String {
        shown_text(&self.audience())
    }

    fn wants_the_endpoint(&self) -> bool {
        let host = self.endpoint.host();
        WANT_THE_ENDPOINT.into_iter().any(|own| {
            let before = host.strip_suffix(own);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

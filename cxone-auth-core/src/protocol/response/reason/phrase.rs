//! The phrases with which servers say what they refuse. Each server uses its own words.

use zeroize::Zeroizing;

use super::super::words::Words;

/// A server's codes and words in lower case and without quotation marks. Blanks, underscores,
/// dashes and dots become one space. One phrase therefore matches all of its spellings.
pub(super) struct Normalized(Zeroizing<String>);

pub(super) fn normalized(words: &Words<'_>) -> Normalized {
    let parts = [&words.error, &words.code, &words.description];
    let length: usize = parts
        .iter()
        .copied()
        .flatten()
        .map(|part| part.len() + 1)
        .sum();
    // The buffer is large enough from the start: a server's words may quote a secret.
    let mut text = Zeroizing::new(String::with_capacity(length));
    for part in parts.into_iter().flatten() {
        for c in part.chars().filter(|c| !matches!(c, '\'' | '`' | '"')) {
            let is_blank = c.is_whitespace() || matches!(c, '_' | '-' | '.');
            match (is_blank, text.ends_with(' ')) {
                (true, true) => {}
                (true, false) => text.push(' '),
                (false, _) => text.push(c.to_ascii_lowercase()),
            }
        }
        text.push('\n');
    }
    Normalized(text)
}

/// Phrases for a rate limit.
const RATE: [&str; 24] = [
    "rate limit",
    "ratelimit",
    "rate exceeded",
    "rate is exceeded",
    "exceeded the rate",
    "exceeds the rate",
    "request rate",
    "token rate",
    "rate quota",
    "over rate",
    "over qps",
    "spike arrest",
    "throttl",
    "slow down",
    "too many request",
    "toomanyrequest",
    "too many token",
    "too many calls",
    "too many api calls",
    "request limit",
    "requests per ",
    "tokens per ",
    "maximum number of requests",
    "maximum number of tokens",
];

/// Phrases about anything that is counted. Together with a time to wait, they are about a rate
/// limit.
const RATE_WITH_A_WAIT: [&str; 2] = ["quota", "too many"];

/// Phrases for a client or an account that is locked out. Waiting gives no token, and each further
/// request makes it worse.
const LOCKOUT: [&str; 20] = [
    "failed attempt",
    "failed login",
    "failed log in",
    "failed sign",
    "failed auth",
    "failed password",
    "login attempt",
    "logon attempt",
    "log in attempt",
    "sign in attempt",
    "signin attempt",
    "authentication attempt",
    "invalid attempt",
    "incorrect attempt",
    "unsuccessful",
    "locked",
    "lockout",
    "lock out",
    "disabled",
    "deactivated",
];

/// Phrases for an unknown or disabled client, or a wrong secret.
const CLIENT: [&str; 44] = [
    "invalid client",
    "invalid clientid",
    "unknown client",
    "unregistered client",
    "incorrect client",
    "wrong client",
    "no such client",
    "client not found",
    "client was not found",
    "client cannot be found",
    "client could not be found",
    "client does not exist",
    "client is unknown",
    "client is not known",
    "client is invalid",
    "client not registered",
    "client is not registered",
    "client authentication failed",
    "client authentication with signed jwt failed",
    "no matching federated identity record",
    "failed to authenticate client",
    "failed to authenticate the client",
    "client could not be authenticated",
    "client id is invalid",
    "clientid is invalid",
    "client id not found",
    "client secret is invalid",
    "client secret is incorrect",
    "client secret is wrong",
    "client secret has expired",
    "client secret expired",
    "client secret does not match",
    "invalid secret",
    "bad client credentials",
    "client credentials are invalid",
    "invalid credentials",
    "unknown application",
    "application not found",
    "application with identifier",
    "client is disabled",
    "client disabled",
    "client is inactive",
    "client is locked",
    "application is disabled",
];

/// Entra's numbers for an unknown application, a disabled application, a wrong secret, an expired
/// secret, and an assertion whose time or signature is wrong.
const AADSTS: [&str; 7] = [
    "aadsts70001",
    "aadsts7000112",
    "aadsts700016",
    "aadsts700024",
    "aadsts700027",
    "aadsts7000215",
    "aadsts7000222",
];

/// Phrases for the type of the grant, or for what a client must be to use it.
const GRANT: [&str; 8] = [
    "grant",
    "service account",
    "public client",
    "response type",
    "authorization type",
    "flow",
    "not authorized to use",
    "not allowed to use",
];
const GRANT_TYPE: [&str; 2] = ["grant type", "granttype"];
const NOT_ALLOWED: [&str; 5] = [
    "not allowed",
    "unauthorized",
    "not authorized",
    "unsupported",
    "not supported",
];

impl Normalized {
    pub(super) fn speaks_of_a_rate(&self, is_told_to_wait: bool) -> bool {
        let speaks = self.has(&RATE) || is_told_to_wait && self.has(&RATE_WITH_A_WAIT);
        speaks && !self.speaks_of_a_lockout()
    }

    pub(super) fn speaks_of_a_lockout(&self) -> bool {
        self.has(&LOCKOUT)
    }

    pub(super) fn refuses_the_client(&self) -> bool {
        self.has(&CLIENT) || AADSTS.iter().any(|number| self.has_number(number))
    }

    pub(super) fn names_the_grant(&self) -> bool {
        self.has(&GRANT)
    }

    pub(super) fn refuses_the_grant_type(&self) -> bool {
        self.has(&GRANT_TYPE) && self.has(&NOT_ALLOWED)
    }

    /// Reports whether the text contains one of the phrases, at the beginning of a word. A separate
    /// limit is not a rate limit.
    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            let mut places = self.0.match_indices(phrase);
            places.any(|(place, _)| !self.0[..place].ends_with(|c: char| c.is_alphanumeric()))
        })
    }

    /// Does the same for a number. The number must end where its digits end.
    fn has_number(&self, number: &str) -> bool {
        let mut places = self.0.match_indices(number);
        places.any(|(place, _)| {
            !self.0[place + number.len()..].starts_with(|c: char| c.is_ascii_digit())
        })
    }
}

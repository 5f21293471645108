//! One call of an API, to tell a token that is refused from one whose client lacks a role.

use std::fmt;
use std::str::FromStr;
use std::time::Instant;

use cxone_auth_blocking::bytes::Bytes;
use cxone_auth_blocking::http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use cxone_auth_blocking::http::{Request, StatusCode, Uri};
use cxone_auth_blocking::{
    AccessToken, BlockingTransport, Confidence, Config, Platform, Severity, TokenEndpoint,
};

use super::cause::Cause;
use super::check::{Check, Step};
use crate::failure::Kind;

/// Which API is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// The one that belongs to the configuration, where that is known.
    Own,
    At(ApiUrl),
}

/// How [`Api::Own`] is written; no address looks like it.
pub(crate) const OWN_API: &str = "own";

/// An address of an API that answers a `GET`, `https` or loopback like that of a token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiUrl(Uri);

/// What an API's answer means.
pub(super) struct Answer {
    pub(super) check: Check,
    /// Why the API did not serve the call, and the exit code that says so.
    pub(super) problem: Option<(Cause, Kind)>,
}

impl Api {
    /// The address to call.
    pub(super) fn url(&self, config: &Config) -> Option<ApiUrl> {
        match self {
            Self::Own => ApiUrl::of(config),
            Self::At(url) => Some(url.clone()),
        }
    }
}

impl FromStr for Api {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == OWN_API {
            return Ok(Self::Own);
        }
        text.parse().map(Self::At)
    }
}

impl ApiUrl {
    /// A resource that most clients of the platform may read, where its address is known.
    fn of(config: &Config) -> Option<Self> {
        let Platform::GenesysCloud(_) = config.platform() else {
            return None;
        };
        let domain = config.endpoint().host().strip_prefix("login.")?;
        format!("https://api.{domain}/api/v2/users?pageSize=1")
            .parse()
            .ok()
    }

    fn host(&self) -> &str {
        self.0.host().unwrap_or_default()
    }
}

impl FromStr for ApiUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, _) = text.split_once('?').unwrap_or((text, ""));
        // A token is as worth keeping as a secret: the same addresses are fit for it.
        address.parse::<TokenEndpoint>().map_err(|error| {
            let message = error.to_string();
            message.replacen("token endpoint", "the address", 1)
        })?;
        text.parse()
            .map(Self)
            .map_err(|_| "the address is not a URL".to_owned())
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Calls `url` with the token, once.
pub(super) fn call(transport: &dyn BlockingTransport, url: &ApiUrl, token: &AccessToken) -> Answer {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = url.0.clone();
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, token.authorization().clone());
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let began = Instant::now();
    let answer = match transport.send(request) {
        Ok(response) => judged(response.status(), url),
        Err(failure) => Answer {
            check: Step::Api.failed(format!("{}: {failure}", url.host())),
            problem: Some((unreachable(url, &failure.to_string()), Kind::Network)),
        },
    };
    Answer {
        check: answer.check.with_time(began.elapsed()),
        ..answer
    }
}

fn judged(status: StatusCode, url: &ApiUrl) -> Answer {
    let number = status.as_u16();
    let line = |text: &str| format!("{} answers {number}: {text}", url.host());
    match number {
        200..=299 => Answer {
            check: Step::Api.passed(line("the token is good")),
            problem: None,
        },
        401 => Answer {
            check: Step::Api.failed(line("the token is refused")),
            problem: Some((bad_token(url), Kind::Credentials)),
        },
        403 => Answer {
            check: Step::Api.failed(line("the token is good, its client may not do this")),
            problem: Some((no_role(url), Kind::Credentials)),
        },
        _ => Answer {
            check: Step::Api.warned(line("that says nothing of the token")),
            problem: None,
        },
    }
}

fn bad_token(url: &ApiUrl) -> Cause {
    Cause {
        code: None,
        severity: Severity::Error,
        confidence: Confidence::Likely,
        title: "The API refuses a token that was issued a moment ago".to_owned(),
        evidence: format!("{} answers 401", url.host()),
        explanation:
            "The API and the token endpoint belong to different regions, tenants or vendors, \
                or the token is meant for another audience."
                .to_owned(),
        remedy: "Call the API of the region that issued the token, and look at the audience \
                 where the server knows such a thing."
            .to_owned(),
    }
}

fn no_role(url: &ApiUrl) -> Cause {
    Cause {
        code: None,
        severity: Severity::Error,
        confidence: Confidence::Certain,
        title: "The token is good, and its client lacks a role or permission".to_owned(),
        evidence: format!("{} answers 403", url.host()),
        explanation:
            "The API knows the token and does not let its client do this. Another token would \
                have the same answer."
                .to_owned(),
        remedy: "Give the client a role with this permission: in Genesys Cloud under Admin > \
                 Integrations > OAuth > Roles, at CXone to the user of the access key."
            .to_owned(),
    }
}

fn unreachable(url: &ApiUrl, failure: &str) -> Cause {
    Cause {
        code: None,
        severity: Severity::Error,
        confidence: Confidence::Certain,
        title: "The token came, and the API cannot be reached".to_owned(),
        evidence: format!("{}: {failure}", url.host()),
        explanation:
            "The way to the API is another one than that to the token endpoint: another host, \
                another address, another rule of a firewall or proxy."
                .to_owned(),
        remedy: "Check that this machine may connect to the API's host, and that the host is \
                 right."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_https_or_to_this_machine_only() {
        for good in ["https://api.example.com/a?b=1", "http://127.0.0.1:9/a?b=1"] {
            assert_eq!(good.parse::<ApiUrl>().unwrap().to_string(), good);
        }
        for bad in [
            "http://api.example.com/a",
            "api.example.com",
            "https://me:pw@example.com/",
        ] {
            let error = bad.parse::<ApiUrl>().unwrap_err();
            assert!(error.starts_with("the address"), "{error}");
        }
    }
}

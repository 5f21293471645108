//! What is wrong with an address.

use std::fmt;

use crate::error::Error;
use crate::finding::catalogue::{address, api};
use crate::finding::{CatalogueEntry, Confidence, Setting};

/// What is wrong with an address. The sentence is the same for every kind of address. It never
/// repeats the address, because user information or query may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The rest of a sentence.
    pub(crate) problem: &'static str,
    remedy: &'static str,
}

const WRITE_IT: &str = "write it as https://host/path";
const REMOVE_OR_ENCODE: &str = "remove it or percent-encode it";

#[rustfmt::skip]
impl Fault {
    pub(super) const EMPTY: Self = Self::new("is empty", WRITE_IT);
    pub(super) const TOO_LONG: Self = Self::new("is longer than 8,000 characters", "give the address without what is not a part of it");
    pub(super) const NO_URL: Self = Self::new("is not a URL", WRITE_IT);
    pub(super) const NO_SCHEME: Self = Self::new("has no scheme", WRITE_IT);
    pub(super) const NO_HOST: Self = Self::new("has no host", WRITE_IT);
    pub(super) const HOST: Self = Self::new("has a malformed host", "write a host name or an IP address");
    pub(super) const PORT: Self = Self::new("has no usable port", "use one from 1 to 65535 or remove it");
    pub(super) const SCHEME: Self = Self::new("has a scheme other than https", "use https://");
    pub(super) const PLAIN_HTTP: Self = Self::new("uses http:// to a host that is not loopback", "use https://");
    pub(super) const PLAIN_HTTP_HERE: Self = Self::new("uses http:// to this machine, and the issuer is on another", "use https://");
    pub(super) const USER_INFORMATION: Self = Self::new("contains user information before the host", "remove it");
    pub(crate) const QUERY: Self = Self::new("contains a query", "remove everything from ? on");
    pub(super) const SECRET_IN_QUERY: Self = Self::new("contains what looks like a credential in its query", "send it as a parameter of the body or in a header field");
    pub(super) const FRAGMENT: Self = Self::new("contains a fragment", "remove everything from # on");
    pub(super) const UNPRINTABLE: Self = Self::new("contains a blank, a control character or a character outside ASCII", REMOVE_OR_ENCODE);
    pub(super) const CHARACTER: Self = Self::new("contains a character that no URL has", REMOVE_OR_ENCODE);
    pub(super) const PATH: Self = Self::new("has a path where only an origin belongs", "remove it");
    pub(super) const NO_SLASH: Self = Self::new("has a path without a slash at its start", "write /path");
    pub(super) const DOTS: Self = Self::new("has a path with dots, which may lead out of its base", "write it without them");
    pub(crate) const NEITHER: Self = Self::new("is neither a URL nor a path with a slash at its start", "write https://host/path or /path");
}

impl Fault {
    const fn new(problem: &'static str, remedy: &'static str) -> Self {
        Self { problem, remedy }
    }

    /// Returns the error about the address of a token endpoint.
    pub(crate) fn of_endpoint(self) -> Error {
        self.error("token endpoint", &address::MALFORMED_ENDPOINT)
    }

    /// Returns the error about the issuer of an authorization server.
    pub(crate) fn of_issuer(self) -> Error {
        let finding = address::MALFORMED_ENDPOINT.found(Confidence::Certain, "the issuer");
        Error::configuration(format!("issuer {self}"))
            .with_finding(finding.about(vec![Setting::Discovery]))
    }

    /// Returns the error about an address of an API.
    pub(crate) fn of_api(self) -> Error {
        let cause = match self {
            Self::PLAIN_HTTP => &api::API_PLAIN_HTTP,
            Self::USER_INFORMATION => &api::API_USER_INFORMATION,
            _ => &api::API_ADDRESS_MALFORMED,
        };
        self.error("address of the API", cause)
    }

    fn error(self, subject: &str, cause: &'static CatalogueEntry) -> Error {
        Error::configuration(format!("{subject} {self}"))
            .with_finding(cause.found(Confidence::Certain, ""))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.remedy)
    }
}

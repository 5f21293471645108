//! 5xx: how many requests the server has had, and whether it is well.

use super::{CatalogueEntry, FindingCode, Severity, Vendor};

entries! {
    THROTTLE_AS_400 = 501 {
        severity: Error,
        title: "Too many token requests, said with a 400",
        seen: "Genesys Cloud responds with 400 invalid_request, \"rate limit exceeded\".",
        cause: "Genesys Cloud limits how fast tokens are made and says so without a 429. The request itself is right.",
        remedy: "Wait about a minute and ask again: a TokenSource does so by itself. Change nothing about the request.",
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
    THROTTLED = 502 {
        severity: Error,
        title: "The server has had too many requests",
        seen: "429, or 503 with a time to wait.",
        cause: "The server limits token requests by client or by address.",
        remedy: "Wait for as long as Error::retry_after says. A TokenSource does so by itself.",
        vendors: [Any],
        source: "RFC 6585 §4",
    }
    OUT_OF_ORDER = 503 {
        severity: Error,
        title: "The server is out of order",
        seen: "5xx, 408, server_error or temporarily_unavailable.",
        cause: "The fault lies with the server or with a gateway before it. It says nothing about the request.",
        remedy: "Try again later: a TokenSource does so by itself. Look at the vendor's status page if it lasts.",
        vendors: [Any],
        source: "RFC 6749 §4.1.2.1",
    }
    TOO_MANY_TOKENS = 504 {
        severity: Warning,
        title: "The service may ask for a token too often",
        seen: "Throttling after a burst of requests.",
        cause: "A token per call, or one per worker at the same time, uses the limit up. One token serves all calls until it expires.",
        remedy: "Use one TokenSource for the whole process, and clone it: its clones share one token and one request.",
        vendors: [GenesysCloud, Any],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
}

//! 7xx: what came back.

use super::{CatalogueEntry, FindingCode, Severity, Vendor};

entries! {
    NO_TOKEN = 701 {
        severity: Error,
        title: "Success without a token",
        seen: "A 2xx whose body holds no access_token that can be used.",
        cause: "The address may be another than the token endpoint, or the server does not follow RFC 6749 §5.1.",
        remedy: "Check the address of the token endpoint, and whether something between server and client changes responses.",
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    OTHER_TYPE = 702 {
        severity: Error,
        title: "A token of another type than bearer",
        seen: "A 2xx with a token_type that is not bearer.",
        cause: "The server binds tokens to a key (DPoP, MAC) or names the type wrongly. Used as a bearer token it would be refused.",
        remedy: "Have the client at the server set to bearer tokens.",
        vendors: [Any],
        source: "RFC 6749 §7.1",
    }
    TOO_SHORT = 703 {
        severity: Warning,
        title: "Tokens live too briefly for what is set",
        seen: "Tokens are renewed in quick succession, until the server throttles, or calls are refused a token.",
        cause: "Tokens are to be renewed longer before their end than half of their lifetime (RenewalPolicy::with_refresh_before), or a call asks for more life than a token has. Such a lead is cut to half, for otherwise every call would fetch a token.",
        remedy: "Use a shorter RenewalPolicy::with_refresh_before, or none, and a shorter TokenOptions::with_min_ttl. In Genesys Cloud the token duration of the client can be raised instead.",
        vendors: [GenesysCloud, Any],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    CLOCK_OFF = 704 {
        severity: Note,
        title: "This machine's clock and the server's disagree",
        seen: "The Date of the response is minutes away from the clock, or a certificate is not valid yet or any more.",
        cause: "One of the two clocks is off. Lifetimes are counted from the request and do not suffer, certificates and signed tokens may.",
        remedy: "Check the time of this machine, and let it be set from the network.",
        vendors: [Any],
        source: "RFC 9110 §6.6.1",
    }
    NO_LIFETIME = 705 {
        severity: Note,
        title: "The server does not say how long the token lives",
        seen: "A token without expires_in.",
        cause: "The member is recommended and not required.",
        remedy: "Set the lifetime that the server's documentation names with RenewalPolicy::with_assumed_lifetime.",
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    NO_OAUTH_ERROR = 706 {
        severity: Error,
        title: "A refusal without an OAuth error",
        seen: "A status of 4xx, such as 403, with no error in its body.",
        cause: "The server does not say why in the way of RFC 6749. A gateway, a firewall or an address list may have responded before the token endpoint.",
        remedy: "Check the address of the token endpoint first, and whether this machine may reach it. If both are right, give the vendor Error::correlation_id and the time.",
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    OWN_ERROR = 707 {
        severity: Error,
        title: "The server refuses for a reason of its own",
        seen: "invalid_request, access_denied or an error that the RFC does not know.",
        cause: "The server finds fault with the request as a whole. Often a parameter is missing that this server wants beyond the RFC.",
        remedy: "Read Error::description, and add what the server's documentation asks for with with_parameter.",
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
}

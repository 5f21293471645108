//! What comes of a request. 5xx: how many the server has had, and whether it is well. 6xx: the way
//! to the server. 7xx: what came back.

entries! { ENTRIES:
    THROTTLE_AS_400 = 501 {
        severity: Error,
        title: "Too many token requests, said with a 400",
        seen: "Genesys Cloud responds with 400 invalid_request, \"rate limit exceeded\".",
        cause: "Genesys Cloud limits how fast tokens are made and says so without a 429. The request itself is right.",
        remedy: "Wait about a minute and ask again{by_itself}. Change nothing about the request.",
        settings: [],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
    THROTTLED = 502 {
        severity: Error,
        title: "The server has had too many requests",
        seen: "429, or 503 with a time to wait.",
        cause: "The server limits token requests by client or by address.",
        remedy: "Wait for as long as {retry_after} says{by_itself}.",
        settings: [],
        vendors: [Any],
        source: "RFC 6585 §4",
    }
    OUT_OF_ORDER = 503 {
        severity: Error,
        title: "The server is out of order",
        seen: "5xx, 408, server_error or temporarily_unavailable.",
        cause: "The fault lies with the server or with a gateway before it. It says nothing about the request.",
        remedy: "Try again later{by_itself}. Look at the vendor's status page if it lasts.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §4.1.2.1",
    }
    TOO_MANY_TOKENS = 504 {
        severity: Warning,
        title: "The service may ask for a token too often",
        seen: "Throttling after a burst of requests.",
        cause: "A token per call, or one per worker at the same time, uses the limit up. One token serves all calls until it expires.",
        remedy: "{one_token}",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
    DNS = 601 {
        severity: Error,
        title: "The host name was not found",
        seen: "The request fails before a connection is made.",
        cause: "The name is misspelt or does not exist, or this machine cannot ask its name server.",
        remedy: "Check the host of {destination}, and look the name up on this machine, in the same container.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    NO_CONNECTION = 602 {
        severity: Error,
        title: "No connection to the server",
        seen: "Refused, unreachable, or closed while connecting.",
        cause: "A firewall or a missing route stands between, or nothing listens at the port.",
        remedy: "Check that this machine may connect to the host and port of {destination}. Set a proxy with {proxy} where the network wants one.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    TLS = 603 {
        severity: Error,
        title: "The TLS handshake failed",
        seen: "A certificate is not trusted, has expired or names another host, or the port does not speak TLS.",
        cause: "A private authority or a proxy that inspects traffic may have signed the certificate, the root certificates of this machine may be old, or the host or the port is another one.",
        remedy: "Add the root certificate of the authority or the proxy with {trusted_certificates}, or update those of this machine. Check host and port of {destination}. Do not turn the check off.",
        settings: [TrustedCertificates],
        vendors: [Any],
        source: "RFC 9110 §4.3.4",
    }
    PROXY = 604 {
        severity: Error,
        title: "The proxy did not connect through",
        seen: "407, or an error of the proxy.",
        cause: "The proxy cannot be reached, wants a login of its own, or does not allow this host.",
        remedy: "Check the proxy that {proxy} or the environment names, its user and password included, and have the host of {destination} allowed.",
        settings: [Proxy],
        vendors: [Any],
        source: "RFC 9110 §15.5.8",
    }
    TIMEOUT = 605 {
        severity: Error,
        title: "The time allowed ran out",
        seen: "No response within the time allowed.",
        cause: "The server or the network is slow, or a firewall drops packets without a word.",
        remedy: "Try again. If it lasts, check the route to the host, or allow more time with {timeout}.",
        settings: [Timeout, Proxy],
        vendors: [Any],
        source: "RFC 9110 §9.2.2",
    }
    INTERRUPTED = 606 {
        severity: Error,
        title: "The connection ended before the response was complete",
        seen: "A response that breaks off, or none on an open connection.",
        cause: "The server or a gateway closed the connection early.",
        remedy: "Try again{by_itself}. If it lasts, look for a gateway or firewall that cuts connections.",
        settings: [],
        vendors: [Any],
        source: "RFC 9112 §8",
    }
    NOT_HTTP = 607 {
        severity: Error,
        title: "What came back is not HTTP",
        seen: "The response cannot be read at all.",
        cause: "Another service listens at this port, or the head of the response is malformed or too large.",
        remedy: "Check host and port of {destination}.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9112 §2",
    }
    HTTP2_AT_CXONE = 608 {
        severity: Warning,
        title: "CXone may not get on with HTTP/2",
        seen: "An error of HTTP/2 or a connection that ends early, at CXone.",
        cause: "One integrator reports that HTTP/2 fails at CXone's token endpoint and that HTTP/1.1 works.",
        remedy: "Use a transport of cxone-auth: each speaks HTTP/1.1. Limit one of your own to it.",
        settings: [],
        vendors: [Cxone],
        source: "README of Camunda's connector for NICE CXone",
    }
    TOO_LARGE = 609 {
        severity: Error,
        title: "The response is longer than any token response",
        seen: "Reading stops at the limit.",
        cause: "A page of a proxy or portal came back, or the address is not a token endpoint.",
        remedy: "Check the address of {destination}, and open it from the same machine to see what responds.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    TRANSPORT_SETTING = 610 {
        severity: Error,
        title: "The transport is set up wrongly",
        seen: "Every request fails before anything is sent.",
        cause: "A certificate cannot be read, the HTTP client refuses a setting, the process has no file descriptors left, or SSLKEYLOGFILE asks for the keys of TLS connections.",
        remedy: "Do what the error says. If it says nothing more, check {trusted_certificates} and {proxy}: the error's source says what the client refuses.",
        settings: [],
        vendors: [Any],
        source: "RFC 7468 §2",
    }
    CLIENT_FAILURE = 611 {
        severity: Error,
        title: "The HTTP client failed",
        seen: "An error that the client does not explain.",
        cause: "The client does not say what went wrong, or its work was cut off.",
        remedy: "Read the error's source, and try again.",
        settings: [],
        vendors: [Any],
        source: "RFC 9110 §9.2.2",
    }
    CLIENT_CERTIFICATE = 612 {
        severity: Error,
        title: "The server wants a certificate of the client",
        seen: "The alert certificate_required, often only after the TLS handshake.",
        cause: "The server, or a gateway before it, lets in clients with a certificate only (mutual TLS). None was sent.",
        remedy: "Use an address of the server that wants none. A program of your own can give a certificate to its HTTP client and hand that to the transport.",
        settings: [TokenEndpoint],
        vendors: [Any],
        source: "RFC 8446 §4.4.2.4",
    }
    NO_TOKEN = 701 {
        severity: Error,
        title: "Success without a token",
        seen: "A 2xx whose body holds no access_token that can be used.",
        cause: "The address may be another than the token endpoint, or the server does not follow RFC 6749 §5.1.",
        remedy: "Check the address of the token endpoint, and whether something between server and client changes responses.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    OTHER_TYPE = 702 {
        severity: Error,
        title: "A token of another type than bearer",
        seen: "A 2xx with a token_type that is not bearer.",
        cause: "The server binds tokens to a key (DPoP, MAC) or names the type wrongly. Used as a bearer token it would be refused.",
        remedy: "Have the client at the server set to bearer tokens.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §7.1",
    }
    TOO_SHORT = 703 {
        severity: Warning,
        title: "Tokens live too briefly for what is set",
        seen: "Tokens are renewed in quick succession, until the server throttles, or calls are refused a token.",
        cause: "Tokens are to be renewed longer before their end than half of their lifetime, or a call asks for more time than a token has. A refresh_before that is too long is cut to half of the lifetime; otherwise every call would fetch a token.",
        remedy: "{shorter_times} In Genesys Cloud the token duration of the client can be raised instead.",
        settings: [RefreshBefore, MinTtl],
        vendors: [GenesysCloud, Any],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    CLOCK_OFF = 704 {
        severity: Note,
        title: "This machine's clock and the server's disagree",
        seen: "The Date of the response is minutes away from the clock, or a certificate is not valid yet or any more.",
        cause: "One of the two clocks is off. Lifetimes are counted from the request and do not suffer, certificates and signed tokens may.",
        remedy: "Check the time of this machine, and let it be set from the network.",
        settings: [],
        vendors: [Any],
        source: "RFC 9110 §6.6.1",
    }
    NO_LIFETIME = 705 {
        severity: Note,
        title: "The server does not say how long the token is valid",
        seen: "A token without expires_in.",
        cause: "The member is recommended and not required.",
        remedy: "{assumed_lifetime}",
        settings: [AssumedLifetime],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    NO_OAUTH_ERROR = 706 {
        severity: Error,
        title: "A refusal without an OAuth error",
        seen: "A status of 4xx, such as 403, with no error in its body.",
        cause: "The server does not say why in the way of RFC 6749. A gateway, a firewall or an address list may have responded before the token endpoint.",
        remedy: "Check the address of the token endpoint first, and whether this machine may reach it. If both are right, give the vendor {correlation_id} and the time.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    OWN_ERROR = 707 {
        severity: Error,
        title: "The server refuses for a reason of its own",
        seen: "invalid_request, access_denied or an error that the RFC does not know.",
        cause: "The server finds fault with the request as a whole. Often a parameter is missing that this server wants beyond the RFC.",
        remedy: "Read {description}, and use {parameter} or {header} for what the server's documentation asks for.",
        settings: [Parameter],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
}

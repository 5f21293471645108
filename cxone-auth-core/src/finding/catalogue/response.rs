//! What comes of a request. 5xx: how many the server has had, and whether it is well. 6xx: the way
//! to the server. 7xx: what came back.

entries! { ENTRIES:
    THROTTLE_AS_400 = 501 {
        severity: Error,
        title: "Too many token requests, said with a 400",
        seen: "Genesys Cloud responds with 400 invalid_request, \"rate limit exceeded\".",
        cause: "Genesys Cloud limits how fast tokens are made, and says so with a 400. The request itself is right.",
        remedy: "Wait about a minute and try again{by_itself}. Do not change the request.",
        settings: [],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
    THROTTLED = 502 {
        severity: Error,
        title: "The server got too many requests",
        seen: "429, 503 with a time to wait, 403 or another refusal with one, or words about a rate limit under any status.",
        cause: "The server limits token requests by client or by address.",
        remedy: "Wait for as long as the server says ({retry_after}), or for a minute if it does not say{by_itself}.",
        settings: [],
        vendors: [Any],
        source: "RFC 6585 §4",
    }
    OUT_OF_ORDER = 503 {
        severity: Error,
        title: "The server is failing",
        seen: "5xx, 408, server_error or temporarily_unavailable.",
        cause: "The server, or a gateway before it, has a fault. This says nothing about the request.",
        remedy: "Try again later{by_itself}. Look at the vendor's status page if it lasts.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §4.1.2.1",
    }
    TOO_MANY_TOKENS = 504 {
        severity: Warning,
        title: "The service may ask for a token too often",
        seen: "The server says that there are too many requests, after a burst of them.",
        cause: "One token per call, or one per worker at the same time, uses up the limit. One token serves all calls until it expires.",
        remedy: "{one_token}",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://github.com/MyPureCloud/terraform-provider-genesyscloud/blob/main/CONCURRENT_PAGINATION.md",
    }
    DNS = 601 {
        severity: Error,
        title: "The host name was not found",
        seen: "The request fails before a connection is made.",
        cause: "The name is misspelled or does not exist, or this machine cannot reach its name server.",
        remedy: "Check the host of {destination}. Look up the name on this machine, in the same container.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    NO_CONNECTION = 602 {
        severity: Error,
        title: "No connection to the server",
        seen: "Refused, unreachable, or closed while connecting.",
        cause: "A firewall blocks the connection, a route is missing, or nothing listens at the port.",
        remedy: "Check that this machine may connect to the host and port of {destination}. Set a proxy with {proxy} if the network needs one.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    TLS = 603 {
        severity: Error,
        title: "The TLS handshake failed",
        seen: "A certificate is not trusted, has expired or names another host, or the port does not speak TLS.",
        cause: "A private authority or a proxy that inspects traffic may have signed the certificate, the root certificates of this machine may be old, or another host or port responds.",
        remedy: "Add the root certificate of the authority or the proxy with {trusted_certificates}, or update those of this machine. Check the host and port of {destination}. Do not turn the check off.",
        settings: [TrustedCertificates],
        vendors: [Any],
        source: "RFC 9110 §4.3.4",
    }
    PROXY = 604 {
        severity: Error,
        title: "The proxy made no connection to the server",
        seen: "407, or an error of the proxy.",
        cause: "The proxy cannot be reached, needs its own login, or does not allow this host.",
        remedy: "Check the proxy that {proxy} or the environment names, with its user and password. Ask for the host of {destination} to be allowed. If the proxy takes a login by NTLM or Negotiate only, run a local proxy that logs in to it, such as px or Cntlm: the login here is Basic.",
        settings: [Proxy],
        vendors: [Any],
        source: "RFC 9110 §15.5.8",
    }
    TIMEOUT = 605 {
        severity: Error,
        title: "The request took too long",
        seen: "No response before the timeout.",
        cause: "The server or the network is slow, or a firewall drops packets silently.",
        remedy: "Try again. If it happens again, check the route to the host, or set a longer time with {timeout}.",
        settings: [Timeout, Proxy],
        vendors: [Any],
        source: "RFC 9110 §9.2.2",
    }
    INTERRUPTED = 606 {
        severity: Error,
        title: "The connection ended before the response was complete",
        seen: "A response that ends too early, or no response on an open connection.",
        cause: "The server or a gateway closed the connection early.",
        remedy: "Try again{by_itself}. If it happens again, look for a gateway or firewall that closes connections, or for a server that wants a certificate of the client.",
        settings: [],
        vendors: [Any],
        source: "RFC 9112 §8",
    }
    NOT_HTTP = 607 {
        severity: Error,
        title: "The response is not HTTP",
        seen: "The response cannot be read at all.",
        cause: "Another service listens at this port, or the head of the response is malformed or too large.",
        remedy: "Check the host and port of {destination}.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 9112 §2",
    }
    HTTP2_AT_CXONE = 608 {
        severity: Warning,
        title: "CXone may not support HTTP/2",
        seen: "CXone responds with an HTTP/2 error, or the connection ends early.",
        cause: "One integrator reports that HTTP/2 fails at CXone's token endpoint and that HTTP/1.1 works.",
        remedy: "Use a transport of cxone-auth: each speaks HTTP/1.1. Limit your own transport to HTTP/1.1.",
        settings: [],
        vendors: [Cxone],
        source: "README of Camunda's connector for NICE CXone",
    }
    TOO_LARGE = 609 {
        severity: Error,
        title: "The response is longer than any token response",
        seen: "Reading stops at the limit.",
        cause: "A proxy or portal sent a web page, or the address is not a token endpoint.",
        remedy: "Check the address of {destination}, and open it from the same machine to see what responds.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    TRANSPORT_SETTING = 610 {
        severity: Error,
        title: "The transport is not set up correctly",
        seen: "Every request fails before anything is sent.",
        cause: "A certificate cannot be read, the HTTP client refuses a setting, the process has no file descriptors left or was forked after the client was made, rustls has no provider, or SSLKEYLOGFILE asks for the keys of TLS connections.",
        remedy: "Follow the error's text. If it does not say what to do, check {trusted_certificates} and {proxy}: the error's source says what the client refuses.",
        settings: [],
        vendors: [Any],
        source: "RFC 7468 §2",
    }
    CLIENT_FAILURE = 611 {
        severity: Error,
        title: "The HTTP client failed",
        seen: "An error that the client does not explain.",
        cause: "The client does not say what went wrong, or it was stopped.",
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
        remedy: "Show the server a certificate that it knows, {client_certificate}. Without one, ask its operator for a certificate, or for an address that wants none.",
        settings: [ClientCertificate, TokenEndpoint],
        vendors: [Any],
        source: "RFC 8446 §4.4.2.4",
    }
    UNCLEAN_CLOSE = 613 {
        severity: Error,
        title: "The connection was cut, and the response may be incomplete",
        seen: "The server or a gateway closes TCP without TLS close_notify. The body has no Content-Length and is not chunked, or isahc runs on rustls.",
        cause: "Without a length, only the orderly end of the connection says that the body is complete. With a length, curl's rustls back end (isahc) loses the response that it has read. The request is not repeated at once: the server may have issued a token.",
        remedy: "If the transport is isahc on rustls, use ureq (UreqTransport, the default of cxone-auth-blocking) or isahc with native-tls. Otherwise have the server or its gateway send a Content-Length, or close TLS connections with close_notify.",
        settings: [],
        vendors: [Any],
        source: "RFC 9112 §9.8",
    }
    NO_TOKEN = 701 {
        severity: Error,
        title: "Success without a token",
        seen: "A 2xx whose body has no usable access_token.",
        cause: "The address may not be the token endpoint, or the server does not follow RFC 6749 §5.1.",
        remedy: "Check the address of the token endpoint. Check whether a gateway changes responses.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    OTHER_TOKEN_TYPE = 702 {
        severity: Error,
        title: "The token's type is not bearer",
        seen: "A 2xx with a token_type that is not bearer.",
        cause: "The server binds tokens to a key (DPoP, MAC) or names the type wrongly. As a bearer token, it would be refused.",
        remedy: "Set the client to bearer tokens at the server.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §7.1",
    }
    LIFETIME_TOO_SHORT = 703 {
        severity: Warning,
        title: "The lifetime of tokens is too short for the settings",
        seen: "Tokens are renewed very often until the server limits the rate, or callers get no token.",
        cause: "refresh_before is longer than half of the lifetime, or a call asks for more time than a token has. If refresh_before is too long, half of the lifetime is used; otherwise every call would request a token.",
        remedy: "{shorter_times} In Genesys Cloud you can raise the token duration of the client instead.",
        settings: [RefreshBefore, MinTtl],
        vendors: [GenesysCloud, Any],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    CLOCK_OFF = 704 {
        severity: Note,
        title: "This machine's clock and the server's disagree",
        seen: "The Date of the response differs from the clock by minutes, or a certificate is not yet valid or has expired.",
        cause: "One of the two clocks is wrong. Lifetimes are counted from the request, so tokens are not affected. Certificates and signed tokens may be.",
        remedy: "Check the time of this machine, and set it from the network (NTP).",
        settings: [],
        vendors: [Any],
        source: "RFC 9110 §6.6.1",
    }
    NO_LIFETIME = 705 {
        severity: Note,
        title: "The server does not say how long the token is valid",
        seen: "A token without expires_in, or with one that is no time: zero, less, or a date that has passed.",
        cause: "RFC 6749 recommends expires_in but does not require it. Some servers send zero for a token that does not end.",
        remedy: "{assumed_lifetime}",
        settings: [AssumedLifetime],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    NO_OAUTH_ERROR = 706 {
        severity: Error,
        title: "A refusal without an OAuth error",
        seen: "A 4xx, such as 403, without an error code in its body.",
        cause: "The server does not say why as RFC 6749 asks. A gateway, a firewall or an IP allow list may have refused the request before the token endpoint.",
        remedy: "Check the address of the token endpoint first, and whether this machine may reach it. If both are right, give the vendor {correlation_id} and the time.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    OWN_ERROR = 707 {
        severity: Error,
        title: "The server refuses the request as a whole",
        seen: "invalid_request, access_denied or an error that the RFC does not know.",
        cause: "The server does not accept the request. Often it needs a parameter that the RFC does not have.",
        remedy: "Read {description}, and use {parameter} or {header} for what the server's documentation asks for.",
        settings: [Parameter],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    ENCODED = 708 {
        severity: Error,
        title: "The response is encoded, although nobody asked for that",
        seen: "A body under Content-Encoding, such as gzip or br, that cannot be read.",
        cause: "A token request asks for a plain response (Accept-Encoding: identity). A gateway between server and client compresses all responses and does not look at what was asked for.",
        remedy: "Have the gateway leave responses of the token endpoint as they are, or send the request past it.",
        settings: [TokenEndpoint, Proxy],
        vendors: [Any],
        source: "RFC 9110 §12.5.3",
    }
}

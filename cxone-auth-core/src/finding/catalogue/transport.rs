//! 6xx: the way to the server.

use super::{CatalogueEntry, FindingCode, Severity, Vendor};

entries! {
    DNS = 601 {
        severity: Error,
        title: "The host name was not found",
        seen: "The request fails before a connection is made.",
        cause: "The name is misspelt or does not exist, or this machine cannot ask its name server.",
        remedy: "Check the host of the token endpoint, and look the name up on this machine, in the same container.",
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    NO_CONNECTION = 602 {
        severity: Error,
        title: "No connection to the server",
        seen: "Refused, unreachable, or closed while connecting.",
        cause: "A firewall or a missing route stands between, or nothing listens at the port.",
        remedy: "Check that this machine may connect to the host and port of the token endpoint. Set a proxy with TransportOptions where the network wants one.",
        vendors: [Any],
        source: "RFC 9110 §4.3.3",
    }
    TLS = 603 {
        severity: Error,
        title: "The TLS handshake failed",
        seen: "A certificate is not trusted, has expired or names another host.",
        cause: "A proxy that inspects traffic may present a certificate of its own, the root certificates of this machine may be old, or the host is another one.",
        remedy: "Add the proxy's root certificate to TransportOptions, or update those of this machine. Do not turn the check off.",
        vendors: [Any],
        source: "RFC 9110 §4.3.4",
    }
    PROXY = 604 {
        severity: Error,
        title: "The proxy did not connect through",
        seen: "407, or an error of the proxy.",
        cause: "The proxy cannot be reached, wants a login of its own, or does not allow this host.",
        remedy: "Check the proxy in TransportOptions or in the environment, its user and password included, and have the host of the token endpoint allowed.",
        vendors: [Any],
        source: "RFC 9110 §15.5.8",
    }
    TIMEOUT = 605 {
        severity: Error,
        title: "The time allowed ran out",
        seen: "No response within the time that TransportOptions or the call allows.",
        cause: "The server or the network is slow, or a firewall drops packets without a word.",
        remedy: "Try again. If it lasts, check the route to the host, or allow more time in TransportOptions.",
        vendors: [Any],
        source: "RFC 9110 §9.2.2",
    }
    INTERRUPTED = 606 {
        severity: Error,
        title: "The connection ended before the response was complete",
        seen: "A response that breaks off, or none on an open connection.",
        cause: "The server or a gateway closed the connection early.",
        remedy: "Try again: a TokenSource does so by itself. If it lasts, look for a gateway or firewall that cuts connections.",
        vendors: [Any],
        source: "RFC 9112 §8",
    }
    NOT_HTTP = 607 {
        severity: Error,
        title: "What came back is not HTTP",
        seen: "The response cannot be read at all.",
        cause: "Another service listens at this port, or the head of the response is malformed or too large.",
        remedy: "Check host and port of the token endpoint.",
        vendors: [Any],
        source: "RFC 9112 §2",
    }
    HTTP2_AT_CXONE = 608 {
        severity: Warning,
        title: "CXone may not get on with HTTP/2",
        seen: "An error of HTTP/2 or a connection that ends early, at CXone.",
        cause: "One integrator reports that HTTP/2 fails at CXone's token endpoint and that HTTP/1.1 works.",
        remedy: "Use a transport of this library: each speaks HTTP/1.1. Limit one of your own to it.",
        vendors: [Cxone],
        source: "README of Camunda's connector for NICE CXone",
    }
    TOO_LARGE = 609 {
        severity: Error,
        title: "The response is longer than any token response",
        seen: "Reading stops at the limit.",
        cause: "A page of a proxy or portal came back, or the address is not a token endpoint.",
        remedy: "Check the address of the token endpoint, and open it from the same machine to see what responses.",
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    TRANSPORT_SETTING = 610 {
        severity: Error,
        title: "The transport is set up wrongly",
        seen: "Every request fails before anything is sent.",
        cause: "A certificate cannot be read, the HTTP client refuses a setting, the process has no file descriptors left, or SSLKEYLOGFILE asks for the keys of TLS connections.",
        remedy: "Do what the error says. If it says nothing more, check the root certificates and the proxy in TransportOptions: the error's source says what the client refuses.",
        vendors: [Any],
        source: "RFC 7468 §2",
    }
    CLIENT_FAILURE = 611 {
        severity: Error,
        title: "The HTTP client failed",
        seen: "An error that the client does not explain.",
        cause: "The client does not say what went wrong, or its work was cut off.",
        remedy: "Read the error's source, and try again.",
        vendors: [Any],
        source: "RFC 9110 §9.2.2",
    }
}

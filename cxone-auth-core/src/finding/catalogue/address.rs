//! 2xx: where the request goes.

entries! { ENTRIES:
    OTHER_VENDOR = 201 {
        severity: Error,
        title: "The host belongs to the other vendor",
        seen: "invalid_client or 404, whatever the credentials.",
        cause: "Genesys Cloud and NICE CXone are products of different companies. A client of one does not exist at the other.",
        remedy: "Use {genesys_cloud} for a client made in Genesys Cloud and {cxone} for one that NICE issued, and leave {token_endpoint} out.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    API_HOST = 202 {
        severity: Warning,
        title: "The API host stands where the login host belongs",
        seen: "404, 401 or an error in the API's own shape.",
        cause: "Tokens come from another host than the API. No vendor documents a token endpoint on this one, though it may forward the request.",
        remedy: "Use the login host that the evidence names. {genesys_cloud} and {cxone} do so by themselves.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/tutorials/oauth-client-credentials",
    }
    FORUM_PATH = 203 {
        severity: Error,
        title: "No token endpoint has the path /api/v2/oauth/token",
        seen: "404 or 401, whatever the credentials.",
        cause: "The path is repeated in forum answers and exists neither at Genesys Cloud nor at NICE CXone.",
        remedy: "Use {genesys_cloud}, which asks https://login.{{domain}}/oauth/token, or {cxone}, which asks {{issuer}}/auth/token. For another server take the address from its own documentation.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/tutorials/oauth-client-credentials",
    }
    INVENTED_HOST = 204 {
        severity: Error,
        title: "No vendor has a token endpoint on this host",
        seen: "The name is not found, the certificate does not fit, or somebody else's server responds.",
        cause: "The host is repeated in forum answers. Neither Genesys Cloud nor NICE CXone documents it, and a secret sent there may reach a stranger.",
        remedy: "Use {genesys_cloud} with the region of the organization, or {cxone} with its issuer. Replace the secret if it was sent.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    OTHER_PATH = 205 {
        severity: Warning,
        title: "The right host with another path",
        seen: "404 or 405.",
        cause: "The host gives tokens, and the request goes to another path of it.",
        remedy: "Use the address that the evidence names, or leave {token_endpoint} out: the platforms know their paths.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone, Central],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    WRONG_REGION = 206 {
        severity: Error,
        title: "The client may live in another region",
        seen: "Genesys Cloud responds with 400 invalid_client, with \"client not found\" or \"authentication failed\".",
        cause: "A client exists only in the region of its organization. Every other region responds with invalid_client, as it does to a wrong secret.",
        remedy: "Use the region that the address of the organization's web app names: apps.mypurecloud.de means {eu_central_1}.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/platform-client-sdk-javascript/issues/5",
    }
    CLIENT_CREDENTIALS_AT_CXONE = 207 {
        severity: Error,
        title: "CXone does not list the client-credentials grant",
        seen: "CXone may respond with unsupported_grant_type, unauthorized_client or invalid_client.",
        cause: "CXone's description of its API names no client_credentials grant, so the server may refuse it however good the client is. A back-end service uses an access key beside its client id and secret.",
        remedy: "Use {cxone} with an access key, which an administrator creates for a CXone user.",
        settings: [Platform],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    CENTRAL_MIXED_UP = 208 {
        severity: Warning,
        title: "Credentials of inContact Central and of CXone are mixed up",
        seen: "401 or invalid_client.",
        cause: "Legacy Central knows applications as application@vendor, CXone knows clients that NICE registered. Neither accepts the other's.",
        remedy: "Use {central} with {central_credentials} for an application of Central, and {cxone} for a client of CXone.",
        settings: [Platform, ClientId],
        vendors: [Cxone, Central],
        source: "https://developer.incontact.com/Documentation/APIAuthenticationToken",
    }
    REDIRECT = 209 {
        severity: Error,
        title: "The token endpoint redirects",
        seen: "A 3xx in place of a token.",
        cause: "Token endpoints do not redirect. The address is that of a web page or an old one, or something in between responds in its place.",
        remedy: "Use the address of the token endpoint itself. No redirect is followed, for the secret would go along.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
    WEB_PAGE = 210 {
        severity: Error,
        title: "A web page came back",
        seen: "HTML in place of JSON, with any status.",
        cause: "A proxy, a firewall or a sign-in portal may have responded in place of the server, or the address is that of a web page.",
        remedy: "Open the address from the same machine and read the page. Set the proxy with {proxy}, or have the host allowed.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    NO_ENDPOINT_HERE = 211 {
        severity: Error,
        title: "There is no token endpoint at this address",
        seen: "404, 405, 410 or 501.",
        cause: "The server responds and serves no POST on this path.",
        remedy: "Use the token_endpoint of the server's own metadata or documentation. The platforms know theirs.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
    WRONG_ISSUER = 212 {
        severity: Error,
        title: "The client may be registered at another issuer",
        seen: "CXone responds with invalid_client.",
        cause: "FedRAMP and sovereign tenants have issuers of their own, which may not know the clients of the global one, and the reverse.",
        remedy: "Use {separate_issuers} for such a tenant and {global_issuer} for every other.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    MALFORMED_ENDPOINT = 213 {
        severity: Error,
        title: "The address is not fit to carry a secret",
        seen: "The configuration is refused before anything is sent.",
        cause: "A token endpoint is an https address without user information and fragment, and without a credential in its query. Plain http is taken for loopback only, and for the host that {insecure_host} names.",
        remedy: "Write it as https://host/path. Use {client_credentials} for the id and secret, and {parameter} or {header} for another credential that stood in the query.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
    UNKNOWN_NAME = 214 {
        severity: Error,
        title: "The region, issuer or cluster is not known",
        seen: "The configuration is refused before anything is sent.",
        cause: "The name or address is misspelt, or newer than this release of cxone-auth.",
        remedy: "Use the name that the message suggests. {newer_region}, and {other_issuer}.",
        settings: [Region, Issuer],
        vendors: [GenesysCloud, Cxone, Central],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    IN_CLEAR = 218 {
        severity: Warning,
        title: "The secret and the token travel in clear",
        seen: "Nothing, until somebody else uses them.",
        cause: "The token endpoint is asked by plain http, as {insecure_host} allows. Whoever is on the way to the host reads the client's secret and the token.",
        remedy: "Use https where the server has it, and leave {insecure_host} out. Otherwise keep the way within one cluster or one machine.",
        settings: [TokenEndpoint],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
}

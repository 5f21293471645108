//! 2xx: where the request goes.

entries! { ENTRIES:
    OTHER_VENDOR = 201 {
        severity: Error,
        title: "The host belongs to the other vendor",
        seen: "invalid_client or 404 with any credentials.",
        cause: "Genesys Cloud and NICE CXone are products of different companies. A client of one does not exist at the other.",
        remedy: "Use {genesys_cloud} for a client made in Genesys Cloud and {cxone} for one that NICE issued, and remove {token_endpoint}.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    API_HOST = 202 {
        severity: Warning,
        title: "The API host stands where the login host belongs",
        seen: "404, 401 or an error in the API's own shape.",
        cause: "Tokens come from the login host, not from the API host. No vendor documents a token endpoint on this host, although it may forward the request.",
        remedy: "Use the login host that the evidence names. {genesys_cloud} and {cxone} know it.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/tutorials/oauth-client-credentials",
    }
    FORUM_PATH = 203 {
        severity: Error,
        title: "No token endpoint has the path /api/v2/oauth/token",
        seen: "404 or 401 with any credentials.",
        cause: "Forum answers repeat this path, but neither Genesys Cloud nor NICE CXone has it.",
        remedy: "Use {genesys_cloud}, which asks https://login.DOMAIN/oauth/token with the domain of the region, or {cxone}, which asks ISSUER/auth/token with the address of the issuer. For another server, take the address from its documentation.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/tutorials/oauth-client-credentials",
    }
    INVENTED_HOST = 204 {
        severity: Error,
        title: "No vendor has a token endpoint on this host",
        seen: "The name is not found, the certificate names another host, or another company's server responds.",
        cause: "Forum answers repeat this host, but neither Genesys Cloud nor NICE CXone documents it. A secret that is sent there may reach a stranger.",
        remedy: "Use {genesys_cloud} with the region of the organization, or {cxone} with its issuer. Replace the secret if it was sent.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    OTHER_PATH = 205 {
        severity: Warning,
        title: "The right host with another path",
        seen: "404 or 405.",
        cause: "This host has a token endpoint, but at another path.",
        remedy: "Use the address that the evidence names, or remove {token_endpoint}: the platforms know their paths.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone, Central],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    WRONG_REGION = 206 {
        severity: Error,
        title: "The client may live in another region",
        seen: "Genesys Cloud responds with 400 invalid_client, with \"client not found\" or \"authentication failed\".",
        cause: "A client exists only in the region of its organization. Every other region responds with invalid_client, as for a wrong secret.",
        remedy: "Open the organization's web app in a browser: its address begins with apps.DOMAIN. Use {region} DOMAIN. Leave {token_endpoint} out, or set it to https://login.DOMAIN/oauth/token.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/platform-client-sdk-javascript/issues/5",
    }
    CLIENT_CREDENTIALS_AT_CXONE = 207 {
        severity: Error,
        title: "CXone does not list the client-credentials grant",
        seen: "CXone may respond with unsupported_grant_type, unauthorized_client or invalid_client.",
        cause: "CXone's discovery document does not list the client_credentials grant, so the server may refuse it even if the client is right. A back-end service uses an access key, alone or beside its client id and secret.",
        remedy: "Use {cxone} with an access key, which an administrator creates for a CXone user, or {cxone_access_key} with the access key alone.",
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
        seen: "A 3xx instead of a token.",
        cause: "Token endpoints do not redirect. The address is a web page or is out of date, or a gateway responds instead.",
        remedy: "Use the address of the token endpoint itself. Redirects are not followed, because the secret would be sent along.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
    WEB_PAGE = 210 {
        severity: Error,
        title: "A web page came back",
        seen: "HTML instead of JSON, with any status.",
        cause: "A proxy, a firewall or a sign-in portal may have responded instead of the server, or the address is a web page.",
        remedy: "Open the address from the same machine and read the page. Set the proxy with {proxy}, or ask for the host to be allowed.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    NO_ENDPOINT_HERE = 211 {
        severity: Error,
        title: "There is no token endpoint at this address",
        seen: "404, 405, 410 or 501.",
        cause: "The server responds, but does not accept a POST at this path.",
        remedy: "Use the token_endpoint from the server's metadata or documentation. The platforms know theirs.",
        settings: [TokenEndpoint, Region, Issuer, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
    WRONG_ISSUER = 212 {
        severity: Error,
        title: "The client or the access key may belong to another issuer or area",
        seen: "CXone responds with invalid_client, or with 401 to an access key alone.",
        cause: "FedRAMP and sovereign tenants have their own issuers. These may not know the clients of the global issuer, and the global issuer may not know theirs. The UserHub of an area may not know the access keys of another.",
        remedy: "With a client use {separate_issuers} for such a tenant and {global_issuer} for every other. For an access key alone name the area of the tenant, such as {area_na1}.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    MALFORMED_ENDPOINT = 213 {
        severity: Error,
        title: "The address cannot be used for a secret",
        seen: "The configuration is refused before anything is sent.",
        cause: "A token endpoint is an https address without user information and fragment, and without a credential in its query. Plain http is accepted for loopback only, and for the host that {insecure_host} names.",
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
    OTHER_LOGIN = 215 {
        severity: Error,
        title: "The address belongs to the other login of CXone",
        seen: "404, 405, 415 or an error that says nothing of the credentials.",
        cause: "CXone has two logins. UserHub, at https://{{area}}.nice-incontact.com/authentication/v1/token/access-key, takes an access key alone, as JSON. An issuer, at {{issuer}}/auth/token, takes a client and an access key, as a form. Neither address serves the other's requests.",
        remedy: "Leave {token_endpoint} out. Use {cxone_access_key} for an access key alone, and {cxone} for a client with an access key: each asks its own address.",
        settings: [TokenEndpoint, Issuer, ClientId],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/UserHubGettingStarted",
    }
    NAME_OF_OTHER_VENDOR = 216 {
        severity: Error,
        title: "The name belongs to the other vendor",
        seen: "The configuration is refused before anything is sent.",
        cause: "Areas, clusters and issuers are names of NICE CXone, and regions are names of Genesys Cloud. People call an area a region. A client of one vendor does not exist at the other.",
        remedy: "Find out which vendor issued the client. Use {issuer} AREA for a client that NICE issued, and {region} REGION for one made in Genesys Cloud.",
        settings: [Region, Issuer, Platform],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.niceincontact.com/Documentation/CXoneAuthenticationGettingStarted",
    }
    OTHER_SERVER = 217 {
        severity: Warning,
        title: "The token endpoint is of another region, issuer or area than the one that is set",
        seen: "invalid_client, or a token that the API does not know.",
        cause: "A client exists in one region and at one issuer, and an access key in one area. The request goes to the token endpoint that is set, and the region, issuer or area names another place. One of the two is wrong.",
        remedy: "Find out where the client or the access key was made. Use {region}, {issuer} or the area for that place, and remove {token_endpoint}.",
        settings: [Region, Issuer, TokenEndpoint],
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
    WITHOUT_EFFECT = 219 {
        severity: Warning,
        title: "A setting has no effect in the login with an access key alone",
        seen: "Nothing: the token is the same as without the setting.",
        cause: "UserHub takes an access key and nothing else. There are no scopes and no further parameters, and no client authenticates.",
        remedy: "Remove the setting. What the token may do follows from the user of the access key. If NICE has registered a client, use {cxone} with it.",
        settings: [Scope, Parameter, ClientAuthentication],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/UserHubGettingStarted",
    }
}

//! 8xx: calling an API with the token.

entries! { ENTRIES:
    TOKEN_UNKNOWN = 801 {
        severity: Error,
        title: "The API does not know the token",
        seen: "The API responds with 401 bad.credentials or invalid_token.",
        cause: "The token was revoked, the client was disabled, or the token belongs to another region or environment than the API.",
        remedy: "{drop_token} If the next is refused as well, compare the region of the API's host with that of the token endpoint.",
        settings: [ApiBase, Region, Issuer],
        vendors: [GenesysCloud, Cxone, Any],
        source: "RFC 6750 §3.1",
    }
    TOKEN_EXPIRED = 802 {
        severity: Error,
        title: "The token has expired",
        seen: "The API responds with 401 credentials.expired, usually a day after the service was started.",
        cause: "The program keeps one token and does not renew it. The vendors' SDKs do not renew tokens of this grant by themselves.",
        remedy: "Ask {source} for the token before each call, which costs no request while it is fresh, in place of keeping the text of one.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "RFC 6750 §3.1",
    }
    TOKEN_NOT_SEEN = 803 {
        severity: Error,
        title: "The API saw no token",
        seen: "The API responds with 401 authentication.required, or a challenge without an error.",
        cause: "The header Authorization did not arrive: it was not set, a gateway took it out, or the HTTP client dropped it when it followed a redirect to another host.",
        remedy: "Send the header with each request, straight to the API's own host. Look for a redirect and for a gateway on the way.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "RFC 6750 §3",
    }
    PERMISSION_MISSING = 804 {
        severity: Error,
        title: "The client lacks a permission",
        seen: "The API responds with 403, such as missing.permissions or insufficient_scope. The token is good.",
        cause: "What a token may do follows from the roles and divisions of its client at Genesys Cloud, from the access key's user at CXone, and from the granted scopes elsewhere.",
        remedy: "Give the client a role with the permission that the response names, in the division of what it asks for. At CXone give it to the access key's user. Another token changes nothing.",
        settings: [],
        vendors: [GenesysCloud, Cxone, Any],
        source: "https://github.com/MyPureCloud/platform-client-sdk-go/blob/master/platformclientv2/errorbody.go",
    }
    NO_USER_CONTEXT = 805 {
        severity: Error,
        title: "The resource needs a user",
        seen: "The API responds with 400 and speaks of a user context, as for /api/v2/users/me. The token is good.",
        cause: "The token belongs to a client and to no user. Some resources are about the user who asks.",
        remedy: "Call the resource that names the user by id, such as /api/v2/users/USER_ID. What only a user can do needs a grant with a login.",
        settings: [],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/developer-center-blog",
    }
    API_THROTTLED = 806 {
        severity: Error,
        title: "The token has made too many calls",
        seen: "The API responds with 429, with Retry-After and inin-ratelimit fields at Genesys Cloud.",
        cause: "Genesys Cloud allows each token of a client 300 calls a minute. Other APIs have limits of their own.",
        remedy: "Wait for as long as the response says{api_limits}.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://developer.genesys.cloud/organization/organization/limits",
    }
    MOVED_TENANT = 807 {
        severity: Warning,
        title: "The tenant may live elsewhere",
        seen: "The API of CXone responds with 401 or 404 to a token that is good.",
        cause: "A tenant can be moved to another area or cluster. A host that was written into the program then is the wrong one.",
        remedy: "Take the address from the tenant's configuration, {tenant_base}, and never build it from the name of an area or cluster.",
        settings: [ApiBase, Region, Issuer],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    RESPONSE_NOT_RENDERED = 808 {
        severity: Error,
        title: "The API cannot respond in this form",
        seen: "The API responds with 406 or 415, or with a text about data that cannot be rendered.",
        cause: "Some of CXone's calls want to be told which form of response is wanted. A body needs to be labelled with what it is.",
        remedy: "Send Accept: application/json, and Content-Type: application/json with a body.",
        settings: [],
        vendors: [Cxone, GenesysCloud],
        source: "RFC 9110 §12.5.1",
    }
    API_PLAIN_HTTP = 809 {
        severity: Error,
        title: "The token would go out in clear",
        seen: "The call is refused before anything is sent.",
        cause: "The API's address begins with http:// and is not on this machine. Anyone who is on the way could read the token and use it.",
        remedy: "Write https:// in the address.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 6750 §5.3",
    }
    API_USER_INFORMATION = 810 {
        severity: Error,
        title: "The API's address holds user information",
        seen: "The call is refused before anything is sent.",
        cause: "What stands before an @ in the address would be sent as another credential, and may make the host look like one that it is not.",
        remedy: "Leave out everything up to the @. The token is the only credential of the call.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 9110 §4.2.4",
    }
    OTHER_ORIGIN = 811 {
        severity: Error,
        title: "The token is not for this host",
        seen: "The call is refused before anything is sent.",
        cause: "A token goes only to the platform's own API, and to what the configuration names besides. Anybody else who got it could use it. CXone's APIs beside that of the tenant (Data Extraction, Digital, files) have hosts of their own, which need to be named.",
        remedy: "Call the API below {own_base}. If the host is right, name it with {api_origin}.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 6750 §5.2",
    }
    NO_API_BASE = 812 {
        severity: Error,
        title: "It is not known where the API is",
        seen: "The call is refused before anything is sent.",
        cause: "A custom server and Central have no API of their own here, and the configuration names none. A token of UserHub may name no tenant, and its response no resource_server_base_uri.",
        remedy: "Name the API with {api_base}.",
        settings: [ApiBase],
        vendors: [Central, Cxone, Any],
        source: "RFC 6750 §5.2",
    }
    API_ADDRESS_MALFORMED = 813 {
        severity: Error,
        title: "The API's address is malformed",
        seen: "The call, or the configuration, is refused before anything is sent.",
        cause: "The address is no URL, or has a part that it should not have.",
        remedy: "Write the address as https://host/path, or only the path below the API's base, such as /api/v2/users.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 3986 §3",
    }
    UNKNOWN_TENANT = 814 {
        severity: Error,
        title: "The issuer does not know the tenant",
        seen: "Discovery ends with a 404 for the tenant's configuration.",
        cause: "The tenant that the token names lives at another issuer, or was removed.",
        remedy: "Check the issuer: FedRAMP and the sovereign clouds have issuers of their own.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    NO_TENANT = 815 {
        severity: Error,
        title: "The token names no tenant",
        seen: "Discovery ends before it has asked for the tenant's configuration.",
        cause: "CXone's tokens are JWTs with a claim tenantId. This one is no JWT or lacks the claim, as a token of another server does.",
        remedy: "Check that the token endpoint is CXone's. Name the API with {api_base} to do without the tenant's configuration.",
        settings: [ApiBase],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    DISCOVERY_UNREADABLE = 816 {
        severity: Error,
        title: "A discovery document cannot be read",
        seen: "Discovery ends with a refusal, with too long a response, or with one that is no JSON object with the members that it should have.",
        cause: "The issuer's address is not that of an issuer, or a proxy or portal responds in its place.",
        remedy: "Open ISSUER/.well-known/openid-configuration from the same machine, with the address of the issuer. Name the API with {api_base} to do without discovery.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "OpenID Connect Discovery 1.0 §4.2",
    }
    DISCOVERY_ISSUER = 817 {
        severity: Error,
        title: "A discovery document names another issuer",
        seen: "Discovery ends with a document whose issuer is not the one that was asked, or whose tenant is another.",
        cause: "The document belongs to another server: the address is an alias or a gateway, or somebody responds in the issuer's place.",
        remedy: "Configure the issuer under its own name. Behind a gateway, name the API with {api_base}.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "OpenID Connect Discovery 1.0 §4.3",
    }
    DISCOVERY_ENDPOINT = 818 {
        severity: Error,
        title: "A discovery document or response names an address that gets no token",
        seen: "Discovery ends with an api_endpoint that is not https or not under a domain of NICE, or a token_endpoint that is not https. With an access key alone the same holds for resource_server_base_uri.",
        cause: "The document or response was tampered with, or the environment has hosts that cxone-auth does not know.",
        remedy: "Ask NICE whether the host is theirs. If it is, name it with {api_origin}.",
        settings: [ApiBase],
        vendors: [Cxone],
        source: "RFC 6750 §5.2",
    }
    MANY_TOKENS = 819 {
        severity: Warning,
        title: "A pool holds many tokens",
        seen: "A pool of more than ten tokens.",
        cause: "Each member of a pool fetches and renews a token of its own, and the vendor limits how fast tokens are made. Limits of the organization hold for all tokens together.",
        remedy: "Use as few as the calls need: each token at Genesys Cloud allows 300 calls a minute.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://developer.genesys.cloud/organization/organization/limits",
    }
    OTHER_API = 820 {
        severity: Warning,
        title: "The API base is of another region, issuer or vendor than the token",
        seen: "The token comes, and the API responds with 401 to it.",
        cause: "A token is good in the region or at the issuer that gave it, and nowhere else. The API base that is set lies elsewhere.",
        remedy: "Leave {api_base} out, or name the API of the same region or tenant. In Genesys Cloud that is https://api.DOMAIN with the domain of the region.",
        settings: [ApiBase, Region, Issuer, TokenEndpoint],
        vendors: [GenesysCloud, Cxone],
        source: "RFC 6750 §3.1",
    }
    TOKEN_REPLACED = 821 {
        severity: Error,
        title: "Another process may have replaced the token",
        seen: "The API responds with 401 and speaks of a revoked token, soon after the token was made.",
        cause: "Some servers can revoke a client's older tokens when they make a new one (Doorkeeper: revoke_previous_client_credentials_token). Two processes of one client then take each other's tokens away.",
        remedy: "{one_token} Give programs on other machines a client each, or have the server keep older tokens.",
        settings: [],
        vendors: [Any],
        source: "https://github.com/doorkeeper-gem/doorkeeper/issues/1314",
    }
}

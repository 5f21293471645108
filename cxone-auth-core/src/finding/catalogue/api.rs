//! 8xx: calling an API with the token.

entries! { ENTRIES:
    TOKEN_UNKNOWN = 801 {
        severity: Error,
        title: "The API does not know the token",
        seen: "The API responds with 401 bad.credentials or invalid_token.",
        cause: "The token was revoked, the client was disabled, or the token is for another region or environment.",
        remedy: "{drop_token} If the next token is refused too, compare the region of the API's host with that of the token endpoint.",
        settings: [ApiBase, Region, Issuer],
        vendors: [GenesysCloud, Cxone, Any],
        source: "RFC 6750 §3.1",
    }
    TOKEN_EXPIRED = 802 {
        severity: Error,
        title: "The token has expired",
        seen: "The API responds with 401 credentials.expired, usually a day after the service was started.",
        cause: "The program keeps one token and does not renew it. The vendors' SDKs do not renew tokens of this grant by themselves.",
        remedy: "Ask {source} for the token before each call, and do not keep its text. This costs no request while the token is fresh.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "RFC 6750 §3.1",
    }
    TOKEN_NOT_SEEN = 803 {
        severity: Error,
        title: "The API saw no token",
        seen: "The API responds with 401 authentication.required, or a challenge without an error.",
        cause: "The Authorization header did not arrive. It was not set, a gateway removed it, or the HTTP client dropped it when it followed a redirect to another host.",
        remedy: "Send the header with each request, directly to the API's host. Look for a redirect or a gateway on the way.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "RFC 6750 §3",
    }
    PERMISSION_MISSING = 804 {
        severity: Error,
        title: "The client lacks a permission",
        seen: "The API responds with 403, such as missing.permissions or insufficient_scope. The token is good.",
        cause: "At Genesys Cloud the roles and divisions of the client decide what its token may do. At CXone the access key's user decides, and elsewhere the granted scopes.",
        remedy: "Give the client a role with the permission that the response names, in the division of the resource. At CXone, give the permission to the access key's user. Another token changes nothing.",
        settings: [],
        vendors: [GenesysCloud, Cxone, Any],
        source: "https://github.com/MyPureCloud/platform-client-sdk-go/blob/master/platformclientv2/errorbody.go",
    }
    NO_USER_CONTEXT = 805 {
        severity: Error,
        title: "The resource needs a user",
        seen: "The API responds with 400 and mentions a user context, as for /api/v2/users/me. The token is good.",
        cause: "The token belongs to a client, not to a user. Some resources are about the user who asks.",
        remedy: "Call the resource that names the user by id, such as /api/v2/users/USER_ID. If only a user can do it, use a grant with a login.",
        settings: [],
        vendors: [GenesysCloud],
        source: "https://github.com/MyPureCloud/developer-center-blog",
    }
    API_THROTTLED = 806 {
        severity: Error,
        title: "The token has made too many calls",
        seen: "The API responds with 429, with Retry-After and inin-ratelimit fields at Genesys Cloud.",
        cause: "Genesys Cloud allows each token of a client 300 calls a minute. Other APIs have other limits.",
        remedy: "Wait for as long as the response says{api_limits}.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://developer.genesys.cloud/organization/organization/limits",
    }
    MOVED_TENANT = 807 {
        severity: Warning,
        title: "The tenant may live elsewhere",
        seen: "The API of CXone responds with 401 or 404 to a token that is good.",
        cause: "A tenant can be moved to another area or cluster. A host that was written into the program is then wrong.",
        remedy: "Take the address from the tenant's configuration, {tenant_base}, and never build it from the name of an area or cluster.",
        settings: [ApiBase, Region, Issuer],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    RESPONSE_NOT_RENDERED = 808 {
        severity: Error,
        title: "The API cannot respond in this form",
        seen: "The API responds with 406 or 415, or with a text about data that cannot be rendered.",
        cause: "Some of CXone's calls need an Accept header that names the form of the response. A body needs a Content-Type.",
        remedy: "Send Accept: application/json. With a body, also send Content-Type: application/json.",
        settings: [],
        vendors: [Cxone, GenesysCloud],
        source: "RFC 9110 §12.5.1",
    }
    API_PLAIN_HTTP = 809 {
        severity: Error,
        title: "The token would be sent in the clear",
        seen: "The call is refused before anything is sent.",
        cause: "The API's address begins with http:// and is not on this machine. Anyone on the network path could read the token and use it.",
        remedy: "Write https:// in the address.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 6750 §5.3",
    }
    API_USER_INFORMATION = 810 {
        severity: Error,
        title: "The API's address contains user information",
        seen: "The call is refused before anything is sent.",
        cause: "The part before the @ would be sent as another credential. It can also make the host look like another one.",
        remedy: "Remove everything up to the @. The token is the only credential of the call.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 9110 §4.2.4",
    }
    OTHER_ORIGIN = 811 {
        severity: Error,
        title: "The token is not for this host",
        seen: "The call is refused before anything is sent.",
        cause: "A token goes only to the platform's API and to the hosts that the configuration allows. Any other host that receives it could use it. CXone's APIs beside that of the tenant (Data Extraction, Digital, files) have hosts of their own, which need to be named.",
        remedy: "Call the API below {own_base}. If the host is right, name it with {api_origin}.",
        settings: [ApiBase],
        vendors: [Any],
        source: "RFC 6750 §5.2",
    }
    NO_API_BASE = 812 {
        severity: Error,
        title: "It is not known where the API is",
        seen: "The call is refused before anything is sent.",
        cause: "cxone-auth does not know the API of a custom server or of Central, and the configuration does not name it. A token of UserHub may name no tenant, and its response no resource_server_base_uri.",
        remedy: "Name the API with {api_base}.",
        settings: [ApiBase],
        vendors: [Central, Cxone, Any],
        source: "RFC 6750 §5.2",
    }
    API_ADDRESS_MALFORMED = 813 {
        severity: Error,
        title: "The API's address is malformed",
        seen: "The call, or the configuration, is refused before anything is sent.",
        cause: "The address is not a URL, or has a part that it should not have.",
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
        remedy: "Check the issuer: FedRAMP and the sovereign clouds have their own issuers.",
        settings: [Issuer],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    NO_TENANT = 815 {
        severity: Error,
        title: "The token names no tenant",
        seen: "Discovery ends before it asks for the tenant's configuration.",
        cause: "CXone's tokens are JWTs with a claim tenantId. This token is not a JWT or does not have the claim, like a token of another server.",
        remedy: "Check that the token endpoint is CXone's. To work without the tenant's configuration, name the API with {api_base}.",
        settings: [ApiBase],
        vendors: [Cxone],
        source: "NICE's page \"Using the API global authentication service\"",
    }
    DISCOVERY_UNREADABLE = 816 {
        severity: Error,
        title: "A discovery document cannot be read",
        seen: "Discovery ends with a refusal, with a response that is too long, or with one that is not a JSON object with the expected members.",
        cause: "The address is not an issuer, or a proxy or portal responds instead of it.",
        remedy: "Open ISSUER/.well-known/openid-configuration from the same machine, with the address of the issuer. To work without discovery, name the API of CXone with {api_base}, or the endpoint of another server with {token_endpoint}.",
        settings: [Issuer],
        vendors: [Cxone, Any],
        source: "OpenID Connect Discovery 1.0 §4.2",
    }
    DISCOVERY_ISSUER = 817 {
        severity: Error,
        title: "A discovery document names another issuer",
        seen: "Discovery ends with a document whose issuer is not the one that was asked, or whose tenant is another.",
        cause: "The document belongs to another server: the address is an alias or a gateway, or another server responds instead of the issuer.",
        remedy: "Use the name that the issuer gives itself. Behind a gateway, name the API with {api_base}.",
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
        cause: "Each member of a pool requests and renews its own token, and the vendor limits how fast tokens are made. Limits of the organization apply to all tokens together.",
        remedy: "Use only as many tokens as the calls need. At Genesys Cloud each token allows 300 calls a minute.",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "https://developer.genesys.cloud/organization/organization/limits",
    }
    OTHER_API = 820 {
        severity: Warning,
        title: "The API base is of another region, area, issuer or vendor than the token",
        seen: "The token comes, and the API responds with 401 to it.",
        cause: "A token is good in the region or area or at the issuer that gave it, and nowhere else. The API base that is set lies elsewhere.",
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

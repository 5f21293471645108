//! 4xx: scopes asked for and granted.

entries! { ENTRIES:
    COMMA_JOINED = 401 {
        severity: Warning,
        title: "Scopes are joined by commas",
        seen: "invalid_scope, or a token without scopes.",
        cause: "Scopes are separated by spaces. Most servers read a list with commas as one long scope that they do not know.",
        remedy: "Write spaces between the scopes{scope_list}. Use {comma_separator} only for servers that need commas.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    USER_FLOW_SCOPE = 402 {
        severity: Warning,
        title: "A scope for users was requested, and there is no user",
        seen: "invalid_scope, or a token without that scope.",
        cause: "openid signs a user in, and offline_access refreshes a user's token. A service that acts for itself has no user.",
        remedy: "Remove openid and offline_access from {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §4.4.3",
    }
    INVENTED_SCOPE = 403 {
        severity: Warning,
        title: "A scope that no vendor has",
        seen: "invalid_scope, or no effect.",
        cause: "Forum answers repeat this scope, but neither Genesys Cloud nor NICE CXone has it.",
        remedy: "Remove {scope}. At Genesys Cloud roles decide; at CXone the registration of the client decides.",
        settings: [Scope],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    ROLES_NOT_SCOPES = 404 {
        severity: Warning,
        title: "At Genesys Cloud roles decide, not scopes",
        seen: "No effect, or invalid_scope. Later the API responds with 403 missing.permissions.",
        cause: "Roles and divisions decide what a client of the type Client Credentials may do. Scopes are for other grants.",
        remedy: "Leave {scope} out, and give the client the roles it needs under IT and Integrations > OAuth > Roles (older: Admin > Integrations > OAuth > Roles).",
        settings: [Scope],
        vendors: [GenesysCloud],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    SCOPE_REFUSED = 405 {
        severity: Error,
        title: "The server refuses a scope",
        seen: "invalid_scope.",
        cause: "The server does not know one of the scopes, or the client may not use it. Scopes are case-sensitive.",
        remedy: "Compare {scope} letter by letter with the scopes that the client is registered for, and remove the others.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    FEWER_GRANTED = 406 {
        severity: Warning,
        title: "Fewer scopes were granted than requested",
        seen: "The token arrives, and the API responds with 403 to some calls.",
        cause: "The server left out scopes that the client is not allowed to have.",
        remedy: "Add the missing scopes to the client at the server, or remove them from {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    MORE_GRANTED = 407 {
        severity: Note,
        title: "Scopes were granted that were not requested",
        seen: "The token may do more than was requested.",
        cause: "Some servers add all scopes of the client, or replace the requested ones.",
        remedy: "Restrict the client at the server to the scopes that the service needs.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    OTHER_CASE = 408 {
        severity: Warning,
        title: "A scope was granted in another case than requested",
        seen: "The token arrives, and scopes seem to be missing.",
        cause: "Scopes are case-sensitive. The server writes the scope with other upper and lower case letters.",
        remedy: "Use the spelling that the server granted in {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    NOT_STATED = 409 {
        severity: Note,
        title: "The server does not say which scopes it granted",
        seen: "The token arrives without scope, although scopes were requested.",
        cause: "RFC 6749 says that all were granted. Some servers also respond so when they granted nothing.",
        remedy: "Call the API once with the token to see what it may do. If it may do nothing, check the spelling of the scopes.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    PATRON_ONLY = 410 {
        severity: Note,
        title: "Central's client grant reaches the Patron API only",
        seen: "The token arrives, and every other API refuses it.",
        cause: "A token of Central's client-credentials grant works for PatronApi only.",
        remedy: "Use {cxone} with an access key for the other APIs.",
        settings: [],
        vendors: [Central],
        source: "https://developer.incontact.com/Documentation/APIAuthenticationToken",
    }
    SCOPE_WANTED = 411 {
        severity: Error,
        title: "The server wants a scope and got none",
        seen: "invalid_scope, although no scope was requested.",
        cause: "The client has no default scope at this server, and some servers refuse a request without one.",
        remedy: "Use {scope} with the scopes that the client is registered for.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    MALFORMED_SCOPE = 412 {
        severity: Error,
        title: "A scope contains a character that no scope has",
        seen: "The configuration is refused before anything is sent.",
        cause: "A scope is printable ASCII without quotation marks and backslashes. Copied text may contain typographic quotes.",
        remedy: "Write the scopes without quotation marks, and with spaces between them.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
}

//! 4xx: scopes asked for and granted.

entries! { ENTRIES:
    COMMA_JOINED = 401 {
        severity: Warning,
        title: "Scopes are joined by commas",
        seen: "invalid_scope, or a token without scopes.",
        cause: "Scopes are separated by spaces. To most servers a list with commas is one scope with a long name, which they do not know.",
        remedy: "Write spaces between the scopes{scope_list}. {comma_separator} is for servers that do want commas.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    USER_FLOW_SCOPE = 402 {
        severity: Warning,
        title: "A scope for users is asked for, and there is no user",
        seen: "invalid_scope, or a token without that scope.",
        cause: "openid is for signing a user in and offline_access for refreshing a user's token. A service that asks for itself has neither.",
        remedy: "Leave openid and offline_access out of {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §4.4.3",
    }
    INVENTED_SCOPE = 403 {
        severity: Warning,
        title: "A scope that no vendor has",
        seen: "invalid_scope, or no effect.",
        cause: "The scope is repeated in forum answers, and neither Genesys Cloud nor NICE CXone publishes it.",
        remedy: "Leave {scope} out. At Genesys Cloud roles decide, at CXone the registration of the client.",
        settings: [Scope],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    ROLES_NOT_SCOPES = 404 {
        severity: Warning,
        title: "At Genesys Cloud roles decide, not scopes",
        seen: "There may be no effect, or invalid_scope; later 403 missing.permissions from the API.",
        cause: "What a client of the type Client Credentials may do follows from its roles and divisions. Its scopes are for other grants.",
        remedy: "Leave {scope} out, and give the client the roles it needs under IT and Integrations > OAuth > Roles (older: Admin > Integrations > OAuth > Roles).",
        settings: [Scope],
        vendors: [GenesysCloud],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    SCOPE_REFUSED = 405 {
        severity: Error,
        title: "The server refuses a scope",
        seen: "invalid_scope.",
        cause: "The server does not know one of the scopes, or the client may not ask for it. Case counts.",
        remedy: "Compare {scope} with the scopes that the client is registered for, letter by letter, and leave the others out.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    FEWER_GRANTED = 406 {
        severity: Warning,
        title: "Fewer scopes were granted than asked for",
        seen: "The token comes, and the API responds with 403 to some calls.",
        cause: "The server left out scopes that the client may not have.",
        remedy: "Have the missing scopes added to the client at the server, or leave them out of {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    MORE_GRANTED = 407 {
        severity: Note,
        title: "Scopes were granted that were not asked for",
        seen: "The token may do more than was asked for.",
        cause: "Some servers add all scopes of the client, or put others in place of those asked for.",
        remedy: "Have the client at the server restricted to what the service needs.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    OTHER_CASE = 408 {
        severity: Warning,
        title: "A scope was granted in other case than asked for",
        seen: "The token comes, and scopes seem to be missing.",
        cause: "Scopes are case-sensitive. The server has the scope in another spelling of upper and lower case.",
        remedy: "Use the spelling that the server granted in {scope}.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
    NOT_STATED = 409 {
        severity: Note,
        title: "The server does not say which scopes it granted",
        seen: "The token comes without scope, where scopes were asked for.",
        cause: "By the RFC that means as requested. Some servers respond so when they granted nothing.",
        remedy: "Use the token on the API once to see what it may do. Check the spelling of the scopes if it may do nothing.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §5.1",
    }
    PATRON_ONLY = 410 {
        severity: Note,
        title: "Central's client grant reaches the Patron API only",
        seen: "The token comes, and every other API refuses it.",
        cause: "A token of the client-credentials grant of Central is good for PatronApi alone.",
        remedy: "Use {cxone} with an access key for the other APIs.",
        settings: [],
        vendors: [Central],
        source: "https://developer.incontact.com/Documentation/APIAuthenticationToken",
    }
    SCOPE_WANTED = 411 {
        severity: Error,
        title: "The server wants a scope and got none",
        seen: "invalid_scope, although no scope was asked for.",
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
        cause: "A scope is printable ASCII without quotation marks and backslashes. Typographic quotes come along when text is copied.",
        remedy: "Write the scopes without quotation marks, with spaces between them.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 6749 §3.3",
    }
}

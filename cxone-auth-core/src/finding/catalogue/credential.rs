//! 1xx: the text of an id, a secret or a key. 3xx: the client as the server knows it.

entries! { TEXT:
    PLACEHOLDER = 101 {
        severity: Error,
        title: "A placeholder stands where a credential belongs",
        seen: "The server responds with invalid_client, even if other settings change.",
        cause: "The value is an example from a manual, or a template that was never filled in.",
        remedy: "Copy the client's own id and secret into the configuration. If the value comes from a template or a variable, check that it is filled in where the program runs.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    BLANK_AT_AN_END = 102 {
        severity: Warning,
        title: "A credential begins or ends with a blank",
        seen: "The server responds with invalid_client or invalid_grant to a credential that looks right.",
        cause: "A blank (a space, a tab or a line break) is part of the credential. Every known server treats it as a different credential.",
        remedy: "Copy the value again without the blank. Trim a value that is read from a file.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    UNUSUAL_CHARACTER = 103 {
        severity: Error,
        title: "A credential contains a line break, an invisible or a typographic character",
        seen: "The configuration is refused before anything is sent, or the server responds with invalid_client.",
        cause: "Such characters are added when a value is copied from a web page or a document, or when echo without -n writes it to a file.",
        remedy: "Copy the value again from the place where it was issued, or write it with printf. Use {allow_unusual_characters} if the character is part of the value.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 6749 Appendix A.1",
    }
    WRAPPED_IN_QUOTES = 104 {
        severity: Warning,
        title: "A credential is wrapped in quotation marks",
        seen: "The server responds with invalid_client to a credential that looks right.",
        cause: "The marks around the value became part of it. This happens with .env files, YAML and container settings.",
        remedy: "Remove the quotation marks around the value.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    SWAPPED = 105 {
        severity: Error,
        title: "Id and secret are swapped",
        seen: "The server responds with invalid_client.",
        cause: "The secret looks like an id, and the id does not.",
        remedy: "Give the id first and the secret second: {client_credentials}.",
        settings: [ClientId, ClientSecret],
        vendors: [GenesysCloud, Cxone],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    BASIC_CREDENTIALS = 106 {
        severity: Error,
        title: "A credential is base64 of id and secret together",
        seen: "The server responds with invalid_client.",
        cause: "The value is the part after Basic in a header. It would be encoded a second time.",
        remedy: "Use id and secret as they were issued. cxone-auth joins and encodes them itself.",
        settings: [ClientSecret, ClientId],
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    ALREADY_PERCENT_ENCODED = 107 {
        severity: Warning,
        title: "A credential is percent-encoded already",
        seen: "The server responds with invalid_client, or invalid_grant for an access key.",
        cause: "The value contains sequences such as %3D. They are encoded a second time in the request.",
        remedy: "Use the value as it was issued, with = and / in it. cxone-auth encodes it if the request needs that.",
        settings: [ClientId, ClientSecret],
        vendors: [Cxone, Any],
        source: "RFC 6749 Appendix B",
    }
    WRAPPED_BASE64 = 108 {
        severity: Error,
        title: "Base64 broken into lines",
        seen: "The configuration is refused for a line break after character 76, or a header is malformed.",
        cause: "The base64 program breaks its output after 76 characters.",
        remedy: "Use the secret as it was issued, not its base64. Where base64 is needed, use base64 -w0.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 4648 §3.1",
    }
    SPELLING_DIFFERS = 109 {
        severity: Note,
        title: "Servers read this credential differently in Basic: form-encoded or raw",
        seen: "Nothing, or invalid_client to a credential that is right.",
        cause: "RFC 6749 says to form-encode id and secret before base64, but many servers do not decode them. This credential contains characters that differ between the two spellings.",
        remedy: "If the server refuses the client, use {client_authentication} as the evidence says. {body} avoids the question if the client is registered for the body.",
        settings: [ClientAuthentication],
        vendors: [Cxone, Central, Any],
        source: "RFC 6749 §2.3.1",
    }
    NOT_A_UUID = 110 {
        severity: Warning,
        title: "The Genesys Cloud client id is not a UUID",
        seen: "Genesys Cloud responds with invalid_client.",
        cause: "Genesys Cloud issues client ids as UUIDs, so this id is incomplete, is the name of the client, or comes from another product.",
        remedy: "Copy the Client ID from IT and Integrations > OAuth (older: Admin > Integrations > OAuth) in Genesys Cloud. If the client is one of NICE CXone, use {cxone}.",
        settings: [ClientId],
        vendors: [GenesysCloud],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    SCHEME_PASTED_ALONG = 111 {
        severity: Error,
        title: "A credential begins with Basic or Bearer",
        seen: "The server responds with invalid_client.",
        cause: "The value was copied from an Authorization header, with the scheme in front of it.",
        remedy: "Use the client's id and secret as they were issued. cxone-auth writes the header itself.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 7617 §2",
    }
    EMPTY_CREDENTIAL = 112 {
        severity: Error,
        title: "A credential is not set, or is empty",
        seen: "The configuration is refused before anything is sent.",
        cause: "There is no value, or it is blank. Often a variable is not set where the program runs.",
        remedy: "Give the value as it was issued, and check the variable or file that it is read from.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    PAIRS_MIXED_UP = 113 {
        severity: Error,
        title: "The client's id and secret and those of the access key are mixed up",
        seen: "CXone responds with invalid_client or invalid_grant.",
        cause: "CXone wants an access key, alone or beside a client. The client id is a UUID, and both parts of an access key are 52 characters of base32 with ==== at the end. A value stands where another belongs.",
        remedy: "Give the client that NICE registered, if there is one, with {client_credentials}, and the access key of a CXone user with {access_key}.",
        settings: [ClientId, ClientSecret, AccessKeyId, AccessKeySecret],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/Createaccesskey",
    }
    CUT_ACCESS_KEY = 114 {
        severity: Warning,
        title: "An access key lacks the ==== at its end",
        seen: "CXone responds with invalid_grant to an access key that looks right.",
        cause: "Both parts of an access key end with ====. A double click, a shell or a parser of NAME=VALUE lines leaves them out.",
        remedy: "Copy the value again with the ==== at its end. Put it in quotation marks where a file of settings needs them.",
        settings: [AccessKeyId, AccessKeySecret],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/Createaccesskey",
    }
    SOMETHING_ELSE = 115 {
        severity: Error,
        title: "Something else stands where an id or a secret belongs",
        seen: "The server responds with invalid_client, or invalid_grant for an access key.",
        cause: "The value is visibly no credential: the id in place of the secret, an address, the path of a file, a token, or what a program writes for a value that is not set.",
        remedy: "Use the id and the secret as they were issued. If a value comes from a file or a variable, check what the program reads where it runs.",
        settings: [ClientSecret, ClientId],
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
}

entries! { CLIENT:
    WRONG_SECRET = 301 {
        severity: Error,
        title: "The server does not accept this id and secret",
        seen: "invalid_client, a 401 with another code or none, a bare 403, words about an unknown client or a wrong secret under another code, or invalid_grant where no access key is used.",
        cause: "The secret is wrong, incomplete or replaced by a newer one, or the server does not know the client.",
        remedy: "Copy id and secret again from the place where the client was made. Genesys Cloud shows a secret only once: a lost one is replaced there, not looked up. If the secret was replaced, {new_secret}.",
        settings: [ClientId, ClientSecret],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    OTHER_GRANT = 302 {
        severity: Error,
        title: "The client is not set up for this grant",
        seen: "unauthorized_client or unsupported_grant_type.",
        cause: "The client was made for another grant type, or the server does not offer this grant. In Genesys Cloud a client has exactly one grant type.",
        remedy: "In Genesys Cloud use a client of the type Client Credentials, made under IT and Integrations > OAuth (older: Admin > Integrations > OAuth). At CXone the grant is fixed by the registration, so ask NICE to change it. Elsewhere, allow the grant in the client's settings.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §5.2",
    }
    DISABLED = 303 {
        severity: Error,
        title: "The client may be disabled or inactive",
        seen: "Genesys Cloud responds with invalid_client to credentials that used to work.",
        cause: "A disabled or inactive client gets no token, and the response may be the same as for a wrong secret.",
        remedy: "Look at the client's state under IT and Integrations > OAuth (older: Admin > Integrations > OAuth), and set it to active.",
        settings: [],
        vendors: [GenesysCloud],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    ACCESS_KEY_REFUSED = 304 {
        severity: Error,
        title: "The access key is wrong or revoked, or its user is gone",
        seen: "CXone responds with invalid_grant, or with 401 to an access key alone.",
        cause: "An access key ends when it is revoked or its user is deactivated. Other tools may also send the ==== at its end unencoded; cxone-auth encodes it.",
        remedy: "Copy id and secret of the key again, with the ==== at the end. If that does not help, ask an administrator to check the user and to create a new access key.",
        settings: [AccessKeyId, AccessKeySecret],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/Createaccesskey",
    }
    NOT_YET_APPROVED = 305 {
        severity: Error,
        title: "The registration may not be approved yet",
        seen: "CXone responds with invalid_client to new credentials.",
        cause: "NICE registers clients by a form, and that takes days. Until then the client may be unknown.",
        remedy: "Ask NICE whether the registration is complete, and name the client id.",
        settings: [],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/FAQ",
    }
    OTHER_PLACEMENT = 306 {
        severity: Error,
        title: "The server may want the credentials in the other place",
        seen: "invalid_client to credentials that are right.",
        cause: "A client is registered for the Authorization header or for the body, and some servers accept only that one.",
        remedy: "Ask how the client was registered. client_secret_basic means Basic, client_secret_post means the body: use {client_authentication} to change the place, {body} in place of Basic, or the reverse.",
        settings: [ClientAuthentication],
        vendors: [Cxone, Any],
        source: "RFC 6749 §2.3.1",
    }
    OTHER_SPELLING = 307 {
        severity: Error,
        title: "The server may read Basic the other way: form-encoded, or raw",
        seen: "invalid_client to credentials that are right and contain characters other than letters, digits, -, ., _ and ~.",
        cause: "RFC 6749 says to form-encode id and secret before base64, but many servers take them as they are. The two differ for these characters.",
        remedy: "Use {client_authentication} as the evidence says.",
        settings: [ClientAuthentication],
        vendors: [Cxone, Central, Any],
        source: "RFC 6749 §2.3.1",
    }
    BOTH_PLACEMENTS = 308 {
        severity: Error,
        title: "The server saw the credentials in two places",
        seen: "invalid_request that mentions more than one mechanism.",
        cause: "cxone-auth sends them once. A gateway may add its own credentials, or a parameter repeats them.",
        remedy: "Remove the gateway's credentials, and any {parameter} that repeats them.",
        settings: [ClientAuthentication, Parameter],
        vendors: [Any],
        source: "RFC 6749 §2.3",
    }
    CENTRAL_DOES_NOT_FIT = 309 {
        severity: Error,
        title: "Application, vendor and business unit do not fit together",
        seen: "Central responds with 401 or invalid_client, perhaps with \"not authorized for user\".",
        cause: "Central knows a client by its application, its vendor and the number of the business unit, and one of them is not as registered.",
        remedy: "Compare the three with the registration, and set them with {central_credentials}.",
        settings: [ClientId, ClientSecret],
        vendors: [Central],
        source: "https://developer.niceincontact.com/FAQ",
    }
    ACCESS_KEY_MISSING = 310 {
        severity: Error,
        title: "The access key is missing",
        seen: "The configuration is refused, or CXone responds with invalid_request or invalid_grant.",
        cause: "Both logins of CXone want an access key: one takes it alone, the other beside the id and secret of a client that NICE has registered.",
        remedy: "Have an administrator create an access key for a CXone user. Use {cxone_access_key} with {access_key} where NICE has registered no client, and {cxone} with both where it has.",
        settings: [AccessKeyId, AccessKeySecret],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/Createaccesskey",
    }
    NOT_A_FORM = 311 {
        severity: Error,
        title: "The request did not arrive as a form",
        seen: "415, or invalid_request that says that grant_type is missing or mentions the content type.",
        cause: "Token endpoints read a form in the body of a POST. Most refuse a JSON body, parameters in the URL, grant_type as a header field, and a form with another content type. cxone-auth sends a form, so a gateway has changed the request.",
        remedy: "With cxone-auth, look for a gateway that rewrites requests. With another client, send application/x-www-form-urlencoded, grant_type in the body, and nothing in the URL.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §4.4.2",
    }
    OTHER_METHOD = 312 {
        severity: Error,
        title: "The server wants the client to authenticate without a secret",
        seen: "invalid_client or a 401 whose description names private_key_jwt, a client assertion or mutual TLS.",
        cause: "The client is registered for a signed assertion or a certificate, or this authorization server takes nothing else, as the org authorization server of Okta does.",
        remedy: "Register a public key for the client, take its private key and {signing_key}. Or have the client set to a secret (client_secret_basic or client_secret_post). At Okta ask a custom authorization server, such as /oauth2/default, whose clients may use one.",
        settings: [SigningKey, ClientAuthentication, TokenEndpoint],
        vendors: [Any],
        source: "RFC 7523 §2.2",
    }
    NOT_AN_ACCESS_KEY = 313 {
        severity: Error,
        title: "The id of a client stands where that of an access key belongs",
        seen: "The configuration is refused before anything is sent.",
        cause: "The id is a UUID. NICE issues such ids to clients. The id of an access key has 52 capital letters and digits and ==== at its end.",
        remedy: "Give the id and secret of an access key with {access_key}. If NICE has registered a client as well, use {cxone} with {client_credentials} beside it.",
        settings: [AccessKeyId, AccessKeySecret],
        vendors: [Cxone],
        source: "https://developer.niceincontact.com/Documentation/Createaccesskey",
    }
    NOT_ALLOWED_FROM_HERE = 314 {
        severity: Error,
        title: "The client may not be allowed from this address",
        seen: "The server refuses a client here that it accepts from another machine, perhaps with words about an IP address.",
        cause: "Genesys Cloud accepts a client of the type Client Credentials only from the addresses in its IP allow list. New clients need such a list since April 2026. Other servers and gateways have such lists too.",
        remedy: "Look up the public address that this machine's requests come from, or that of its proxy. Add it to the client's allow list under IT and Integrations > OAuth (older: Admin > Integrations > OAuth).",
        settings: [],
        vendors: [GenesysCloud, Any],
        source: "Genesys' page \"Restrict OAuth client credentials grants to allowed IP addresses\"",
    }
    SETTING_UNUSABLE = 315 {
        severity: Error,
        title: "A setting is missing or cannot be used",
        seen: "The configuration is refused before anything is sent.",
        cause: "No request can be made of the settings as they are. The message names the setting and says what is wrong with it.",
        remedy: "Correct the setting that the message names, or remove it where another one takes its place.",
        settings: [],
        vendors: [Any],
        source: "RFC 6749 §4.4.2",
    }
    NO_SERVER = 316 {
        severity: Error,
        title: "It is not clear which server is meant",
        seen: "The configuration is refused before anything is sent.",
        cause: "The settings name no server, or those of two. A variable of another name is not read.",
        remedy: "Name one server: {genesys_cloud} with a region, {cxone} with an issuer, {central}, or {token_endpoint} for any other.",
        settings: [Region, Issuer, TokenEndpoint, Platform],
        vendors: [Any],
        source: "RFC 6749 §3.2",
    }
}

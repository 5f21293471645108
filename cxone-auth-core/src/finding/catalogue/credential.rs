//! 1xx: what is wrong with the text of an id, a secret or a key.

use super::{CatalogueEntry, FindingCode, Severity, Vendor};

entries! {
    PLACEHOLDER = 101 {
        severity: Error,
        title: "A placeholder stands where a credential belongs",
        seen: "The server responds with invalid_client, whatever else is changed.",
        cause: "The value is an example from a manual, or a template that was never filled in.",
        remedy: "Copy the client's own id and secret into the configuration. If the value comes from a template or a variable, check that it is filled in where the program runs.",
        vendors: [Any],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    BLANK_AT_AN_END = 102 {
        severity: Warning,
        title: "A credential begins or ends with a blank",
        seen: "The server responds with invalid_client or invalid_grant to a credential that looks right.",
        cause: "A blank (a space, a tab, a line break) is part of the credential: with it, every known server takes it for another one.",
        remedy: "Copy the value again without the blank. Trim what is read from a file.",
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    UNUSUAL_CHARACTER = 103 {
        severity: Error,
        title: "A credential contains a line break, an invisible or a typographic character",
        seen: "The configuration is refused before anything is sent, or the server responds with invalid_client.",
        cause: "Such characters come along when a value is copied from a web page or a document, or is written to a file by echo without -n.",
        remedy: "Copy the value again from the place where it was issued, or write it with printf. Call allow_unusual_characters() if the character does belong there.",
        vendors: [Any],
        source: "RFC 6749 Appendix A.1",
    }
    WRAPPED_IN_QUOTES = 104 {
        severity: Warning,
        title: "A credential is wrapped in quotation marks",
        seen: "The server responds with invalid_client to a credential that looks right.",
        cause: "The marks around the value were taken for a part of it, as happens with .env files, YAML and container settings.",
        remedy: "Remove the quotation marks around the value.",
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    SWAPPED = 105 {
        severity: Error,
        title: "Id and secret are swapped",
        seen: "The server responds with invalid_client.",
        cause: "The secret looks like an id, and the id does not.",
        remedy: "Give the id first and the secret second: ClientCredentials::new(id, secret).",
        vendors: [GenesysCloud, Any],
        source: "https://developer.genesys.cloud/api/rest/authorization/use-client-credentials",
    }
    SECRET_IS_BASIC_CREDENTIALS = 106 {
        severity: Error,
        title: "The secret is base64 of id and secret together",
        seen: "The server responds with invalid_client.",
        cause: "The value is the one that stands behind Basic in a header. It would be encoded a second time.",
        remedy: "Use the secret as it was issued. This library joins id and secret and encodes them itself.",
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
    ALREADY_PERCENT_ENCODED = 107 {
        severity: Warning,
        title: "A credential is percent-encoded already",
        seen: "The server responds with invalid_client, or invalid_grant for an access key.",
        cause: "The value holds sequences such as %3D, which are encoded a second time on the way.",
        remedy: "Use the value as it was issued, with = and / in it. This library encodes it where the request needs that.",
        vendors: [Cxone, Any],
        source: "RFC 6749 Appendix B",
    }
    WRAPPED_BASE64 = 108 {
        severity: Error,
        title: "Base64 broken into lines",
        seen: "The configuration is refused for a line break after character 76, or a header is malformed.",
        cause: "The base64 program breaks its output after 76 characters.",
        remedy: "Use the secret as it was issued, not its base64. Where base64 is needed, use base64 -w0.",
        vendors: [Any],
        source: "RFC 4648 §3.1",
    }
    SPELLING_DIFFERS = 109 {
        severity: Note,
        title: "Servers read this credential differently in Basic: form-encoded or raw",
        seen: "Nothing, or invalid_client to a credential that is right.",
        cause: "RFC 6749 has id and secret form-encoded before base64, and many servers do not decode them. This one holds characters that the two spellings write differently.",
        remedy: "If the server refuses the client, change the setting that the evidence names in with_client_authentication. ClientAuthentication::Body avoids the question where the client is registered for the body.",
        vendors: [Cxone, Central, Any],
        source: "RFC 6749 §2.3.1",
    }
    NOT_A_UUID = 110 {
        severity: Warning,
        title: "A Genesys Cloud client id that is no UUID",
        seen: "Genesys Cloud responds with invalid_client.",
        cause: "Genesys Cloud issues client ids as UUIDs, so this id is incomplete, or the name of the client, or from another product.",
        remedy: "Copy the Client ID from Admin > Integrations > OAuth in Genesys Cloud. If the client is one of NICE CXone, use Config::cxone.",
        vendors: [GenesysCloud],
        source: "https://help.mypurecloud.com/articles/create-an-oauth-client/",
    }
    SCHEME_PASTED_ALONG = 111 {
        severity: Error,
        title: "A credential begins with Basic or Bearer",
        seen: "The server responds with invalid_client.",
        cause: "The value was copied from an Authorization header, with the scheme in front of it.",
        remedy: "Use the client's id and secret as they were issued. This library writes the header itself.",
        vendors: [Any],
        source: "RFC 7617 §2",
    }
    EMPTY = 112 {
        severity: Error,
        title: "A credential is empty",
        seen: "The configuration is refused before anything is sent.",
        cause: "The value is empty or blank. Often a variable is not set where the program runs.",
        remedy: "Give the value as it was issued, and check the variable or file that it is read from.",
        vendors: [Any],
        source: "RFC 6749 §2.3.1",
    }
}

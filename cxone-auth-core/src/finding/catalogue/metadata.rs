//! 9xx: what a server's metadata says, and what an agent says of its own secret.

entries! { ENTRIES:
    ENDPOINT_ELSEWHERE = 909 {
        severity: Note,
        title: "The token endpoint is on another host than the issuer",
        seen: "The secret goes to a host that only the server's metadata names.",
        cause: "The issuer decides where its token endpoint is. Many servers use one host for both.",
        remedy: "Check that the host belongs to the same operator. If it does, there is nothing to do.",
        settings: [Discovery],
        vendors: [Any],
        source: "RFC 8414 §2",
    }
    OTHER_ISSUER = 910 {
        severity: Error,
        title: "The metadata names another issuer",
        seen: "Discovery ends, and no secret is sent.",
        cause: "The metadata must name the issuer that was asked, byte for byte. A slash at the end, a capital letter or another path makes it another issuer. The address may also be an alias or a gateway, or another server responds.",
        remedy: "If the name in the evidence is that of your server, use it exactly as it stands there with {discovery}. Otherwise use {token_endpoint} with the address from the server's documentation.",
        settings: [Discovery],
        vendors: [Any],
        source: "RFC 8414 §3.3",
    }
    GRANT_NOT_LISTED = 912 {
        severity: Warning,
        title: "The server does not list the grant",
        seen: "unsupported_grant_type or unauthorized_client.",
        cause: "The server's metadata lists the grants that it supports, and the one that is asked for is not among them.",
        remedy: "Have the client_credentials grant enabled at the server, or check that the issuer is the right one: a server may have several.",
        settings: [Discovery],
        vendors: [Any],
        source: "RFC 8414 §2",
    }
    SCOPE_NOT_LISTED = 913 {
        severity: Note,
        title: "The server does not list a scope",
        seen: "invalid_scope, or a token without the scope.",
        cause: "The server's metadata lists scopes, and one that is asked for is not among them. Many servers list only some of their scopes.",
        remedy: "Compare the spelling with the server's documentation, and change it with {scope} if it differs.",
        settings: [Scope],
        vendors: [Any],
        source: "RFC 8414 §2",
    }
    LOCAL_SECRET_REFUSED = 914 {
        severity: Error,
        title: "The local secret is not that of the agent",
        seen: "The agent responds with invalid_client.",
        cause: "The secret in the file is not the one that the running agent has read. The file was replaced after its start, the agent has another file, or the credentials of the platform were sent.",
        remedy: "Give the agent and its clients the same file, and restart the agent if the file is newer.",
        settings: [],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/agent.md",
    }
}

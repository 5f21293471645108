//! 9xx: keys, assertions, certificates and secrets that change.

entries! { ENTRIES:
    WRONG_AUDIENCE = 901 {
        severity: Error,
        title: "The assertion is addressed to another audience",
        seen: "The server responds with invalid_client to an assertion and names the audience or aud.",
        cause: "A server accepts only assertions that are addressed to it. Some want the address of the token endpoint as the audience, others their issuer.",
        remedy: "Look up in the server's manual, or in its metadata, what it wants as the audience. If an assertion is made elsewhere, have it made for that audience. If a key signs it here, set {assertion_audience}. The usual values are the issuer and the token endpoint, byte for byte.",
        settings: [AssertionAudience, TokenEndpoint],
        vendors: [Any],
        source: "RFC 7523 §3",
    }
    ASSERTION_TIME = 902 {
        severity: Error,
        title: "This machine's clock is wrong for an assertion",
        seen: "The server responds with invalid_client and says that the assertion has expired or is not valid yet.",
        cause: "An assertion states when it was made and when it ends, by the clock of the machine that made it. If that clock is wrong, the assertion is too old or comes from the future.",
        remedy: "Set the clock of this machine with NTP. A container has the clock of its host. If the assertion is made elsewhere, check the clock there, and how old the assertion is.",
        settings: [Assertion],
        vendors: [Any],
        source: "RFC 7523 §3",
    }
    UNKNOWN_KEY = 903 {
        severity: Error,
        title: "The server does not know the key",
        seen: "The server responds with invalid_client and says that it finds no key, or that the signature is invalid.",
        cause: "The public key is not registered for this client, it is registered under another key id, or it was replaced or removed.",
        remedy: "Register the public key for this client, with the same key id as in the configuration. After a rotation, let the server know the new key before the program uses it.",
        settings: [SigningKey, ClientId],
        vendors: [Any],
        source: "RFC 7523 §3",
    }
    DER_SIGNATURE = 904 {
        severity: Error,
        title: "The signature is in DER",
        seen: "The request is not sent. A server would respond with invalid_client: the signature is invalid.",
        cause: "Most libraries and key management services return an ECDSA signature as a DER sequence. A JSON Web Token holds the two numbers r and s side by side, each filled up to the size of the curve.",
        remedy: "Convert the signature before it is given to cxone-auth. Many libraries have a function or a format for it (fixed, IEEE P1363, raw).",
        settings: [SigningKey],
        vendors: [Any],
        source: "RFC 7518 §3.4",
    }
    UNFIT_ASSERTION = 905 {
        severity: Error,
        title: "The assertion has expired, was used before or belongs to another client",
        seen: "The request is not sent, or the server responds with invalid_client.",
        cause: "The assertion that was read cannot prove this client: it is too old, the server has seen it before, it is about another client, the server does not know the client, or it is not an assertion.",
        remedy: "Check the client id. If the assertion is made elsewhere, check who writes it, for whom, and how often. It has to be renewed before it ends, or for each request if the server accepts each assertion once.",
        settings: [Assertion, ClientId],
        vendors: [Any],
        source: "RFC 7523 §3",
    }
    KEY_OF_ANOTHER_CERTIFICATE = 906 {
        severity: Error,
        title: "The private key does not belong to the client certificate",
        seen: "No request is sent: the transport cannot be set up.",
        cause: "The first certificate holds the public half of another key. Often one of the two files was replaced and the other was not, or they are of different environments.",
        remedy: "Give the certificate that was issued for this key, or the key that it was requested with. The public halves have to be equal: openssl x509 -in CERTIFICATE -noout -pubkey, and openssl pkey -in KEY -pubout.",
        settings: [ClientCertificate, ClientKey],
        vendors: [Any],
        source: "RFC 8446 §4.4.3",
    }
    METHOD_NOT_LISTED = 907 {
        severity: Warning,
        title: "The server does not list this client authentication",
        seen: "invalid_client, although the id and the secret are right. Or the server says of an assertion that its algorithm or the method is not allowed.",
        cause: "The server's metadata lists the methods by which clients authenticate, and the algorithms of their signatures. What is set is not among them. Some servers accept more than they list.",
        remedy: "Use a method that the evidence names: {basic} for client_secret_basic, {body} for client_secret_post; a key for private_key_jwt, a certificate for tls_client_auth. For another algorithm, use another key.",
        settings: [ClientAuthentication],
        vendors: [Any],
        source: "RFC 8414 §2",
    }
    UNREADABLE = 908 {
        severity: Error,
        title: "A credential could not be read, or nothing could be signed with it",
        seen: "There is no token, and no request is sent.",
        cause: "The file, the command or the service that provides the credential fails, or what it provides cannot be used.",
        remedy: "Check that the place exists, that the program may read it, and what is in it. It is read again when the next request needs it.",
        settings: [ClientSecret, AccessKeySecret, Assertion, SigningKey],
        vendors: [Any],
        source: "RFC 6749 §2.3",
    }
}

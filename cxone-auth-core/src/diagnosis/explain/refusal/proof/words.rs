//! The words by which servers say what they refuse of an assertion.

/// What Okta, Keycloak, Entra and Authlib say of an audience.
static OF_AN_AUDIENCE: [&str; 2] = ["audience", "aadsts700212"];

/// What they say of the time in an assertion.
static OF_THE_TIME: [&str; 20] = [
    "aadsts700024",
    "valid time range",
    "token is not active",
    "assertion is expired",
    "assertion has expired",
    "assertion expired",
    "expired assertion",
    "token is expired",
    "token has expired",
    "token expired",
    "expired token",
    "jwt is expired",
    "jwt has expired",
    "jwt expired",
    "expired jwt",
    "in the future",
    "not yet valid",
    "too long",
    "too old",
    "lifetime",
];

/// What they say of a key or a signature.
static OF_A_KEY: [&str; 17] = [
    "no key",
    "key not found",
    "key was not found",
    "unknown key",
    "matching key",
    "applicable key",
    "suitable key",
    "find key",
    "find a key",
    "key id",
    "key has expired",
    "key is expired",
    "unable to load public key",
    "jwks",
    "signature",
    "aadsts700027",
    "aadsts50013",
];

/// What they say of an assertion that they have seen before.
static OF_A_REPLAY: [&str; 9] = [
    "used before",
    "already used",
    "already been used",
    "has been used",
    "used twice",
    "reuse",
    "replay",
    "duplicate jti",
    "jti is not unique",
];

/// What they say of a client that they do not know, or that is not the one of the assertion.
static OF_THE_CLIENT: [&str; 13] = [
    "client not found",
    "client was not found",
    "unknown client",
    "client is unknown",
    "client is not known",
    "client does not exist",
    "client not registered",
    "client is not registered",
    "no such client",
    "no client",
    "not the client",
    "aadsts700016",
    "application with identifier",
];

/// What Entra says of an assertion of somebody for whom it has no federated credential.
static OF_THE_SUBJECT: [&str; 1] = ["no matching federated identity record"];

static METHODS: [&str; 3] = ["authentication method", "auth method", "private_key_jwt"];

/// The methods that a server names instead of an assertion.
static OTHER_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

static ALGORITHMS: [&str; 3] = ["algorithm", "signing alg", "'alg'"];

static NOT_ALLOWED: [&str; 9] = [
    "not allowed",
    "not supported",
    "unsupported",
    "not permitted",
    "not accepted",
    "not enabled",
    "not configured",
    "mismatch",
    "must be",
];

/// What a description speaks of. A server may name more than one.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a subject, and any may be named"
)]
pub(super) struct Subjects {
    pub(super) audience: bool,
    pub(super) time: bool,
    pub(super) key: bool,
    pub(super) replay: bool,
    pub(super) client: bool,
    /// Nobody knows the subject of the assertion.
    pub(super) federation: bool,
    pub(super) method: bool,
    pub(super) algorithm: bool,
}

impl Subjects {
    pub(super) fn of(description: &str) -> Self {
        let text = normalized(description);
        let has = |texts: &[&str]| texts.iter().any(|own| text.contains(own));
        let claims: Vec<&str> = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
            .collect();
        let names = |own: &[&str]| claims.iter().any(|claim| own.contains(claim));
        let audience = has(&OF_AN_AUDIENCE) || names(&["aud"]);
        let is_not_allowed = has(&NOT_ALLOWED);
        // Many servers say of an audience that it has to be their issuer.
        let is_issuer = !audience && names(&["iss", "sub", "issuer"]);
        Self {
            audience,
            time: has(&OF_THE_TIME) || names(&["exp", "iat", "nbf"]),
            key: has(&OF_A_KEY) || names(&["kid"]),
            replay: has(&OF_A_REPLAY),
            client: has(&OF_THE_CLIENT) || is_issuer,
            federation: has(&OF_THE_SUBJECT),
            method: has(&OTHER_METHODS) || has(&METHODS) && is_not_allowed,
            algorithm: has(&ALGORITHMS) && is_not_allowed,
        }
    }

    /// Reports whether the description does not say what is wrong with the assertion.
    pub(super) fn are_none(&self) -> bool {
        let Self {
            audience,
            time,
            key,
            replay,
            ..
        } = self;
        let Self {
            client,
            federation,
            method,
            algorithm,
            ..
        } = self;
        let all = [
            audience, time, key, replay, client, federation, method, algorithm,
        ];
        all.into_iter().all(|named| !named)
    }
}

/// Leaves out the client where it only says whose assertion it is.
fn normalized(description: &str) -> String {
    let mut text = description.to_ascii_lowercase();
    for word in ["assertion", "authentication", "auth"] {
        for joint in [" ", "_", "-"] {
            text = text.replace(&format!("client{joint}{word}"), word);
        }
    }
    text
}

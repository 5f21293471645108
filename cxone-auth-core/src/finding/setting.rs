//! The settings that a finding is about.

use std::fmt;

/// Makes the settings, each with its name in evidence.
macro_rules! settings {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// A setting that a cause may be about. Its name does not depend on the program.
        ///
        /// A program that reads its settings from flags, variables or a file maps these to its own
        /// names. It can then say where to change the value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Setting {
            $($(#[$doc])+ $name,)+
        }

        impl Setting {
            /// All settings.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the name in plain words, such as `client id`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

settings! {
    /// The platform of the server.
    Platform = "platform",
    /// The region of Genesys Cloud, or the cluster of Central.
    Region = "region",
    /// The issuer of CXone.
    Issuer = "issuer",
    /// The address of the token endpoint.
    TokenEndpoint = "token endpoint",
    /// The authorization server whose metadata names the token endpoint.
    Discovery = "issuer of the metadata",
    /// Where the API is, and where else a token may go.
    ApiBase = "API base",
    /// The client's id.
    ClientId = "client id",
    /// The client's secret.
    ClientSecret = "client secret",
    /// The id of the access key.
    AccessKeyId = "access key id",
    /// The secret of the access key.
    AccessKeySecret = "access key secret",
    /// The client's assertion.
    Assertion = "assertion",
    /// The key that signs the client's assertions.
    SigningKey = "signing key",
    /// To whom the client's assertions are addressed.
    AssertionAudience = "assertion audience",
    /// Where the credentials are in the request, and how they are encoded.
    ClientAuthentication = "client authentication",
    /// Whether credentials may hold unusual characters.
    UnusualCharacters = "unusual characters",
    /// The scopes that are asked for.
    Scope = "scope",
    /// What separates the scopes in the request.
    ScopeSeparator = "scope separator",
    /// A further parameter of the request.
    Parameter = "parameter",
    /// How long before its end a token is renewed.
    RefreshBefore = "refresh_before",
    /// How long a token must still be valid when it is returned.
    MinTtl = "min_ttl",
    /// The lifetime of a token if the server states none.
    AssumedLifetime = "assumed lifetime",
    /// The proxy on the way to the server.
    Proxy = "proxy",
    /// The root certificates that are trusted.
    TrustedCertificates = "trusted certificates",
    /// The certificate that the client shows in the TLS handshake.
    ClientCertificate = "client certificate",
    /// The private key of that certificate.
    ClientKey = "key of the client certificate",
    /// How long a request may take.
    Timeout = "timeout",
    /// Where processes share the token.
    Store = "store",
    /// The keys that seal what is stored.
    StoreKeys = "keys of the store",
    /// The password for the store's server.
    StorePassword = "password of the store",
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

//! The settings that a finding is about.

use std::fmt;

/// Makes the settings, each with the name that evidence has for it.
macro_rules! settings {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// What a user sets and a cause may be about, whatever a program calls it.
        ///
        /// A program that reads its settings from flags, variables or a file maps these to its own
        /// names, and can so say where the value stands that is to be changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Setting {
            $($(#[$doc])+ $name,)+
        }

        impl Setting {
            /// All settings.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in plain words, such as `client id`.
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
    /// Which platform the server is of.
    Platform = "platform",
    /// The region of Genesys Cloud, or the cluster of Central.
    Region = "region",
    /// The issuer of CXone.
    Issuer = "issuer",
    /// The address of the token endpoint.
    TokenEndpoint = "token endpoint",
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
    /// Where the credentials stand in the request, and how they are spelled.
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
    /// How long a token is to be valid that is handed out.
    MinTtl = "min_ttl",
    /// The lifetime of a token whose server states none.
    AssumedLifetime = "assumed lifetime",
    /// The proxy on the way to the server.
    Proxy = "proxy",
    /// The root certificates that are trusted.
    TrustedCertificates = "trusted certificates",
    /// How long a request may take.
    Timeout = "timeout",
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

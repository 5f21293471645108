//! Terms for which the library and a program use different words.

/// Makes the terms, each with the name of its slot in a text and the library's words for it.
macro_rules! terms {
    ($($name:ident = $slot:literal: $words:literal,)+) => {
        /// A part of a text that depends on the reader: the name of a method, or a clause that is
        /// true only for callers of the library.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Term {
            $(
                #[doc = concat!("The slot `{", $slot, "}`. The library says: “", $words, "”.")]
                $name,
            )+
        }

        impl Term {
            /// All terms.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the library's own words.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                }
            }

            /// Returns the term whose slot has this name.
            pub(super) fn of_slot(name: &str) -> Option<Self> {
                match name {
                    $($slot => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

terms! {
    // Platforms.
    GenesysCloud = "genesys_cloud": "Config::genesys_cloud",
    Cxone = "cxone": "Config::cxone",
    CxoneAccessKey = "cxone_access_key": "Config::cxone_access_key",
    Central = "central": "Config::central",
    Region = "region": "Config::genesys_cloud with the region",
    Issuer = "issuer": "Config::cxone with the issuer",
    KnownNames = "known_names": "Region::ALL and Issuer::ALL hold the known ones",
    NewerRegion = "newer_region": "Region::custom takes the domain of a newer region",
    GlobalIssuer = "global_issuer": "Issuer::Global",
    SeparateIssuers = "separate_issuers":
        "Issuer::FedRamp, Issuer::SovereignAu, Issuer::SovereignEu or Issuer::SovereignUk",
    OtherIssuer = "other_issuer": "Issuer::custom takes the URL of another issuer",
    AreaNa1 = "area_na1": "Area::Na1",
    OtherArea = "other_area": "Area::custom takes the URL of another area's UserHub",
    TokenEndpoint = "token_endpoint": "with_token_endpoint",
    Discovery = "discovery": "discovery::discover",
    InsecureHost = "insecure_host": "TokenEndpoint::with_insecure_host",
    // Credentials.
    ClientCredentials = "client_credentials": "ClientCredentials::new(id, secret)",
    CentralCredentials = "central_credentials": "ClientCredentials::central",
    AccessKey = "access_key": "AccessKey::new",
    UnusualCharacters = "allow_unusual_characters": "allow_unusual_characters()",
    NewSecret = "new_secret": "give the new one with replace_config",
    ClientAuthentication = "client_authentication": "with_client_authentication",
    Basic = "basic": "ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded)",
    BasicRaw = "basic_raw": "ClientAuthentication::Basic(BasicEncoding::Raw)",
    Body = "body": "ClientAuthentication::Body",
    AssertionAudience = "assertion_audience": "Config::with_assertion_audience",
    // The request.
    Scope = "scope": "with_scope",
    ScopeList = "scope_list": ", or use ScopeSet::from_comma_separated",
    CommaSeparator = "comma_separator": "with_scope_separator(ScopeSeparator::Comma)",
    Parameter = "parameter": "with_parameter",
    Header = "header": "with_header",
    // The way to the server.
    Proxy = "proxy": "TransportOptions::with_proxy",
    TrustedCertificates = "trusted_certificates": "TransportOptions::with_root_certificates",
    SigningKey = "signing_key": "use it with ClientCredentials::signed_by",
    ClientCertificate = "client_certificate": "by TransportOptions::with_client_certificate",
    Timeout = "timeout": "TransportOptions::with_timeout",
    Destination = "destination": "the token endpoint",
    // What a source does, or a caller.
    ByItself = "by_itself": ": a TokenSource does so by itself",
    OneToken = "one_token":
        "Use one TokenSource for the whole process, and clone it: its clones share one token and one request.",
    ShorterTimes = "shorter_times":
        "Use a shorter RenewalPolicy::with_refresh_before, or none, and a shorter TokenOptions::with_min_ttl.",
    AssumedLifetime = "assumed_lifetime":
        "Set the lifetime that the server's documentation names with RenewalPolicy::with_assumed_lifetime.",
    // The parts of an error.
    RetryAfter = "retry_after": "Error::retry_after",
    CorrelationId = "correlation_id": "Error::correlation_id",
    Description = "description": "Error::description",
    // Calls to an API.
    ApiBase = "api_base": "Config::with_api_base",
    ApiOrigin = "api_origin": "Config::with_api_origin",
    OwnBase = "own_base": "TokenSource::api_base",
    TenantBase = "tenant_base":
        "with TokenSource::api_base (it asks once a day, and again after forget_tenant)",
    DropToken = "drop_token":
        "Give the token up with invalidate and ask for another: AuthorizedClient does so by itself.",
    Source = "source": "the TokenSource",
    ApiLimits = "api_limits":
        ": RateLimit reads it, and with_max_wait lets the client wait. A TokenPool spreads the calls over several tokens where the vendor allows it",
}

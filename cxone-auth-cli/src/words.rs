//! The program's words for what the library names: the settings that a finding is about, and the
//! terms in the library's texts.

use cxone_auth_core::diagnosis::{Setting, Term};

/// Returns the name of a setting of a target.
pub(crate) fn name_of(setting: Setting) -> Option<&'static str> {
    Some(match setting {
        Setting::Platform => "platform",
        Setting::Region => "region",
        Setting::Issuer => "issuer",
        Setting::TokenEndpoint => "token-url",
        Setting::Discovery => "discover",
        Setting::ApiBase => "api-base",
        Setting::ClientId => "client-id",
        Setting::ClientSecret => "client-secret",
        Setting::AccessKeyId => "access-key-id",
        Setting::AccessKeySecret => "access-key-secret",
        Setting::ClientAuthentication => "client-auth",
        Setting::SigningKey => "key",
        Setting::Assertion => "assertion-file",
        Setting::ClientCertificate => "cert",
        Setting::ClientKey => "cert-key",
        Setting::AssertionAudience => "assertion-audience",
        Setting::UnusualCharacters => "allow-unusual-characters",
        Setting::Scope => "scope",
        Setting::ScopeSeparator => "scope-separator",
        Setting::Proxy => "proxy",
        Setting::TrustedCertificates => "ca-file",
        Setting::Timeout => "timeout",
        Setting::Store => "store",
        Setting::StoreKeys => "store-key-file",
        Setting::StorePassword => "store-password",
        // Parameters have their own names. The other settings belong to the library or to one
        // command.
        _ => return None,
    })
}

/// Returns the library's setting with this name, or `None` if only the program has it.
pub(crate) fn setting_of(name: &str) -> Option<Setting> {
    let mut settings = Setting::ALL.iter().copied();
    settings.find(|setting| name_of(*setting) == Some(name))
}

/// Returns what the program says for a term.
pub(crate) fn of_the_program(term: Term) -> Option<&'static str> {
    Some(match term {
        Term::GenesysCloud => "--platform genesys-cloud",
        Term::Cxone => "--platform cxone",
        Term::CxoneAccessKey => "--platform cxone without --client-id",
        Term::Central => "--platform central",
        Term::Region => "--region",
        Term::Issuer => "--issuer",
        Term::KnownNames => "cxone-auth platforms lists the known ones",
        Term::NewerRegion => "--region takes the domain of a newer region below pure.cloud",
        Term::GlobalIssuer => "--issuer global",
        Term::SeparateIssuers => "--issuer fedramp, sovereign-au, sovereign-eu or sovereign-uk",
        Term::OtherIssuer => "--issuer takes the URL of another issuer",
        Term::AreaNa1 => "--issuer na1",
        Term::OtherArea => "--issuer takes the URL of another area's UserHub",
        Term::TokenEndpoint => "--token-url",
        Term::Discovery => "--discover",
        Term::InsecureHost => "--insecure-host",
        Term::ClientCredentials => "--client-id and --client-secret-file",
        Term::CentralCredentials => "--client-id application@vendor and --client-secret-file",
        Term::AccessKey => "--access-key-id and --access-key-secret-file",
        Term::UnusualCharacters => "--allow-unusual-characters",
        Term::NewSecret => "put the new one in its place",
        Term::ClientAuthentication => "--client-auth",
        Term::Basic => "--client-auth basic",
        Term::BasicRaw => "--client-auth basic-raw",
        Term::Body => "--client-auth body",
        Term::AssertionAudience => "--assertion-audience",
        Term::Scope => "--scope",
        Term::CommaSeparator => "--scope-separator comma",
        Term::Parameter => "--param",
        Term::Header => "--header",
        Term::Proxy => "--proxy",
        Term::TrustedCertificates => "--ca-file",
        Term::SigningKey => "give its file as --key",
        Term::ClientCertificate => "with --cert and --cert-key",
        Term::Timeout => "--timeout",
        Term::Destination => "the token endpoint",
        Term::OneToken => {
            "Let all programs take their token from cxone-auth token: with its store, they share one \
             token and one request."
        }
        Term::ShorterTimes => "Use a shorter --min-ttl, or none.",
        Term::AssumedLifetime => "The program takes such a token for one of five minutes.",
        Term::RetryAfter => "retry_after in the error of --output json",
        Term::CorrelationId => "correlation_id (--output json)",
        Term::Description => "the description",
        Term::ApiBase | Term::ApiOrigin => "--api-base",
        Term::OwnBase => "its own base",
        Term::TenantBase => "as cxone-auth doctor --api=/PATH does",
        Term::DropToken => "Drop the token with cxone-auth forget and ask for another.",
        Term::Source => "cxone-auth",
        // Only a caller of the library can do this. The term stands at the end of a sentence.
        Term::ScopeList | Term::ByItself | Term::ApiLimits => "",
        _ => return None,
    })
}

/// Returns the program's words about a command with `--no-cache`.
pub(crate) fn without_the_store(term: Term) -> Option<&'static str> {
    match term {
        Term::OneToken => Some(
            "Leave out --no-cache: with the store, all processes share one token and one request.",
        ),
        term => of_the_program(term),
    }
}

/// Returns the program's words about a command with `--force-refresh`.
pub(crate) fn of_a_forced_request(term: Term) -> Option<&'static str> {
    match term {
        Term::OneToken => Some(
            "Leave out --force-refresh: without it, all processes share one token and one request.",
        ),
        term => of_the_program(term),
    }
}

/// Returns the program's words about an API request, for terms that the library uses about a token
/// request.
pub(crate) fn of_an_api(term: Term) -> Option<&'static str> {
    match term {
        Term::Destination => Some("the API"),
        term => of_the_program(term),
    }
}

/// Returns the program's words about an API request that the agent passes on.
#[cfg(unix)]
pub(crate) fn of_the_agent(term: Term) -> Option<&'static str> {
    match term {
        Term::Destination => of_an_api(term),
        term => of_a_profile(term),
    }
}

/// Returns the words of the agent, whose settings are the keys of a profile and have no flags.
#[cfg(unix)]
pub(crate) fn of_a_profile(term: Term) -> Option<&'static str> {
    Some(match term {
        Term::GenesysCloud => "platform = \"genesys-cloud\"",
        Term::Cxone => "platform = \"cxone\"",
        Term::CxoneAccessKey => "platform = \"cxone\" without client-id",
        Term::Central => "platform = \"central\"",
        Term::Region => "region",
        Term::Issuer => "issuer",
        Term::NewerRegion => "region takes the domain of a newer region below pure.cloud",
        Term::GlobalIssuer => "issuer = \"global\"",
        Term::SeparateIssuers => "issuer = fedramp, sovereign-au, sovereign-eu or sovereign-uk",
        Term::OtherIssuer => "issuer takes the URL of another issuer",
        Term::AreaNa1 => "issuer = \"na1\"",
        Term::OtherArea => "issuer takes the URL of another area's UserHub",
        Term::TokenEndpoint => "token-url",
        Term::Discovery => "discover",
        Term::InsecureHost => "insecure-host",
        Term::ClientCredentials => "client-id and client-secret-file",
        Term::CentralCredentials => "client-id = \"application@vendor\" and client-secret-file",
        Term::AccessKey => "access-key-id and access-key-secret-file",
        Term::UnusualCharacters => "allow-unusual-characters",
        Term::ClientAuthentication => "client-auth",
        Term::Basic => "client-auth = \"basic\"",
        Term::BasicRaw => "client-auth = \"basic-raw\"",
        Term::Body => "client-auth = \"body\"",
        Term::AssertionAudience => "assertion-audience",
        Term::Scope => "scope",
        Term::CommaSeparator => "scope-separator = \"comma\"",
        Term::Parameter => "params",
        Term::Header => "headers",
        Term::Proxy => "proxy",
        Term::TrustedCertificates => "ca-file",
        Term::SigningKey => "name its file in key",
        Term::ClientCertificate => "with cert and cert-key",
        Term::Timeout => "timeout",
        Term::OneToken => {
            "Set store in the profile: all processes share one token and one request."
        }
        Term::ShorterTimes => "Use a shorter min-remaining for the agent.",
        Term::RetryAfter => "Retry-After",
        Term::CorrelationId => "the correlation id",
        Term::ApiBase | Term::ApiOrigin => "api-base in the profile",
        Term::TenantBase => "as cxone-auth doctor does with an API",
        Term::DropToken => "The agent asks for another token by itself: call again later.",
        term => return of_the_program(term),
    })
}

/// Reports whether the library's words tell of a setting that is missing.
pub(crate) fn tell_of_something_missing(text: &str) -> bool {
    text.contains(" is not set or is empty")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(unix)]
    use crate::failure::Failure;
    use crate::target;
    use cxone_auth_core::config::BasicEncoding;
    use cxone_auth_core::diagnosis::{Wording, catalogue};
    use cxone_auth_core::{
        AccessKey, Area, ClientAuthentication, ClientCredentials, Config, Error, Issuer, Region,
    };

    #[cfg(unix)]
    const WORDINGS: [Wording; 6] = [
        of_the_program,
        without_the_store,
        of_a_forced_request,
        of_an_api,
        of_the_agent,
        of_a_profile,
    ];
    #[cfg(not(unix))]
    const WORDINGS: [Wording; 4] = [
        of_the_program,
        without_the_store,
        of_a_forced_request,
        of_an_api,
    ];

    #[track_caller]
    fn assert_names_no_item(text: &str) {
        for word in [
            "::",
            "with_",
            "()",
            "_config",
            "_tenant",
            "TokenSource",
            "TokenPool",
            "AccessKey",
            "Authorized",
            "RateLimit",
            "Options",
            "api_base",
            "invalidate",
            "library",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }

    #[test]
    fn the_program_has_words_for_every_term() {
        for wording in WORDINGS {
            for term in Term::ALL {
                let words = wording(*term);
                assert!(words.is_some(), "{term:?}");
                assert_names_no_item(words.unwrap_or_default());
            }
        }
    }

    /// Whoever reads it has a profile, and no command line.
    #[cfg(unix)]
    #[test]
    fn the_agent_names_no_flag() {
        for entry in catalogue() {
            for text in [entry.seen, entry.cause, entry.remedy] {
                for wording in [of_the_agent as Wording, of_a_profile] {
                    let text = text.in_words(wording).to_string();
                    assert!(!text.contains("--"), "{text}");
                }
            }
        }
        for error in errors() {
            let text = Failure::from(error).in_a_profile().to_string();
            assert!(!text.contains("--"), "{text}");
        }
        for name in ["client-id", "client-secret", "store-key-file", "key"] {
            let text = target::in_a_profile(&format!("give {}.", target::ways(name).unwrap()));
            assert!(
                !text.contains("--") && !text.contains("CXONE_AUTH"),
                "{text}"
            );
            assert!(text.contains(" = … in the profile."), "{text}");
        }
    }

    #[test]
    fn the_catalogue_names_what_a_user_of_the_program_sets() {
        for entry in catalogue() {
            for text in [entry.seen, entry.cause, entry.remedy] {
                for wording in WORDINGS {
                    assert_names_no_item(&text.in_words(wording).to_string());
                }
                assert!(!text.to_string().contains("--"), "{text}");
            }
        }
    }

    #[test]
    fn every_setting_with_a_name_can_be_given() {
        let named = Setting::ALL.iter().filter_map(|setting| name_of(*setting));
        for name in named {
            assert!(target::ways(name).is_some(), "{name}");
        }
    }

    fn errors() -> [Error; 10] {
        let credentials = || ClientCredentials::new("a:b", "a-secret");
        let custom = Config::custom("https://example.com/t".parse().unwrap(), credentials());
        let custom = custom.unwrap();
        let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
        let client = AccessKey::new("4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f", "a-secret");
        let unusual = ClientCredentials::new("an-id", "a-secret\n");
        [
            "nowhere-1".parse::<Region>().unwrap_err(),
            "nowhere-1".parse::<Issuer>().unwrap_err(),
            "nowhere-1".parse::<Area>().unwrap_err(),
            "global".parse::<Area>().unwrap_err(),
            "na2".parse::<Area>().unwrap_err(),
            Config::cxone_access_key(Area::Na1, AccessKey::new("k", "")).unwrap_err(),
            Config::cxone_access_key(Area::Na1, client).unwrap_err(),
            Config::genesys_cloud(Region::UsEast1, unusual).unwrap_err(),
            custom.clone().with_client_authentication(raw).unwrap_err(),
            custom.with_parameter("scope", "a").unwrap_err(),
        ]
    }

    #[test]
    fn errors_name_what_a_user_of_the_program_sets() {
        for error in errors() {
            let (own, library) = (error.in_words(of_the_program), error.to_string());
            assert_names_no_item(&own.to_string());
            assert!(!library.contains("--"), "{library}");
            for finding in error.diagnosis() {
                assert_names_no_item(&finding.in_words(of_the_program).to_string());
                assert!(!finding.to_string().contains("--"), "{finding}");
            }
        }
    }
}

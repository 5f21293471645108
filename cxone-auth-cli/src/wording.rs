//! The library's words for a setting, and the program's.
//!
//! Findings are written for anyone who calls the library. Here they are read by anyone who types a
//! command, who knows the same settings by the names of flags. Only text of the library is put into
//! other words: what comes from outside, such as a server's description, stays as it is.

use cxone_auth_core::Error;
use cxone_auth_core::diagnosis::{Diagnosis, Finding};

/// What the library says, and what the program says for it. Whole phrases come first, and of two
/// names the longer one.
const WORDS: &[(&str, &str)] = &[
    // Where the program does it in another way.
    (
        ", or call allow_unusual_characters() if it belongs there",
        ", or give --allow-unusual-characters if it belongs there",
    ),
    (
        "Call allow_unusual_characters() if",
        "Give --allow-unusual-characters if",
    ),
    (
        "Use ScopeSet::from_comma_separated, or write spaces. \
         with_scope_separator(ScopeSeparator::Comma) is",
        "Write spaces. --scope-separator comma is",
    ),
    (
        "Region::custom takes the domain of a newer region, Issuer::custom the URL of another issuer",
        "--region takes the domain of a newer region below pure.cloud, --issuer the URL of another \
         issuer",
    ),
    (
        "Region::custom takes the domain of a newer region",
        "--region takes the domain of a newer region below pure.cloud",
    ),
    (
        "Issuer::custom takes the URL of another issuer",
        "--issuer takes the URL of another issuer",
    ),
    (
        "Issuer::custom takes the URL of another",
        "--issuer takes the URL of another",
    ),
    (
        "(RenewalPolicy::with_refresh_before)",
        "(a setting of the library)",
    ),
    (
        "Use a shorter RenewalPolicy::with_refresh_before, or none, and a shorter TokenOptions::with_min_ttl.",
        "Use a shorter --min-ttl, or none.",
    ),
    (
        "Set the lifetime that the server's documentation names with \
         RenewalPolicy::with_assumed_lifetime.",
        "The program takes such a token for one of five minutes.",
    ),
    (
        "Wait for as long as Error::retry_after says. A TokenSource does so by itself.",
        "Wait for as long as retry_after in the error of --output json says.",
    ),
    (
        "Use one TokenSource for the whole process, and clone it: its clones share one token and \
         one request.",
        "Leave out --no-cache: with the cache, all processes share one token and one request.",
    ),
    (": a TokenSource does so by itself", ""),
    (
        "the platforms of this library know their paths",
        "the platforms know their paths",
    ),
    ("this library", "this program"),
    (
        "written by the configuration itself: use its own method",
        "written by the program itself",
    ),
    ("Give that one to Config::genesys_cloud", "Give that one"),
    (
        "give the new one with replace_config",
        "put the new one in its place",
    ),
    (
        "give the vendor Error::correlation_id",
        "give the vendor correlation_id (--output json)",
    ),
    // Calls to an API.
    (
        "Give the token up with invalidate and ask for another: AuthorizedClient does so by itself.",
        "Drop the token with cxone-auth forget and ask for another.",
    ),
    (
        "Ask the TokenSource for the token before each call, which costs nothing while it is fresh,",
        "Ask cxone-auth for the token before each call, which costs no request while it is fresh,",
    ),
    (
        ": RateLimit reads it, and with_max_wait lets the client wait. A TokenPool spreads the calls \
         over several tokens where the vendor allows it.",
        ".",
    ),
    (
        ", with api_base of the source, and never",
        ", as cxone-auth doctor --api=/PATH does, and never",
    ),
    (
        " A source asks for it once a day, and again after forget_tenant.",
        "",
    ),
    (
        "Call the API below api_base of the source. If the host is right, name its origin with \
         Config::with_api_origin or Config::with_api_base.",
        "Call the API below its own base. If the host is right, name it with --api-base.",
    ),
    (
        "allow its origin with Config::with_api_origin",
        "name it with --api-base",
    ),
    (
        "allow another with Config::with_api_origin",
        "name another with --api-base",
    ),
    ("Config::with_api_base", "--api-base"),
    (
        "A TokenPool of more than ten sources.",
        "A program of yours holds a pool of more than ten tokens.",
    ),
    (
        "Each source fetches and renews",
        "Each member fetches and renews",
    ),
    ("Read Error::description", "Read the description"),
    ("with with_parameter", "with --param"),
    ("in with_client_authentication", "in --client-auth"),
    // Settings by their names.
    (
        "ClientCredentials::new(id, secret)",
        "--client-id and --client-secret-file",
    ),
    (
        "Config::central with ClientCredentials::central",
        "--platform central with --client-id application@vendor",
    ),
    (
        "give them to ClientCredentials::central, which joins them",
        "give them as --client-id application@vendor and --client-secret-file",
    ),
    (
        "ClientCredentials for the id and secret",
        "--client-id and --client-secret-file for the id and secret",
    ),
    (
        "AccessKey::new",
        "--access-key-id and --access-key-secret-file",
    ),
    ("an AccessKey", "an access key"),
    ("Region::EuCentral1", "--region eu-central-1"),
    ("Config::genesys_cloud", "--platform genesys-cloud"),
    ("Config::cxone", "--platform cxone"),
    ("Config::central", "--platform central"),
    ("Issuer::FedRamp", "--issuer fedramp"),
    ("Issuer::SovereignAu", "sovereign-au"),
    ("Issuer::SovereignEu", "sovereign-eu"),
    ("Issuer::SovereignUk", "sovereign-uk"),
    ("Issuer::Global", "--issuer global"),
    (
        "ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded)",
        "--client-auth basic",
    ),
    (
        "ClientAuthentication::Basic(BasicEncoding::Raw)",
        "--client-auth basic-raw",
    ),
    ("BasicEncoding::FormUrlEncoded", "--client-auth basic"),
    ("BasicEncoding::Raw", "--client-auth basic-raw"),
    ("ClientAuthentication::Body", "--client-auth body"),
    ("with_client_authentication", "--client-auth"),
    ("with_token_endpoint", "--token-url"),
    ("with_parameter", "--param"),
    ("with_scope", "--scope"),
    // The way to the server.
    ("the proxy with TransportOptions", "the proxy with --proxy"),
    ("a proxy with TransportOptions", "a proxy with --proxy"),
    (
        "root certificate to TransportOptions",
        "root certificate with --ca-file",
    ),
    (
        "the root certificates and the proxy in TransportOptions",
        "--ca-file and --proxy",
    ),
    (
        "the proxy in TransportOptions",
        "the proxy, which --proxy names",
    ),
    ("more time in TransportOptions", "more time with --timeout"),
    (
        "that TransportOptions or the call allows",
        "that --timeout allows",
    ),
];

/// The message of an error. That of a response or of a failed request is as it is: a part of it is
/// the server's, and the library names none of its items there.
pub(crate) fn message(error: &Error) -> String {
    let text = error.to_string();
    if error.status().is_some() || error.transport().is_some() {
        return text;
    }
    beside_quotes(&text)
}

/// The finding as the library prints it.
pub(crate) fn finding(finding: &Finding) -> String {
    let (code, severity, confidence) = (finding.code(), finding.severity(), finding.confidence());
    let seen = match &*evidence(finding) {
        "" => String::new(),
        evidence => format!("  seen: {evidence}\n"),
    };
    format!(
        "{code} {} ({severity}, {confidence})\n{seen}  why:  {}\n  fix:  {}",
        finding.title(),
        of_the_program(finding.cause()),
        of_the_program(finding.remedy()),
    )
}

/// The evidence of a finding. Only that of these findings names items of the library, and it holds
/// nothing from outside; any other may quote what a server said.
pub(crate) fn evidence(finding: &Finding) -> String {
    const IN_WORDS_OF_THE_LIBRARY: [u16; 2] = [109, 307];
    if IN_WORDS_OF_THE_LIBRARY.contains(&finding.code().number()) {
        of_the_program(finding.evidence())
    } else {
        finding.evidence().to_owned()
    }
}

/// The findings as the library prints them.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> String {
    if diagnosis.is_empty() {
        return diagnosis.to_string();
    }
    let findings: Vec<String> = diagnosis.iter().map(finding).collect();
    findings.join("\n\n")
}

/// The text in other words, but for the values in it: what stands between the first backtick and
/// the last, and addresses.
fn beside_quotes(text: &str) -> String {
    if let (Some(start), Some(end)) = (text.find('`'), text.rfind('`')) {
        let (before, after) = (&text[..start], &text[end..]);
        return beside_addresses(before) + &text[start..end] + &beside_addresses(after);
    }
    beside_addresses(text)
}

fn beside_addresses(text: &str) -> String {
    let Some(separator) = text.find("://") else {
        return of_the_program(text);
    };
    let start = text[..separator]
        .rfind(char::is_whitespace)
        .map_or(0, |blank| blank + 1);
    let length = text[start..]
        .find(char::is_whitespace)
        .unwrap_or(text.len() - start);
    let (address, after) = text[start..].split_at(length);
    of_the_program(&text[..start]) + address + &beside_addresses(after)
}

/// The same text of the library with the names that this program has for the settings.
pub(crate) fn of_the_program(text: &str) -> String {
    WORDS
        .iter()
        .fold(text.to_owned(), |text, (library, program)| {
            text.replace(library, program)
        })
}

#[cfg(test)]
mod property;

#[cfg(test)]
mod tests {
    use super::*;
    use cxone_auth_core::diagnosis::catalogue;
    use cxone_auth_core::{ClientCredentials, Config, Region};

    fn assert_is_of_the_program(text: &str) {
        assert_names_no_item(&of_the_program(text));
    }

    fn assert_names_no_item(own: &str) {
        for word in [
            "::",
            "with_",
            "()",
            "_config",
            "TokenSource",
            "TokenPool",
            "AccessKey",
            "Authorized",
            "RateLimit",
            "Options",
            "api_base",
            "invalidate",
            "this library",
        ] {
            assert!(!own.contains(word), "{word}: {own}");
        }
    }

    #[test]
    fn the_catalogue_speaks_of_flags() {
        for entry in catalogue() {
            for text in [entry.seen, entry.cause, entry.remedy] {
                assert_is_of_the_program(text);
            }
        }
    }

    #[test]
    fn errors_speak_of_flags() {
        let unknown = "nowhere-1".parse::<Region>().unwrap_err();
        assert_names_no_item(&message(&unknown));
        let unusual = ClientCredentials::new("an-id", "a-secret\n");
        let unusual = Config::genesys_cloud(Region::UsEast1, unusual).unwrap_err();
        assert_names_no_item(&message(&unusual));
        let colon = "https://example.com/t".parse().unwrap();
        let colon = Config::custom(colon, ClientCredentials::new("a:b", "a-secret")).unwrap();
        let raw = cxone_auth_core::config::BasicEncoding::Raw;
        let raw = cxone_auth_core::ClientAuthentication::Basic(raw);
        let colon = colon.with_client_authentication(raw).unwrap_err();
        assert_names_no_item(&message(&colon));
        assert_names_no_item(&diagnosis(colon.diagnosis()));
    }

    #[test]
    fn no_phrase_is_spoilt_by_one_before_it() {
        for (index, (library, program)) in WORDS.iter().enumerate() {
            let earlier = WORDS[..index].iter().find(|(own, _)| library.contains(own));
            assert!(earlier.is_none(), "{library}: {earlier:?}");
            assert_is_of_the_program(program);
        }
    }
}

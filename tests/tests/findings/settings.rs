//! Each finding names the settings that it is about, as closely as the case tells.

use cxone_auth_core::config::{BasicEncoding, ScopeSeparator};
use cxone_auth_core::diagnosis::{Finding, Setting as S, Term, catalogue};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{ClientAuthentication, Config, Error, inspect};

use super::fixture::{
    KEY_ID, KEY_SECRET, SECRET, UUID, central, custom, cxone_with, cxone_with_key, genesys,
    genesys_with, invalid_client, plain,
};

const LOGIN: &str = "https://login.mypurecloud.com/oauth/token";
const FEDRAMP: &str = "https://cxone-gov.niceincontact.com/auth/token";

fn settings(findings: &cxone_auth_core::diagnosis::Diagnosis, code: &str) -> Vec<S> {
    let code = code.parse().unwrap();
    let found = findings.iter().find(|finding| finding.code() == code);
    found
        .unwrap_or_else(|| panic!("{code}: {findings:?}"))
        .settings()
        .to_vec()
}

#[test]
fn a_credential_that_is_wrong_is_named_and_no_other() {
    let quoted = format!("\"{SECRET}\"");
    let key = |id, secret| cxone_with_key(id, secret);
    for (config, code, expected) in [
        (
            genesys_with(UUID, "YOUR_CLIENT_SECRET"),
            "CXA-101",
            vec![S::ClientSecret],
        ),
        (
            genesys_with("YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET"),
            "CXA-101",
            vec![S::ClientId, S::ClientSecret],
        ),
        (
            key("KEYID====", "redacted"),
            "CXA-101",
            vec![S::AccessKeySecret],
        ),
        (
            key(" KEYID====", "KEYSECRET===="),
            "CXA-102",
            vec![S::AccessKeyId],
        ),
        (
            genesys_with(UUID, &quoted),
            "CXA-104",
            vec![S::ClientSecret],
        ),
        (
            genesys_with(SECRET, UUID),
            "CXA-105",
            vec![S::ClientId, S::ClientSecret],
        ),
        (genesys_with("my-app", SECRET), "CXA-110", vec![S::ClientId]),
        (
            cxone_with(KEY_ID, KEY_SECRET, UUID, SECRET),
            "CXA-113",
            vec![S::ClientId, S::ClientSecret, S::AccessKeyId],
        ),
        (
            cxone_with(UUID, SECRET, UUID, KEY_SECRET),
            "CXA-113",
            vec![S::AccessKeyId],
        ),
        (
            cxone_with(UUID, SECRET, &KEY_ID[..52], KEY_SECRET),
            "CXA-114",
            vec![S::AccessKeyId],
        ),
        (genesys_with(UUID, "null"), "CXA-115", vec![S::ClientSecret]),
        (
            genesys().with_token_endpoint(LOGIN.parse().unwrap()),
            "CXA-217",
            vec![S::Region, S::TokenEndpoint],
        ),
        (
            cxone_with(UUID, SECRET, KEY_ID, KEY_SECRET)
                .with_token_endpoint(FEDRAMP.parse().unwrap()),
            "CXA-217",
            vec![S::Issuer, S::TokenEndpoint],
        ),
    ] {
        assert_eq!(settings(&inspect(&config), code), expected, "{code}");
    }
}

#[test]
fn a_value_that_is_refused_or_missing_is_named() {
    for (variable, value, code, setting) in [
        ("CXONE_AUTH_CLIENT_ID", "", "CXA-112", S::ClientId),
        ("CXONE_AUTH_CLIENT_SECRET", "", "CXA-112", S::ClientSecret),
        ("CXONE_AUTH_CLIENT_SECRET", " ", "CXA-112", S::ClientSecret),
        ("CXONE_AUTH_ACCESS_KEY_ID", "", "CXA-310", S::AccessKeyId),
        (
            "CXONE_AUTH_ACCESS_KEY_SECRET",
            "",
            "CXA-310",
            S::AccessKeySecret,
        ),
        (
            "CXONE_AUTH_ACCESS_KEY_SECRET",
            "a\u{200b}b",
            "CXA-103",
            S::AccessKeySecret,
        ),
    ] {
        let lookup = |name: &str| match name {
            name if name == variable => Some(value.to_owned()),
            "CXONE_AUTH_PLATFORM" => Some("cxone".to_owned()),
            _ if name.ends_with("_ID") || name.ends_with("_SECRET") => Some("a-value".to_owned()),
            _ => None,
        };
        let error = Config::from_variables(lookup).unwrap_err();
        assert_eq!(settings(error.diagnosis(), code)[0], setting, "{variable}");
    }
}

#[test]
fn a_separator_is_named_where_it_is_the_cause_and_the_scope_where_that_is() {
    let scope = "a b".parse().unwrap();
    let separated = central()
        .with_scope(scope)
        .with_scope_separator(ScopeSeparator::Comma);
    assert_eq!(
        settings(&inspect(&separated), "CXA-401"),
        [S::ScopeSeparator]
    );
    let listed = genesys().with_scope("a,b".parse().unwrap());
    assert_eq!(settings(&inspect(&listed), "CXA-401"), [S::Scope]);
}

#[test]
fn a_certificate_is_a_matter_of_trust_of_the_address_or_of_neither() {
    for (words, expected) in [
        (
            "invalid peer certificate: UnknownIssuer",
            &[S::TrustedCertificates][..],
        ),
        (
            "invalid peer certificate: NotValidForName",
            &[S::TokenEndpoint, S::Region, S::Issuer, S::Platform],
        ),
        ("invalid peer certificate: Expired", &[]),
        ("something else", &[S::TrustedCertificates]),
    ] {
        let failure = TransportError::new(TransportErrorKind::Tls).with_source(words);
        let error = Error::of_transport(failure);
        assert_eq!(settings(error.diagnosis(), "CXA-603"), expected, "{words}");
    }
}

#[test]
fn every_setting_is_what_some_finding_is_about() {
    let named: Vec<S> = catalogue()
        .flat_map(|entry| entry.settings)
        .copied()
        .collect();
    // Only the rules name these, in place of what the catalogue has.
    let by_rules = [S::UnusualCharacters, S::ScopeSeparator];
    for setting in S::ALL {
        assert!(
            named.contains(setting) || by_rules.contains(setting),
            "{setting}"
        );
    }
}

fn of_a_program(term: Term) -> Option<&'static str> {
    match term {
        Term::BasicRaw => Some("basic-raw"),
        Term::ClientAuthentication => Some("client-auth"),
        _ => None,
    }
}

#[test]
fn a_program_has_its_own_words_in_each_part_of_a_finding_and_in_a_message() {
    let refused = invalid_client(&custom("service", "a+b"));
    let finding: &Finding = refused.first().unwrap();
    let evidence = finding.evidence_in_words(of_a_program).to_string();
    assert!(evidence.ends_with("try next is basic-raw"), "{evidence}");
    let own = finding.in_words(of_a_program).to_string();
    assert!(
        own.contains(&evidence) && own.contains("Use client-auth as"),
        "{own}"
    );
    assert!(refused.in_words(of_a_program).to_string().starts_with(&own));

    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    let colon = custom("a:b", "Xq3")
        .with_client_authentication(raw)
        .unwrap_err();
    let body = |term| (term == Term::Body).then_some("body");
    let own = colon.in_words(body).to_string();
    assert!(
        own.ends_with("(BasicEncoding::FormUrlEncoded) or body"),
        "{own}"
    );
    assert_eq!(colon.in_words(|_| None).to_string(), colon.to_string());
}

#[test]
fn what_comes_from_outside_has_no_slots() {
    let hostile = "{scope} with_scope {body} ClientAuthentication::Body";
    let words = |_| Some("--other");
    let body = format!(r#"{{"error":"odd","error_description":"{hostile}"}}"#);
    let error = super::fixture::error_of(&plain(), 400, &[], &body);
    assert!(error.to_string().contains(hostile), "{error}");
    assert_eq!(error.in_words(words).to_string(), error.to_string());
    let name = "<{scope} with_scope>";
    let unknown = name.parse::<cxone_auth_core::Region>().unwrap_err();
    let own = unknown.in_words(words).to_string();
    assert!(own.contains(name) && own.ends_with("(--other)"), "{own}");
}

//! Which finding comes first, which stands beside it, and how sure each of them is.

use cxone_auth_core::Config;
use cxone_auth_core::diagnosis::{Confidence, Diagnosis, Finding, FindingCode as Code};

use super::fixture::{
    called, custom, cxone, diagnosed, genesys, in_body, invalid_client, listing, plain, raw,
    refused, scoped,
};
use super::proof::signed;

fn codes(diagnosis: &Diagnosis) -> Vec<Code> {
    diagnosis.iter().map(Finding::code).collect()
}

fn confidence(diagnosis: &Diagnosis, code: Code) -> Option<Confidence> {
    let found = diagnosis.iter().find(|finding| finding.code() == code)?;
    Some(found.confidence())
}

#[test]
fn where_cxone_refuses_basic_the_body_is_asked_for_next_to_the_secret() {
    let with_risky_secret = |secret: &str| {
        let key = cxone_auth_core::AccessKey::new("KEYID====", "KEYSECRET234567====");
        let client = cxone_auth_core::ClientCredentials::new("cx-client", secret);
        Config::cxone(cxone_auth_core::Issuer::Global, client, key).unwrap()
    };
    for config in [cxone(), with_risky_secret("cx/secret+=="), raw(cxone())] {
        for status in [400, 401] {
            let diagnosis = refused(&config, status, "invalid_client", "");
            let first = &codes(&diagnosis)[..2];
            assert_eq!(first, [Code::WRONG_SECRET, Code::OTHER_PLACEMENT]);
            let evidence = diagnosis.findings()[1].evidence();
            for name in ["client_secret_basic", "client_secret_post", "registered"] {
                assert!(evidence.contains(name), "{evidence}");
            }
        }
    }
}

#[test]
fn elsewhere_and_after_the_body_the_other_place_is_only_possible() {
    for diagnosis in [
        refused(&in_body(cxone()), 401, "invalid_client", ""),
        refused(&plain(), 401, "invalid_client", ""),
    ] {
        let possible = Some(Confidence::Possible);
        assert_eq!(confidence(&diagnosis, Code::OTHER_PLACEMENT), possible);
    }
    // A bare 403 is a gateway's, and the secret was accepted where the key is refused.
    for diagnosis in [
        diagnosed(&cxone(), 403, &[], ""),
        refused(&cxone(), 400, "invalid_grant", ""),
    ] {
        assert_eq!(confidence(&diagnosis, Code::OTHER_PLACEMENT), None);
    }
}

#[test]
fn a_scope_that_was_invented_is_told_of_a_vendor_only() {
    let invented = "urn:genesyscloud:all";
    let at = |config: Config| refused(&scoped(config, invented), 400, "invalid_scope", "");
    assert_eq!(codes(&at(genesys()))[0], Code::INVENTED_SCOPE);
    assert_eq!(codes(&at(cxone()))[0], Code::INVENTED_SCOPE);
    let own_server = at(plain());
    assert_eq!(codes(&own_server), [Code::SCOPE_REFUSED]);
    let evidence = own_server.findings()[0].evidence();
    assert!(evidence.contains(invented), "{evidence}");
}

#[test]
fn a_scope_fault_of_the_text_comes_before_the_scope_that_is_refused() {
    for (config, expected) in [
        (scoped(plain(), "read,write"), Code::COMMA_JOINED),
        (scoped(plain(), "openid read"), Code::USER_FLOW_SCOPE),
        (scoped(genesys(), "users"), Code::ROLES_NOT_SCOPES),
    ] {
        let found = codes(&refused(&config, 400, "invalid_scope", ""));
        assert_eq!(found[0], expected);
        assert!(found.contains(&Code::SCOPE_REFUSED), "{found:?}");
    }
}

#[test]
fn a_500_to_a_spelling_that_a_server_may_trip_over_is_not_certain() {
    let risky = || custom("service", "100%");
    for config in [risky(), raw(risky())] {
        for (body, code) in [
            ("", None),
            (r#"{"error":"server_error"}"#, Some("server_error")),
        ] {
            let diagnosis = diagnosed(&config, 500, &[], body);
            let found = codes(&diagnosis);
            assert_eq!(
                found[..2],
                [Code::OUT_OF_ORDER, Code::OTHER_SPELLING],
                "{code:?}"
            );
            let likely = Some(Confidence::Likely);
            assert_eq!(confidence(&diagnosis, Code::OUT_OF_ORDER), likely);
        }
    }
    // A gateway has not read the credentials, nor has any server where both spellings are one.
    for diagnosis in [
        diagnosed(&risky(), 502, &[], ""),
        diagnosed(&risky(), 503, &[], ""),
        diagnosed(&in_body(risky()), 500, &[], ""),
        diagnosed(&plain(), 500, &[], ""),
    ] {
        assert_eq!(codes(&diagnosis), [Code::OUT_OF_ORDER]);
        let certain = Some(Confidence::Certain);
        assert_eq!(confidence(&diagnosis, Code::OUT_OF_ORDER), certain);
    }
}

#[test]
fn a_spelling_is_never_certain_where_only_the_status_tells() {
    let diagnosis = invalid_client(&custom("service", "a+b/c="));
    let likely = Some(Confidence::Likely);
    assert_eq!(confidence(&diagnosis, Code::OTHER_SPELLING), likely);
}

#[test]
fn an_address_that_is_named_is_the_first_cause_and_one_that_is_not_the_last() {
    for (status, error) in [
        (400, "invalid_client"),
        (400, "unauthorized_client"),
        (403, "access_denied"),
    ] {
        let named = refused(&genesys(), status, error, "IP address not allowed");
        assert_eq!(codes(&named)[0], Code::NOT_ALLOWED_FROM_HERE, "{error}");
        let likely = Some(Confidence::Likely);
        assert_eq!(confidence(&named, Code::NOT_ALLOWED_FROM_HERE), likely);
    }
    let silent = codes(&invalid_client(&genesys()));
    assert_eq!(silent.last(), Some(&Code::NOT_ALLOWED_FROM_HERE));
    assert_eq!(silent[0], Code::WRONG_REGION);
}

#[test]
fn an_id_or_a_scope_that_is_repeated_names_no_address() {
    let client = custom("ip-phones", "a-secret");
    let unknown = "the client ip-phones is not known";
    for (error, words) in [
        ("invalid_client", unknown),
        ("invalid_scope", "the scope ip:read is not allowed"),
    ] {
        let found = codes(&refused(&client, 400, error, words));
        assert!(!found.contains(&Code::NOT_ALLOWED_FROM_HERE), "{error}");
    }
    let words = "the client ip-phones is not allowed from this IP";
    let found = codes(&refused(&client, 400, "invalid_client", words));
    assert_eq!(found[0], Code::NOT_ALLOWED_FROM_HERE);
}

#[test]
fn a_grant_is_certainly_the_cause_only_where_genesys_cloud_names_it() {
    for (words, expected) in [
        (
            "client is not authorized to use the grant",
            Confidence::Certain,
        ),
        ("", Confidence::Likely),
        ("the grant is not allowed from this IP", Confidence::Likely),
    ] {
        let diagnosis = refused(&genesys(), 400, "unauthorized_client", words);
        let found = confidence(&diagnosis, Code::OTHER_GRANT);
        assert_eq!(found, Some(expected), "{words}");
    }
}

#[test]
fn a_revoked_token_is_one_that_the_api_does_not_know_and_perhaps_a_replaced_one() {
    let revoked = "Bearer error=\"invalid_token\", error_description=\"The token was revoked\"";
    for (headers, body) in [
        (&[("www-authenticate", revoked)][..], ""),
        (&[], r#"{"error":"Unauthorized","message":"revoked"}"#),
    ] {
        let found = codes(&called(401, headers, body));
        assert_eq!(found, [Code::TOKEN_UNKNOWN, Code::TOKEN_REPLACED], "{body}");
    }
}

#[test]
fn what_the_metadata_does_not_list_is_the_first_cause_of_a_refusal() {
    for (config, listed) in [
        (plain(), r#"["private_key_jwt"]"#),
        (in_body(plain()), r#"["tls_client_auth"]"#),
        (signed(), r#"["client_secret_basic","client_secret_post"]"#),
    ] {
        let config = listing(config, listed);
        for words in ["", "authentication failed", "no key is registered"] {
            let found = codes(&refused(&config, 401, "invalid_client", words));
            assert_eq!(found[0], Code::METHOD_NOT_LISTED, "{listed}: {found:?}");
        }
    }
}

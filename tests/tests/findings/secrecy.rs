//! No finding tells any part of a secret, whatever the configuration and the response.

use bytes::Bytes;
use cxone_auth_core::diagnosis::{Diagnosis, Finding, catalogue, diagnose_token};
use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::{Error, http, inspect, read_token_response};
use cxone_auth_tests::strategy;
use proptest::prelude::*;
use proptest::sample::select;

use super::fixture::{custom, diagnosed, failure, refused, scoped};

/// Letters that occur in no text of the library, in no vendor's host, and in nothing generated but
/// the secrets; a part of four is enough to know one by.
const LETTERS: &str = "[ЖЩЮЯЪЫЭЦФЁ]{6,16}";

/// What shapes a secret into something that a rule looks for.
fn secret() -> impl Strategy<Value = String> {
    let shape = select(vec![
        "{}",
        " {}",
        "{} ",
        "\"{}\"",
        "'{}'",
        "<{}>",
        "${{}}",
        "Basic {}",
        "Bearer {}",
        "{}%3D",
        "{}====",
        "a+{}/b",
        "{}:{}",
        "your{}",
        "https://{}.example.com/",
        "/run/secrets/{}",
        "{}@example.com",
        "{}.txt",
        "client_secret={}",
        "eyJ{}.{}.{}",
        "{\"secret\":\"{}\"}",
    ]);
    (LETTERS, shape).prop_map(|(letters, shape)| shape.replace("{}", &letters))
}

fn parts() -> impl Strategy<Value = strategy::ConfigParts> {
    (
        strategy::config_parts(),
        secret(),
        secret(),
        secret(),
        any::<bool>(),
    )
        .prop_map(|(mut parts, id, secret, key, replaces_id)| {
            // No server can quote the secret of a client that takes no part.
            let is_alone = parts.area.is_some();
            parts.client_secret = if is_alone { key.clone() } else { secret };
            parts.access_key = parts.access_key.map(|(id, _)| (id, key));
            // Swapped by mistake, the id is the secret; a colon does not go with raw Basic.
            if replaces_id {
                parts.client_id = id.replace(':', ".");
            }
            parts
        })
}

/// Parts of four characters of what must not be told. Short shapes around them are not secret.
fn fragments(parts: &strategy::ConfigParts) -> Vec<String> {
    let key = parts.access_key.iter().map(|(_, secret)| secret.clone());
    let texts = [parts.client_id.clone(), parts.client_secret.clone()]
        .into_iter()
        .chain(key);
    texts.flat_map(|text| quadruples(&text)).collect()
}

fn quadruples(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let is_told_apart = |window: &&[char]| window.iter().all(|c| ('Ё'..='я').contains(c));
    letters
        .windows(4)
        .filter(is_told_apart)
        .map(String::from_iter)
        .collect()
}

/// A response that quotes the whole request back, in a place of each kind.
fn quoting(parts: &strategy::ConfigParts, place: usize) -> http::Response<Bytes> {
    let (id, secret) = (&parts.client_id, &parts.client_secret);
    let key = parts.access_key.as_ref().map_or("", |(_, secret)| secret);
    let body = match place {
        0 => {
            serde_json::json!({ "error": "invalid_client", "error_description": format!("{secret} {key}") })
        }
        1 => serde_json::json!({ "error": secret, "code": key }),
        2 => serde_json::json!({ "error": "invalid_scope", "message": secret, "x": id }),
        _ => serde_json::json!({ "error": "invalid_grant", "description": key }),
    };
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::BAD_REQUEST;
    response
}

fn texts(diagnosis: &Diagnosis) -> String {
    let evidence: Vec<&str> = diagnosis.iter().map(Finding::evidence).collect();
    format!(
        "{diagnosis} {diagnosis:?} {diagnosis:#?} {}",
        evidence.join(" ")
    )
}

fn texts_of(error: &Error) -> String {
    format!(
        "{} {} {error:#} {error:?}",
        texts(error.diagnosis()),
        error.report()
    )
}

fn check(shown: &str, fragments: &[String]) -> Result<(), TestCaseError> {
    for fragment in fragments {
        prop_assert!(!shown.contains(fragment.as_str()), "{fragment} in {shown}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn an_inspection_tells_no_part_of_a_credential(parts in parts()) {
        let config = parts.config();
        let diagnosis = inspect(&config);
        prop_assert_eq!(&diagnosis, &inspect(&config));
        check(&texts(&diagnosis), &fragments(&parts))?;
    }

    #[test]
    fn an_explanation_tells_no_part_of_a_secret(
        parts in parts(),
        received in strategy::refusing_response(),
        sent_at in strategy::moment(),
    ) {
        let config = parts.config();
        let error = read_token_response(&config, sent_at, &received).unwrap_err();
        let again = read_token_response(&config, sent_at, &received).unwrap_err();
        prop_assert_eq!(error.diagnosis(), again.diagnosis());
        prop_assert!(!error.diagnosis().is_empty());
        prop_assert!(error.diagnosis().len() <= 5);
        check(&texts_of(&error), &fragments(&parts))?;
    }

    #[test]
    fn a_secret_that_the_server_quotes_is_not_told(
        parts in parts(),
        place in 0..4_usize,
        sent_at in strategy::moment(),
    ) {
        let config = parts.config();
        let error = read_token_response(&config, sent_at, &quoting(&parts, place)).unwrap_err();
        let key = parts.access_key.iter().map(|(_, secret)| secret.as_str());
        let secrets = [parts.client_secret.as_str()].into_iter().chain(key);
        let fragments: Vec<String> = secrets.flat_map(quadruples).collect();
        check(&texts_of(&error), &fragments)?;
    }

    #[test]
    fn garbage_is_explained_without_a_panic(
        config in strategy::config(),
        received in strategy::garbage_response(),
        sent_at in strategy::moment(),
    ) {
        match read_token_response(&config, sent_at, &received) {
            Ok(token) => drop(diagnose_token(&config, &token)),
            Err(error) => prop_assert!(!error.diagnosis().is_empty()),
        }
        let _ = inspect(&config);
    }

    #[test]
    fn a_token_is_not_told(
        config in strategy::config(),
        token in "[QXZ]{12,40}",
        scope in strategy::scope_set(),
        sent_at in strategy::moment(),
    ) {
        let body = serde_json::json!({ "access_token": token, "scope": format!("{scope} {token}") });
        let received = http::Response::new(Bytes::from(body.to_string()));
        let token = read_token_response(&config, sent_at, &received).unwrap();
        let diagnosis = diagnose_token(&config, &token);
        prop_assert_eq!(&diagnosis, &diagnose_token(&config, &token));
        let letters: Vec<char> = token.expose_secret().chars().collect();
        let fragments: Vec<String> = letters.windows(4).map(String::from_iter).collect();
        // Random scopes of capitals may hold such a part by chance, which tells nothing.
        let chance = config.scope().to_string() + &scope.to_string();
        let told: Vec<String> = fragments.into_iter().filter(|part| !chance.contains(part)).collect();
        check(&texts(&diagnosis), &told)?;
    }

    #[test]
    fn a_failure_on_the_way_is_explained_and_tells_nothing(
        parts in parts(),
        kind in select(vec![
            TransportErrorKind::Dns, TransportErrorKind::Connect, TransportErrorKind::Tls,
            TransportErrorKind::Proxy, TransportErrorKind::Timeout, TransportErrorKind::Interrupted,
            TransportErrorKind::BodyTooLarge, TransportErrorKind::InvalidResponse,
            TransportErrorKind::Configuration, TransportErrorKind::Other, TransportErrorKind::UncleanClose,
        ]),
    ) {
        let error = failure(&parts.config(), kind, None);
        prop_assert!(!error.diagnosis().is_empty());
        check(&texts_of(&error), &fragments(&parts))?;
    }
}

#[test]
fn the_catalogue_holds_none_of_the_letters_by_which_secrets_are_known() {
    for entry in catalogue() {
        assert!(quadruples(&format!("{entry:?}")).is_empty());
    }
}

#[test]
fn a_part_of_a_secret_in_a_scope_or_a_redirect_is_not_repeated() {
    let config = scoped(custom("service", "topsecretvalue"), "topsecretvalu read");
    let location = [("location", "https://as.example.com/topsecretval/")];
    for diagnosis in [
        refused(&config, 400, "invalid_scope", ""),
        diagnosed(&config, 302, &location, ""),
    ] {
        let shown = format!("{diagnosis} {diagnosis:?}");
        assert!(!shown.contains("topsecret"), "{shown}");
    }
}

//! What is read from responses.

use std::time::Duration;

use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::protocol::{GrantedScope, Lifetime};
use cxone_auth_core::{ErrorKind, read_token_response};
use cxone_auth_tests::strategy;
use proptest::prelude::*;

use super::{assert_well_spoken, cases};

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn a_good_response_gives_its_token_and_its_lifetime(
        config in strategy::config(),
        assumed in any::<Duration>(),
        sent_at in strategy::moment(),
        good in strategy::good_response(),
    ) {
        let config = config.with_renewal(RenewalPolicy::new().with_assumed_lifetime(assumed));
        let token = read_token_response(&config, sent_at, &good.response).unwrap();
        prop_assert_eq!(token.expose_secret(), &good.access_token);
        let header = format!("Bearer {}", good.access_token);
        prop_assert_eq!(token.authorization().as_bytes(), header.as_bytes());
        prop_assert!(token.authorization().is_sensitive());
        let lifetime = match good.lifetime {
            Some(stated) if !stated.is_zero() => Lifetime::Stated(stated),
            _ => Lifetime::Assumed(assumed.min(Lifetime::MAX)),
        };
        prop_assert_eq!(token.lifetime(), lifetime);
        prop_assert_eq!(token.sent_at(), sent_at);
    }

    #[test]
    fn the_end_of_a_lifetime_is_computed_for_any_two_moments(
        config in strategy::config(),
        sent_at in strategy::moment(),
        now in strategy::moment(),
        good in strategy::good_response(),
    ) {
        let token = read_token_response(&config, sent_at, &good.response).unwrap();
        let span = token.lifetime().span();
        prop_assert!(token.remaining(sent_at) <= span);
        prop_assert_eq!(token.is_expired(now), token.remaining(now).is_zero());
        let end = token.expires_at();
        prop_assert!(token.is_expired(end));
        prop_assert_eq!(end.monotonic(), sent_at.monotonic().saturating_add(span));
        prop_assert!(end.wall() >= sent_at.wall());
        let moved = now.saturating_add(span);
        prop_assert!(moved.until(now).is_zero());
        prop_assert!(moved.has_reached(now));
    }

    #[test]
    fn no_response_makes_the_reader_panic_or_mumble(
        config in strategy::config(),
        sent_at in strategy::moment(),
        response in prop_oneof![strategy::garbage_response(), strategy::refusing_response()],
    ) {
        match read_token_response(&config, sent_at, &response) {
            Ok(token) => {
                prop_assert!(response.status().is_success());
                prop_assert!(!token.expose_secret().is_empty());
                prop_assert!(token.authorization().to_str().is_ok());
            }
            Err(error) => {
                assert_well_spoken(&error);
                prop_assert_eq!(error.status(), Some(response.status()));
                let length = |text: Option<&str>| text.unwrap_or_default().chars().count();
                prop_assert!(length(error.description()) <= 301);
                prop_assert!(error.to_string().chars().count() <= 1_000);
            }
        }
    }

    #[test]
    fn a_refusal_is_never_a_token(
        config in strategy::config(),
        sent_at in strategy::moment(),
        response in strategy::refusing_response(),
    ) {
        let error = read_token_response(&config, sent_at, &response).unwrap_err();
        if response.status() == 429 {
            prop_assert_eq!(error.kind(), ErrorKind::Throttled);
        }
        if response.headers().get("retry-after").is_some_and(|value| value == "60") {
            prop_assert_eq!(error.retry_after(), Some(Duration::from_mins(1)));
        }
    }

    #[test]
    fn granted_scopes_are_compared_as_sets(
        parts in strategy::config_parts(),
        granted in strategy::scope_set(),
        sent_at in strategy::moment(),
    ) {
        let mut parts = parts;
        parts.separator = cxone_auth_core::config::ScopeSeparator::Space;
        let body = serde_json::json!({ "access_token": "t", "scope": granted.to_string() });
        let response = http::Response::new(body.to_string().into());
        let token = read_token_response(&parts.config(), sent_at, &response).unwrap();
        let asked = &parts.scope;
        let all_of_asked = asked.iter().all(|scope| granted.contains(scope.as_str()));
        let none_else = granted.iter().all(|scope| asked.contains(scope.as_str()));
        let expected = match (all_of_asked, none_else) {
            (true, true) => GrantedScope::AsRequested(granted),
            (true, false) if asked.is_empty() => GrantedScope::Default(granted),
            (true, false) => GrantedScope::More(granted),
            (false, true) => GrantedScope::Fewer(granted),
            (false, false) => GrantedScope::Different(granted),
        };
        prop_assert_eq!(token.scope(), &expected);
    }
}

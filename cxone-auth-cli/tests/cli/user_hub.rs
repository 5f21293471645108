//! The login of CXone with an access key alone.

use crate::fixture::{Fixture, Run};

fn user_hub(fixture: &Fixture, arguments: &[&str]) -> std::process::Command {
    let mut command = fixture.bare(arguments);
    command.envs(fixture.user_hub_variables());
    command
}

#[test]
fn an_access_key_without_a_client_is_posted_as_json() {
    let fixture = Fixture::new();
    let cxone = fixture.sandbox.cxone();
    let token = Run::of(&mut user_hub(&fixture, &["token"])).silently();
    assert_eq!(token.split('.').count(), 3, "it is no JWT");
    assert_eq!((cxone.user_hub_requests(), cxone.token_requests()), (1, 0));
    let sent = cxone.token_server().received().remove(0);
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("authorization"), None);
    let expected = format!("{}/authentication/v1/token/access-key", cxone.issuer());
    let shown = Run::of(&mut user_hub(&fixture, &["config", "show"])).succeeded();
    assert!(
        shown.contains(&format!("token endpoint: {expected}")),
        "{shown}"
    );
}

#[test]
fn the_address_alone_says_which_login_is_meant() {
    let fixture = Fixture::new();
    let cxone = fixture.sandbox.cxone();
    let mut command = user_hub(&fixture, &["token", "--token-url", &cxone.user_hub_url()]);
    command
        .env_remove("CXONE_AUTH_PLATFORM")
        .env_remove("CXONE_AUTH_ISSUER");
    Run::of(&mut command).silently();
    assert_eq!(cxone.user_hub_requests(), 1);
}

#[test]
fn the_two_logins_and_two_keys_share_no_cached_token() {
    let fixture = Fixture::new();
    let cxone = fixture.sandbox.cxone();
    let token = |variables: Vec<(&'static str, String)>| {
        let mut command = fixture.bare(&["token"]);
        command.envs(variables);
        Run::of(&mut command).silently()
    };
    let alone = token(fixture.user_hub_variables());
    let beside_a_client = token(fixture.cxone_variables());
    assert_ne!(alone, beside_a_client);
    let first = fixture.user_hub_variables();
    cxone.rotate_access_key();
    let other_key = token(fixture.user_hub_variables());
    assert_ne!(alone, other_key);
    // What is asked for in the same way again is not asked for.
    assert_eq!(token(first), alone);
    assert_eq!((cxone.user_hub_requests(), cxone.token_requests()), (2, 1));
}

#[test]
fn a_missing_half_names_what_the_other_login_needs() {
    let fixture = Fixture::new();
    for (unset, named) in [
        (&["CXONE_AUTH_CLIENT_ID"][..], "--client-id"),
        (&["CXONE_AUTH_CLIENT_SECRET"], "--client-secret-file"),
        (
            &["CXONE_AUTH_ACCESS_KEY_ID", "CXONE_AUTH_ACCESS_KEY_SECRET"],
            "--access-key-id",
        ),
        (
            &["CXONE_AUTH_ACCESS_KEY_SECRET"],
            "--access-key-secret-file",
        ),
    ] {
        let mut command = fixture.bare(&["token"]);
        command.envs(fixture.cxone_variables());
        for variable in unset {
            command.env_remove(variable);
        }
        let said = Run::of(&mut command).failed(3);
        assert!(said.contains(&format!("{named} (or")), "{said}");
        assert!(
            said.contains("either alone with the area as issuer"),
            "{said}"
        );
    }
    let mut command = user_hub(&fixture, &["token", "--region", "na1"]);
    let said = Run::of(&mut command).failed(3);
    assert!(said.contains("--issuer na1"), "{said}");
    let mut command = user_hub(&fixture, &["token"]);
    let said = Run::of(command.env_remove("CXONE_AUTH_ISSUER")).failed(3);
    assert!(said.contains("needs the area, such as na1"), "{said}");
    assert_eq!(fixture.sandbox.cxone().token_server().request_count(), 0);
}

#[test]
fn the_doctor_finds_the_api_with_and_without_a_tenant() {
    let fixture = Fixture::new();
    let cxone = fixture.sandbox.cxone();
    let path = cxone.resource_url().replace(&cxone.api_base(), "");
    let examined = || {
        let mut command = user_hub(&fixture, &["doctor", &format!("--api={path}")]);
        Run::of(&mut command)
    };
    assert!(examined().succeeded().contains("the token is good"));
    cxone.hide_tenant();
    assert!(examined().succeeded().contains("the token is good"));
    assert_eq!(
        (cxone.user_hub_requests(), cxone.discovery_requests()),
        (2, 0)
    );
}

#[test]
fn what_does_not_apply_is_said_and_the_token_comes() {
    let fixture = Fixture::new();
    let said = Run::of(&mut user_hub(
        &fixture,
        &["inspect", "--scope", "a", "--param", "b=c"],
    ));
    let said = said.succeeded();
    assert!(said.contains("CXA-219"), "{said}");
    assert!(said.contains("scope, parameter"), "{said}");
    let mut command = user_hub(&fixture, &["token", "--no-cache", "--scope", "a"]);
    Run::of(&mut command).silently();
}

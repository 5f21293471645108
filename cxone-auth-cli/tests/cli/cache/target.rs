//! Which configurations share a token.

use super::scene::{Ran, Scene, answer};

#[test]
fn whatever_is_sent_differently_makes_another_target() {
    let scene = Scene::new();
    let custom = scene.0.sandbox.custom();
    let other_url = custom.token_url();
    custom.fail_next(9, answer("elsewhere", 3_600));
    let changes = [
        ("CXONE_AUTH_CLIENT_SECRET", "another-secret"),
        ("CXONE_AUTH_CLIENT_ID", "another-id"),
        ("CXONE_AUTH_SCOPE", "read"),
        ("CXONE_AUTH_SCOPE", "write"),
        ("CXONE_AUTH_CLIENT_AUTH", "body"),
        ("CXONE_AUTH_TOKEN_URL", other_url.as_str()),
    ];
    let own = scene.token(&[]).silently();
    for (count, (variable, value)) in (2..).zip(changes) {
        scene.server().fail_next(1, answer("of-another", 3_600));
        let mut command = scene.command(&[]);
        command.env(variable, value);
        let other = Ran::of(&mut command).silently();
        assert_ne!(other, own, "{variable}");
        assert_eq!(scene.files(".token").len(), count, "{variable}");
        assert_eq!(Ran::of(&mut command).silently(), other, "{variable}");
    }
    assert_eq!(scene.token(&[]).silently(), own);
    assert_eq!(scene.requests(), 6);
    assert_eq!(custom.token_requests(), 1);
}

/// The region is a name for the address; the address is what counts.
#[test]
fn what_is_sent_alike_is_one_target() {
    let scene = Scene::new();
    let own = scene.token(&[]).silently();
    let mut command = scene.command(&[]);
    let command = command.env("CXONE_AUTH_REGION", "eu-west-1");
    assert_eq!(Ran::of(command).silently(), own);
    assert_eq!(scene.requests(), 1);
}

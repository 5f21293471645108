//! Which configurations share a token.

use super::fixture::{CacheFixture, Run, response};

#[test]
fn whatever_is_sent_differently_makes_another_target() {
    let fixture = CacheFixture::new();
    let custom = fixture.base.sandbox.custom();
    let other_url = custom.token_url();
    custom.fail_next(9, response("elsewhere", 3_600));
    let changes = [
        ("CXONE_AUTH_CLIENT_SECRET", "another-secret"),
        ("CXONE_AUTH_CLIENT_ID", "another-id"),
        ("CXONE_AUTH_SCOPE", "read"),
        ("CXONE_AUTH_SCOPE", "write"),
        ("CXONE_AUTH_CLIENT_AUTH", "body"),
        ("CXONE_AUTH_TOKEN_URL", other_url.as_str()),
    ];
    let own = fixture.token(&[]).silently();
    for (count, (variable, value)) in (2..).zip(changes) {
        fixture.server().fail_next(1, response("of-another", 3_600));
        let mut command = fixture.command(&[]);
        command.env(variable, value);
        let other = Run::of(&mut command).silently();
        assert_ne!(other, own, "{variable}");
        assert_eq!(fixture.files(".entry").len(), count, "{variable}");
        assert_eq!(Run::of(&mut command).silently(), other, "{variable}");
    }
    assert_eq!(fixture.token(&[]).silently(), own);
    assert_eq!(fixture.requests(), 6);
    assert_eq!(custom.token_requests(), 1);
}

/// The region is a name for the address; the address is what counts.
#[test]
fn what_is_sent_alike_is_one_target() {
    let fixture = CacheFixture::new();
    let own = fixture.token(&[]).silently();
    let mut command = fixture.command(&[]);
    let command = command.env("CXONE_AUTH_REGION", "eu-west-1");
    assert_eq!(Run::of(command).silently(), own);
    assert_eq!(fixture.requests(), 1);
}

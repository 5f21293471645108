//! Who gets a token: the local secret, and the gateway's token of one profile.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fixture::{Agent, FORM, Fixture, bearer};

const GRANT: &str = "grant_type=client_credentials";

fn basic(pair: &str) -> String {
    let pair = STANDARD.encode(pair);
    format!("{FORM}Authorization: Basic {pair}\r\n")
}

#[test]
fn the_local_secret_is_taken_from_the_header_or_the_form() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let secret = agent.secret();
    for path in ["/prod/oauth/token", "/prod/login/oauth/token"] {
        let form = format!("{GRANT}&client_secret={secret}");
        assert_eq!(agent.send("POST", path, FORM, &form).status, 200);
        let fields = basic(&format!("any:{secret}"));
        assert_eq!(agent.send("POST", path, &fields, GRANT).status, 200);
    }
}

#[test]
fn who_does_not_know_it_is_told_so_and_gets_nothing() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let secret = agent.secret();
    let (wrong, platform) = ("0".repeat(64), fixture.sandbox.genesys().client_secret());
    for path in ["/prod/oauth/token", "/other/login/oauth/token"] {
        for (fields, form) in [
            (FORM.to_owned(), GRANT.to_owned()),
            (FORM.to_owned(), format!("{GRANT}&client_secret={wrong}")),
            (FORM.to_owned(), format!("{GRANT}&client_secret={platform}")),
            (
                FORM.to_owned(),
                format!("{GRANT}&client_secret={}", &secret[1..]),
            ),
            (FORM.to_owned(), format!("{GRANT}&client_secret=")),
            (FORM.to_owned(), format!("{GRANT}&client_id={secret}")),
            (basic(&format!("any:{wrong}")), GRANT.to_owned()),
            (basic(secret), GRANT.to_owned()),
            (FORM.to_owned() + &bearer(secret), GRANT.to_owned()),
        ] {
            let response = agent.send("POST", path, &fields, &form);
            response.failed(401, "invalid_client");
            assert!(
                response
                    .member("error_description")
                    .contains("local secret")
            );
            let is_sent = fields.contains("Basic") || form.contains("client_secret");
            let says_none = response.text().contains("no secret was sent");
            let is_a_pair = !fields.contains(&basic(secret));
            assert_eq!(says_none, !is_sent || !is_a_pair, "{fields}{form}");
            assert!(
                response
                    .field("www-authenticate")
                    .unwrap()
                    .starts_with("Basic")
            );
            for hidden in [secret, &platform] {
                assert!(!response.text().contains(hidden));
            }
        }
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn the_gateway_takes_only_its_own_token_of_the_same_profile() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let platform = agent.token("prod", "").member("access_token");
    let (own, other) = (agent.login("prod"), agent.login("other"));
    assert_ne!(own, platform);
    let refused = |fields: &str| {
        let response = agent.send("GET", "/prod/api/v2/users", fields, "");
        response.failed(401, "invalid_token");
        let told = response.member("error_description");
        assert!(told.contains("/prod/login/oauth/token"), "{told}");
        assert!(
            response
                .field("www-authenticate")
                .unwrap()
                .contains("invalid_token")
        );
    };
    refused("");
    refused(&bearer(&other));
    refused(&bearer(&platform));
    refused(&bearer(agent.secret()));
    refused(&bearer(&own[1..]));
    refused(&bearer(""));
    refused(&(bearer(&own) + &bearer(&own)));
    refused(&format!("Authorization: Basic {own}\r\n"));
    assert_eq!(fixture.sandbox.genesys().api_requests(), 0);
    assert_eq!(agent.get("/prod/api/v2/users", &own).status, 200);
    assert_eq!(fixture.sandbox.genesys().api_requests(), 1);
}

#[test]
fn secret_and_gateway_tokens_survive_a_restart() {
    let fixture = Fixture::new();
    let before = |agent: &Agent| (agent.secret().to_owned(), agent.login("prod"));
    let (secret, token) = before(&fixture.agent(&[]));
    let agent = fixture.agent(&[]);
    assert_eq!(before(&agent), (secret, token.clone()));
    assert_eq!(agent.get("/prod/api/v2/users", &token).status, 200);
}

#[test]
fn the_file_of_the_secret_is_private_or_refused() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new();
    drop(fixture.agent(&[]));
    let path = fixture.secret_path();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let secret = fs::read_to_string(&path).unwrap();
    let fails = |what: &str| {
        let run = fixture
            .command(&["--listen", "127.0.0.1:0"])
            .output()
            .unwrap();
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(3), "{stderr}");
        assert!(
            stderr.contains(what) && !stderr.contains(&secret),
            "{stderr}"
        );
    };
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fails("chmod 600");
    fs::remove_file(&path).unwrap();
    for content in [
        "",
        "short",
        &secret[1..],
        &format!("{secret}0"),
        &"x".repeat(64),
    ] {
        fixture
            .home
            .write(".local/state/cxone-auth/agent-secret", content);
        fails("remove it");
    }
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(fixture.home.path().join("elsewhere"), &path).unwrap();
    fails("agent-secret");
}

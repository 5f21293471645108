//! The sources of cxone-auth-credentials: files that are replaced, and commands.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::{AccessKey, Area, ClientCredentials, Config, ErrorKind};
use cxone_auth_credentials::{FileAssertion, FileKey, FileSecret, PrivateKey, SharedSecret};
use serde_json::json;

use super::fixture::{Server, blocking, custom, finding, part, source};
use super::folder::Folder;
use crate::shared::clock::{seconds, start};
use crate::shared::future::ready;

fn client(secret: FileSecret) -> Config {
    let config = custom(ClientCredentials::from_source("the-client", secret));
    let in_body = cxone_auth_core::ClientAuthentication::Body;
    config.with_client_authentication(in_body).unwrap()
}

#[test]
fn a_secret_file_that_is_replaced_is_sent_with_the_next_request() {
    let (folder, server) = (Folder::new(), Server::new());
    let file = folder.write("secret", "first\n");
    let (source, clock) = source(client(FileSecret::new(file)), &server);
    server.accept(&["first"]);
    ready(source.token()).unwrap();
    folder.write("secret", "second\n");
    server.accept(&["second"]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), ["first", "second"]);
}

#[test]
fn the_previous_secret_is_sent_if_it_is_another_one() {
    for (previous, expected) in [
        (Some("old"), &["new", "old"][..]),
        (Some("new\n"), &["new"]),
        (None, &["new"]),
    ] {
        let (folder, server) = (Folder::new(), Server::new());
        let file = folder.write("secret", "new");
        if let Some(previous) = previous {
            folder.write("previous", previous);
        }
        let secret = FileSecret::new(file).with_previous(folder.path().join("previous"));
        let (source, _) = source(client(secret), &server);
        server.accept(&["old"]);
        assert_eq!(ready(source.token()).is_ok(), expected.len() == 2);
        assert_eq!(server.proofs(), expected);
    }
}

#[test]
fn a_file_that_is_missing_is_named_with_its_setting() {
    let (folder, server) = (Folder::new(), Server::new());
    let missing = folder.path().join("none");
    let key = AccessKey::from_source("key-id", FileSecret::new(&missing));
    let configs = [
        (client(FileSecret::new(&missing)), "client secret"),
        (
            Config::cxone_access_key(Area::Na1, key).unwrap(),
            "access key secret",
        ),
        (
            custom(ClientCredentials::signed_by("a", FileKey::new(&missing))),
            "key",
        ),
        (
            custom(ClientCredentials::with_assertions(
                "a",
                FileAssertion::new(&missing),
            )),
            "assertion",
        ),
    ];
    for (config, setting) in configs {
        let (source, _) = source(config, &server);
        let error = ready(source.token()).unwrap_err();
        assert_eq!(
            (error.kind(), finding(&error)),
            (ErrorKind::Credentials, 908)
        );
        let said = error.to_string();
        let path = missing.display().to_string();
        assert!(said.contains(setting) && said.contains(&path), "{said}");
    }
    assert_eq!(server.forms().len(), 0);
}

#[test]
fn a_key_file_that_is_replaced_signs_the_next_assertion_under_its_own_name() {
    let (folder, server) = (Folder::new(), Server::new());
    let thumbprint = |file: &PathBuf| PrivateKey::from_file(file).unwrap().thumbprint();
    let file = folder.put_key("p256-pkcs8.pem");
    let key = FileKey::new(&file).with_thumbprint_as_key_id();
    let config = custom(ClientCredentials::signed_by("the-client", key));
    let (source, clock) = source(config, &server);
    let first = thumbprint(&file);
    server.accept(&[&first]);
    ready(source.token()).unwrap();
    let second = thumbprint(&folder.put_key("ed25519-v1.pem"));
    server.accept(&[&second]);
    clock.advance(seconds(3_600));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), [first, second]);
    let algorithms: Vec<_> = server
        .forms()
        .iter()
        .map(|form| part(&form["client_assertion"], 0)["alg"].clone())
        .collect();
    assert_eq!(algorithms, ["ES256", "EdDSA"]);
}

#[test]
fn a_secret_that_signs_is_not_used_again_until_it_changes() {
    let (folder, server) = (Folder::new(), Server::new());
    let secret = FileSecret::new(folder.write("secret", "a-secret-of-32-characters-or-more"));
    let secret = SharedSecret::from_source(secret);
    let config = custom(ClientCredentials::signed_by("the-client", secret));
    let (source, clock) = source(config, &server);
    for (content, requests) in [
        ("a-secret-of-32-characters-or-more", 1),
        ("another-secret-of-32-characters", 2),
    ] {
        folder.write("secret", content);
        for _ in 0..5 {
            ready(source.token()).unwrap_err();
            clock.advance(seconds(1));
        }
        assert_eq!(server.forms().len(), requests, "{content}");
    }
}

#[test]
fn an_assertion_file_is_not_sent_beyond_its_own_end() {
    let (folder, server) = (Folder::new(), Server::new());
    let now = start()
        .wall()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let write = |lifetime: u64| {
        let claims = json!({ "iss": "the-client", "sub": "the-client",
            "exp": now.as_secs() + lifetime });
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let token = format!("e30.{claims}.c2ln");
        (folder.write("token", &format!("{token}\n")), token)
    };
    let (file, first) = write(5_000);
    let credentials = ClientCredentials::with_assertions("the-client", FileAssertion::new(file));
    let (source, clock) = source(custom(credentials), &server);
    server.accept(&[&first]);
    ready(source.token()).unwrap();
    clock.advance(seconds(7_200));
    let error = ready(source.token()).unwrap_err();
    assert_eq!(finding(&error), 905);
    assert_eq!(server.forms().len(), 1, "it has ended");
    let (_, second) = write(10_000);
    server.accept(&[&second]);
    clock.advance(seconds(60));
    ready(source.token()).unwrap();
    assert_eq!(server.proofs(), [first, second]);
}

#[cfg(unix)]
#[test]
fn a_command_is_started_once_for_each_request_and_again_when_it_is_refused() {
    use cxone_auth_credentials::CommandSecret;

    let (folder, server) = (Folder::new(), Server::new());
    let log = folder.write("log", "");
    let script = format!("echo . >>{0}; wc -l <{0} | tr -d ' '", log.display());
    let command = CommandSecret::new("/bin/sh", ["-c", &script]);
    let config = custom(ClientCredentials::from_source("the-client", command));
    let in_body = cxone_auth_core::ClientAuthentication::Body;
    let config = config.with_client_authentication(in_body).unwrap();
    let (source, clock) = blocking(config, &server);
    server.accept(&["1", "3"]);
    source.token().unwrap();
    source.token().unwrap();
    clock.advance(seconds(3_600));
    source.token().unwrap();
    assert_eq!(server.proofs(), ["1", "2", "3"]);
    assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 3);
}

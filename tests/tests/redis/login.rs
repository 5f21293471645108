//! Who may log in, and what a user needs.

use cxone_auth_core::store::{StoreErrorKind, StoreOutcome};
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::{RedisReply, RedisServer};

use super::fixture::{halves, lease, texts, with_each_server};

/// The password of the server, what stands before the host, the database, and what is said.
const WRONG: &[(Option<&str>, &str, &str, &str)] = &[
    (Some("right"), "", "", "asks for a password"),
    (
        Some("right"),
        ":the-s3cret@",
        "",
        "refuses the user or the password",
    ),
    (
        Some("right"),
        "nobody:the-s3cret@",
        "/1",
        "refuses the user or the password",
    ),
    (None, ":the-s3cret@", "", "has no password"),
    (
        None,
        "nobody:the-s3cret@",
        "",
        "refuses the user or the password",
    ),
    (
        Some("right"),
        ":right@",
        "/99",
        "no database of this number",
    ),
];

#[test]
fn a_wrong_login_is_a_configuration_error_that_says_what_to_do() {
    with_each_server(|program| {
        for (password, login, database, part) in WRONG {
            let arguments = password.map(|password| ["--requirepass", password]);
            let server = RedisServer::start(program, arguments.as_ref().map_or(&[], |a| a));
            let url = format!("redis://{login}127.0.0.1:{}{database}", server.port());
            for half in halves(&url, &RedisOptions::new()) {
                let error = half.load().unwrap_err();
                assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
                let texts = texts(&error);
                assert!(texts.contains(part), "{part}: {texts}");
                assert!(!texts.contains("s3cret"), "{texts}");
            }
        }
    });
}

#[test]
fn a_login_by_url_or_by_options_works_in_each_database() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &["--requirepass", "p w/@"]);
        // The fixture's administrator would have to log in: the store shows what is there.
        let port = server.port();
        let by_url = format!("redis://:p%20w%2F%40@127.0.0.1:{port}/3");
        for half in halves(&by_url, &RedisOptions::new()) {
            half.stores(b"entry");
        }
        let options = RedisOptions::new()
            .with_username("default")
            .with_password("p w/@");
        for half in halves(&format!("redis://127.0.0.1:{port}/3"), &options) {
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
        }
        for half in halves(&format!("redis://127.0.0.1:{port}"), &options) {
            assert_eq!(half.loaded(), None);
        }
    });
}

/// The block of `docs/sharing.md`. In `redis-cli` each of its lines is a command.
fn documented_rules() -> &'static str {
    const PAGE: &str = include_str!("../../../docs/sharing.md");
    let mut blocks = PAGE.split("```");
    let block = blocks.find(|block| block.contains("ACL SETUSER"));
    block.unwrap().trim_start_matches("text\n")
}

#[test]
fn a_user_with_the_rights_of_the_documentation_may_do_everything_in_its_namespace() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        for line in documented_rules().replace("PASSWORD", "the-s3cret").lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(server.admin(&words), RedisReply::Text("OK".to_owned()));
        }
        let options = RedisOptions::new()
            .with_username("tokens")
            .with_password("the-s3cret");
        for half in halves(&server.url(), &options) {
            half.stores(b"entry");
            half.try_lease(&lease(1)).unwrap();
            assert_eq!(half.try_lease(&lease(1)).unwrap(), StoreOutcome::Done);
            assert_eq!(
                half.try_lease(&lease(2)).unwrap(),
                StoreOutcome::HeldByAnother
            );
            half.release(lease(1).id).unwrap();
            assert_eq!(half.loaded().as_deref(), Some(&b"entry"[..]));
            assert_eq!(half.remove_if(b"entry").unwrap(), StoreOutcome::Done);
        }
        for half in halves(&server.url(), &options.with_namespace("other")) {
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Configuration);
            assert!(error.to_string().contains("may not do this"), "{error}");
            assert!(half.try_lease(&lease(1)).is_err());
        }
    });
}

#[test]
fn a_namespace_with_braces_is_refused() {
    for wrong in ["a{b", "a}b", "a b", "a\nb", "ä"] {
        for options in [
            RedisOptions::new().with_namespace(wrong),
            RedisOptions::new().with_key_prefix(wrong),
        ] {
            let error = cxone_auth_store::RedisStore::connect("redis://localhost", options);
            let error = error.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Configuration);
            assert!(error.to_string().contains("no braces"), "{error}");
        }
    }
}

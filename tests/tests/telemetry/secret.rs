//! No secret and no token gets into a field, whatever the server says and wherever a secret is put.

use cxone_auth_core::{AccessKey, ClientCredentials, Config, Issuer, Region};

use super::play::{counted, play};
use super::record::Told;
use super::server::{Reply, run, tenant};

const ID: &str = "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f";
const SECRET: &str = "Qw-7rTy_uI9op-ASdf_gh4JK-lzX";

fn all(told: &[Told]) -> String {
    let each = told.iter().map(|told| format!("{told}\n{told:?}\n"));
    each.collect::<Vec<_>>().concat()
}

#[test]
fn what_a_server_says_is_short_clean_and_without_the_secret() {
    let says = |error: &str| {
        let body = serde_json::json!({ "error": error }).to_string();
        let (_, told) = counted(|server| {
            server.will([Reply::Body(400, body)]);
            run(server.source(tenant("billing", SECRET)).token()).unwrap_err();
        });
        assert!(!all(&told).contains(SECRET), "{told:?}");
        let mut said = told.iter().filter_map(|told| told.get("oauth_error"));
        said.next().unwrap_or_default().to_owned()
    };
    assert_eq!(says("invalid_client"), "invalid_client");
    assert_eq!(says(&format!("no {SECRET}")), "no [redacted]");
    for between in ["\u{200b}", "\u{ad}", "\u{feff}", "\0", "\n", "%E2%80%8B"] {
        let hidden: Vec<String> = SECRET.chars().map(String::from).collect();
        let hidden = hidden.join(between);
        assert_eq!(says(&format!("no {hidden}")), "no [redacted]", "{hidden:?}");
    }
    assert!(says(&"x".repeat(10_000)).chars().count() <= 81);
    let steering = says("in\u{1b}[31mvalid\r\n\u{202e}client");
    assert!(
        !steering.chars().any(|c| c.is_control() || c == '\u{202e}'),
        "{steering:?}"
    );
}

#[test]
fn a_secret_in_the_place_of_the_id_is_not_told() {
    const GENERATED: &str = "q7ZrA0aBBcDeFgHiJkLmNo";
    let swapped = |id: &str, secret: &str| {
        let (_, told) = counted(|server| {
            server.refuses();
            let credentials = ClientCredentials::new(id, secret);
            let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
            run(server.source(config).token()).unwrap_err();
        });
        assert!(!all(&told).contains(id), "{told:?}");
        told[0].get("client_id").unwrap().to_owned()
    };
    assert_eq!(swapped(SECRET, ID), "Qw-7rTy_…");
    assert_eq!(swapped(GENERATED, "another-s3cret"), "q7ZrA0aB…");
    assert_eq!(swapped(SECRET, SECRET), "[redacted]");
}

/// The first field of this name that is told of a request with this configuration.
fn first(field: &str, config: Config) -> String {
    let (_, told) = counted(|server| {
        server.refuses();
        run(server.source(config).token()).unwrap_err();
    });
    told[0].get(field).unwrap_or_default().to_owned()
}

/// Errors repeat no four characters of a secret; neither do these fields.
#[test]
fn a_part_of_a_secret_in_the_id_or_the_address_is_not_told() {
    let secret = SECRET.replace(['-', '_'], "");
    for length in [4, 8, 11, 15] {
        let part = &secret[6..6 + length];
        let id = format!("billing-{part}");
        let config = tenant(&id, &secret);
        assert_eq!(first("client_id", config), "billing-[redacted]");
        let endpoint = format!("https://{part}.example.com/x/{part}/token");
        let client = ClientCredentials::new("billing", &*secret);
        let config = Config::custom(endpoint.parse().unwrap(), client).unwrap();
        let shown = "[redacted].example.com/x/[redacted]/token";
        assert_eq!(first("endpoint", config), shown);
    }
}

/// The ids of Genesys Cloud and CXone are UUIDs, those of Central `application@vendor`.
#[test]
fn an_id_that_its_server_does_not_issue_is_not_told_whole() {
    const WORDS: &str = "correct-horse-battery";
    let client = || ClientCredentials::new(WORDS, "another-s3cret");
    let genesys = Config::genesys_cloud(Region::UsEast1, client()).unwrap();
    assert_eq!(first("client_id", genesys), "correct-…");
    let key = AccessKey::new("TENANTONE2", "the-key-s3cret");
    let cxone = Config::cxone(Issuer::Global, client(), key).unwrap();
    assert_eq!(first("client_id", cxone), "correct-…");
    assert_eq!(first("client_id", tenant(WORDS, "another-s3cret")), WORDS);
    let mixed = "Qw-7rTy_uI9op-ASdf_gh4JK";
    assert_eq!(
        first("client_id", tenant(mixed, "another-s3cret")),
        "Qw-7rTy_…"
    );
}

#[test]
fn ids_are_told_whole_if_they_are_no_secret() {
    for id in [
        ID,
        "billing",
        "application@vendor",
        "https://billing.example.com",
    ] {
        let (_, told) = counted(|server| {
            server.refuses();
            run(server.source(tenant(id, SECRET)).token()).unwrap_err();
        });
        assert_eq!(told[0].get("client_id"), Some(id));
    }
}

#[test]
fn the_scenario_tells_no_secret_no_token_and_no_query() {
    for told in play().iter().flat_map(|scene| &scene.told) {
        let text = all(std::slice::from_ref(told));
        for secret in ["s3cret", "a-token", "policy", "TENANTONE2"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

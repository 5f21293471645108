//! Two hours with 1,000 calls a second, in which a credential is replaced every 30 seconds: no call
//! fails, and a replacement costs two requests at most.

use std::collections::HashSet;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_core::{
    AccessKey, BlockingTokenSource, ClientAuthentication, ClientCredentials, Config,
};
use cxone_auth_credentials::{FileAssertion, FileKey, FileSecret, PrivateKey};
use serde_json::json;

use super::fixture::{Server, blocking, custom};
use super::folder::Folder;
use crate::shared::clock::start;

/// How often the credential is replaced in two hours.
const REPLACEMENTS: usize = 240;

/// The calls between two of them, one in each millisecond.
const CALLS: usize = 30_000;

/// The call before which the second of the two sides changes, three seconds after the first.
const LATE: usize = 3_000;

/// A token lasts longer than a credential, so that a request is rare and meets every moment of a
/// replacement in turn.
const LIFETIME: u64 = 40;

/// Who learns of the new credential first.
#[derive(Clone, Copy, PartialEq)]
enum First {
    /// The server. Until the place has the new one, what is read is dead.
    Server,
    /// The place. Until the server knows the new one, only the previous one is good.
    Place,
}

/// Replaces the credential: `place` puts the one of this number in its place, and `proof` is how the
/// server knows it. Returns how many requests were refused.
fn two_hours(
    first: First,
    config: Config,
    server: &Server,
    place: impl Fn(&BlockingTokenSource, usize),
    proof: impl Fn(usize) -> String,
) -> usize {
    let (source, clock) = blocking(config, server);
    server.accept(&[&proof(0)]);
    source.token().unwrap();
    server.take_answers();
    let mut refused = 0;
    for number in 1..=REPLACEMENTS {
        for call in 0..CALLS {
            match (first, call) {
                (First::Server, 0) | (First::Place, LATE) => server.accept(&[&proof(number)]),
                (First::Server, LATE) | (First::Place, 0) => place(&source, number),
                _ => {}
            }
            let token = source.token();
            token.unwrap_or_else(|error| panic!("{number}, call {call}: {error}"));
            clock.advance(Duration::from_millis(1));
        }
        refused += dead(number, &server.take_answers());
    }
    refused
}

/// Checks what one replacement cost, and returns how many of the requests were refused.
fn dead(number: usize, answers: &[(String, bool)]) -> usize {
    assert!(answers.len() <= 2, "{number}: {answers:?}");
    let refused = answers.iter().filter(|(_, is_good)| !is_good);
    let refused: Vec<&String> = refused.map(|(proof, _)| proof).collect();
    let distinct: HashSet<&String> = refused.iter().copied().collect();
    assert_eq!(refused.len(), distinct.len(), "{number}: {answers:?}");
    refused.len()
}

/// The number of refusals that show that requests met the time between the two changes.
fn met(refused: usize) -> bool {
    refused > REPLACEMENTS / 20
}

fn in_body(credentials: ClientCredentials) -> Config {
    let config = custom(credentials);
    config
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap()
}

fn secret(number: usize) -> String {
    format!("secret-{number}")
}

/// The line that an editor leaves at the end of the file.
fn line(number: usize) -> String {
    secret(number) + "\n"
}

#[test]
fn of_a_secret_in_a_file() {
    let (folder, server) = (Folder::new(), Server::new().with_lifetime(LIFETIME));
    let file = folder.write("secret", &line(0));
    let config = in_body(ClientCredentials::from_source("c", FileSecret::new(file)));
    let place = |_: &BlockingTokenSource, number| drop(folder.write("secret", &line(number)));
    assert!(met(two_hours(
        First::Server,
        config,
        &server,
        place,
        secret
    )));
}

#[test]
fn of_a_secret_with_a_previous_one() {
    let (folder, server) = (Folder::new(), Server::new().with_lifetime(LIFETIME));
    let file = folder.write("secret", &line(0));
    let both = FileSecret::new(file).with_previous(folder.path().join("previous"));
    let config = in_body(ClientCredentials::from_source("c", both));
    let place = |_: &BlockingTokenSource, number: usize| {
        folder.write("previous", &line(number - 1));
        folder.write("secret", &line(number));
    };
    assert!(met(two_hours(First::Place, config, &server, place, secret)));
}

#[test]
fn of_the_secret_of_an_access_key() {
    let refusal = json!({ "error": "invalid_grant" });
    let server = Server::new().refusing_with(refusal).with_lifetime(LIFETIME);
    let folder = Folder::new();
    let file = folder.write("secret", &line(0));
    let key = AccessKey::from_source("the-key", FileSecret::new(file));
    let client = ClientCredentials::new("the-client", "s");
    let config = Config::cxone("global".parse().unwrap(), client, key).unwrap();
    let place = |_: &BlockingTokenSource, number| drop(folder.write("secret", &line(number)));
    assert!(met(two_hours(
        First::Server,
        config,
        &server,
        place,
        secret
    )));
}

#[test]
fn of_a_signing_key() {
    const KEYS: [&str; 4] = [
        "p256-pkcs8.pem",
        "ed25519-v1.pem",
        "p384-pkcs8.pem",
        "rsa-pkcs8.pem",
    ];
    let (folder, server) = (Folder::new(), Server::new().with_lifetime(LIFETIME));
    let thumbprint = |key: &&str| {
        PrivateKey::from_file(folder.put_key(key))
            .unwrap()
            .thumbprint()
    };
    let thumbprints: Vec<String> = KEYS.iter().map(thumbprint).collect();
    let key = FileKey::new(folder.put_key(KEYS[0])).with_thumbprint_as_key_id();
    let config = custom(ClientCredentials::signed_by("the-client", key));
    let place = |_: &BlockingTokenSource, number| drop(folder.put_key(KEYS[number % 4]));
    let proof = |number: usize| thumbprints[number % 4].clone();
    assert!(met(two_hours(First::Server, config, &server, place, proof)));
}

/// An assertion that lasts until the end of the test, or until its successor is there.
fn assertion(number: usize) -> String {
    let now = start().wall().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let end = now + 30 * (u64::try_from(number).unwrap() + 1) + 10;
    let claims = json!({ "iss": "the-client", "sub": "the-client", "exp": end });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("e30.{claims}.c2ln")
}

#[test]
fn of_an_assertion_in_a_file() {
    let (folder, server) = (Folder::new(), Server::new().with_lifetime(LIFETIME));
    let file = folder.write("token", &assertion(0));
    let credentials = ClientCredentials::with_assertions("the-client", FileAssertion::new(file));
    let place = |_: &BlockingTokenSource, number| drop(folder.write("token", &assertion(number)));
    let config = custom(credentials);
    assert!(met(two_hours(
        First::Server,
        config,
        &server,
        place,
        assertion
    )));
}

#[cfg(unix)]
#[test]
fn of_a_secret_that_a_command_prints() {
    let (folder, server) = (Folder::new(), Server::new().with_lifetime(LIFETIME));
    let file = folder.write("secret", &line(0));
    let command = cxone_auth_credentials::CommandSecret::new("cat", [file]);
    let config = in_body(ClientCredentials::from_source("c", command));
    let place = |_: &BlockingTokenSource, number| drop(folder.write("secret", &line(number)));
    assert!(met(two_hours(
        First::Server,
        config,
        &server,
        place,
        secret
    )));
}

#[test]
fn of_a_constant_secret_whose_configuration_is_replaced() {
    let server = Server::new().with_lifetime(LIFETIME);
    let constant = |number| in_body(ClientCredentials::new("c", secret(number)));
    let place = |source: &BlockingTokenSource, number| {
        source.try_replace_config(constant(number)).unwrap();
    };
    // Each replacement brings a token, so that no other request is due before the next one.
    let refused = two_hours(First::Server, constant(0), &server, place, secret);
    assert_eq!((refused, server.proofs().len()), (0, REPLACEMENTS + 1));
}

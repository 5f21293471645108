//! What the files say to anyone who comes by them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hmac_sha256::Hash;

use super::fixture::{CacheFixture, MAGIC};

/// The names and contents of everything below the folder.
fn everything(folder: &Path) -> Vec<u8> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        found.extend_from_slice(path.file_name().unwrap().as_encoded_bytes());
        found.push(b'\n');
        found.extend(if path.is_dir() {
            everything(&path)
        } else {
            fs::read(&path).unwrap()
        });
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

#[test]
fn no_file_says_anything_of_the_credentials() {
    let fixture = CacheFixture::new();
    let token = fixture.token(&[]).silently();
    let (id, secret) = (
        fixture.server().client_id(),
        fixture.server().client_secret(),
    );
    let found = everything(fixture.home());
    assert!(contains(&found, MAGIC.as_bytes()), "the search finds");
    assert!(!contains(&found, token.as_bytes()), "a token is sealed");

    let pair = format!("{id}:{secret}");
    for value in [&id, &secret, &pair, &fixture.server().token_url()] {
        let hash = Hash::hash(value.as_bytes());
        for form in [value.as_bytes(), &hash, hex(&hash).as_bytes()] {
            assert!(!contains(&found, form));
        }
    }
    let received = fixture.server().token_server().received();
    let basic = received[0].header("authorization").unwrap();
    let basic = basic.strip_prefix("Basic ").unwrap();
    assert!(!contains(&found, basic.as_bytes()));
    assert!(!contains(
        &found,
        hex(&Hash::hash(basic.as_bytes())).as_bytes()
    ));
}

#[test]
fn two_installations_name_the_same_target_differently() {
    let fixture = CacheFixture::new();
    fixture.token(&[]).silently();
    let first = fixture.file(".entry");
    fs::remove_dir_all(fixture.directory()).unwrap();
    fixture.token(&[]).silently();
    assert_ne!(fixture.file(".entry"), first);
}

#[test]
fn no_warning_says_anything_of_the_credentials() {
    let fixture = CacheFixture::new();
    fixture.token(&[]).silently();
    let damaged = MAGIC.to_owned() + &fixture.server().client_secret();
    fs::write(fixture.file(".entry"), damaged).unwrap();
    let run = fixture.token(&[]);
    let new = run.warning("is damaged");
    for value in [fixture.server().client_secret(), new] {
        assert!(!run.stderr.contains(&value));
    }
}

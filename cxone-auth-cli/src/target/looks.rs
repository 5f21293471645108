//! What looks like a secret, wherever it stands: a value in the wrong place is shown nowhere.

use std::path::Path;

/// Shorter than what servers issue as secrets.
const SHORTEST: usize = 20;

/// A longer part of a path may be a key.
const LONGEST_NAME: usize = 32;

/// Whether a part of the text looks like a secret that was issued by a server: long, of the
/// alphabets that encode random bytes, and with digits. Scopes and addresses have dots, colons or
/// words with separators.
pub(crate) fn like_a_secret(text: &str) -> bool {
    text.split_whitespace().any(is_random)
}

/// Whether the text is what stands in a file of keys, certificates or assertions, and not the path
/// of one: PEM, a JWK, a JSON Web Token or the keys of a store, with whatever was copied along with it.
pub(crate) fn like_contents(text: &str) -> bool {
    if Path::new(text).exists() {
        return false;
    }
    let start = text.trim_start();
    start.starts_with('{')
        || start.starts_with("eyJ")
        || ["-----BEGIN", "\"kty\"", "\"d\"", "cxone-auth store keys "]
            .iter()
            .any(|part| text.contains(part))
        || text
            .match_indices("eyJ")
            .any(|(at, _)| is_token(&text[at..]))
}

/// Whether a part of the text may be a key or a secret: as long as 24 encoded bytes, and of
/// characters as encoded bytes have them. A name in words has neither both cases nor digits without
/// a separator.
pub(super) fn has_a_long_run(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_+=".contains(c));
    runs.filter(|run| run.len() >= LONGEST_NAME).any(|run| {
        let has = |of: fn(&u8) -> bool| run.bytes().any(|byte| of(&byte));
        let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        has_both_cases || has(u8::is_ascii_digit) && !run.contains(['-', '_'])
    })
}

/// Whether the text begins with a JSON Web Token: three parts, of which the last one may be empty.
fn is_token(text: &str) -> bool {
    let is_encoded = |part: &str| {
        let is_of_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !part.is_empty() && part.bytes().all(is_of_alphabet)
    };
    let mut parts = text.splitn(3, '.');
    let [header, claims, signature] = [(); 3].map(|()| parts.next());
    [header, claims]
        .into_iter()
        .all(|part| part.is_some_and(is_encoded))
        && signature.is_some()
        && claims.is_some_and(|claims| claims.starts_with("eyJ"))
}

fn is_random(word: &str) -> bool {
    let has = |of: fn(&u8) -> bool| word.bytes().any(|byte| of(&byte));
    let is_encoded = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte));
    let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let has_no_separator = !word.contains(['-', '_', '/']);
    is_encoded
        && word.len() >= SHORTEST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && (has_both_cases || has_no_separator || is_uuid(word))
}

/// Some servers issue secrets of this form, and no setting but an id has it.
fn is_uuid(word: &str) -> bool {
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_no_path() {
        for contents in [
            "-----BEGIN PRIVATE KEY-----\nMC4C\n",
            " -----BEGIN",
            "cxone-auth store keys 1\nname 5c1f09aa q83v\n",
            "{\"kty\":\"EC\"}",
            "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
            "\"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIifQ.c2ln\"",
            "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIifQ.",
            "./eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIifQ.c2ln",
            "[{\"kty\":\"EC\"}]",
            "\"d\": \"\"",
        ] {
            assert!(like_contents(contents), "{contents}");
        }
        for path in [
            "key.pem",
            "./eyJ",
            "keys/eyJafjallajokull.2026.pem",
            "/run/secrets/{tenant}",
            "C:\\key.pem",
        ] {
            assert!(!like_contents(path), "{path}");
        }
    }

    #[test]
    fn a_long_run_may_be_a_key_and_words_are_none() {
        for text in [
            "d.q7Zr0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
            "key=0123456789abcdef0123456789abcdef",
            "./MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg.pem",
        ] {
            assert!(has_a_long_run(text), "{text}");
        }
        for text in [
            "",
            "/etc/ssl/certs/authority-2026.pem",
            "keys/my-company-production-signing-key-2026.pem",
            "Keys/Production/Genesys/Client/2026/Key.pem",
        ] {
            assert!(!has_a_long_run(text), "{text}");
        }
    }

    #[test]
    fn secrets_have_their_looks_and_other_values_have_not() {
        for secret in [
            "q7Zr-0aB_cDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRST====",
            "read 0123456789abcdef0123456789abcdef",
            "zyx/987+abc0123456789ABCDEF",
            "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f",
        ] {
            assert!(like_a_secret(secret), "{secret}");
        }
        for other in [
            "",
            "eu-central-1",
            "genesys-cloud",
            "apps.mypurecloud.de",
            "read:interaction write:interaction",
            "https://graph.microsoft.com/.default",
            "api://4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f/.default",
            "analytics-conversation-details-v2",
            "PatronApi AuthenticationApi RealTimeApi",
            "/etc/ssl/certs/authority-2026.pem",
            "http://proxy.example.com:3128",
        ] {
            assert!(!like_a_secret(other), "{other}");
        }
    }
}

//! What looks like a secret, wherever it stands: a value in the wrong place is shown nowhere.

/// Shorter than what servers issue as secrets.
const SHORTEST: usize = 20;

/// Whether a part of the text looks like a secret that was issued by a server: long, of the
/// alphabets that encode random bytes, and with digits. Scopes and addresses have dots, colons or
/// words with separators.
pub(crate) fn like_a_secret(text: &str) -> bool {
    text.split_whitespace().any(is_random)
}

/// Whether the text is what stands in a file of keys, certificates or assertions, and not the path
/// of one: PEM, a JWK or a JSON Web Token.
pub(crate) fn like_contents(text: &str) -> bool {
    let text = text.trim_start();
    text.contains("-----BEGIN") || text.starts_with('{') || text.starts_with("eyJ")
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
            "{\"kty\":\"EC\"}",
            "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
        ] {
            assert!(like_contents(contents), "{contents}");
        }
        for path in ["key.pem", "./eyJ", "/run/secrets/{tenant}", "C:\\key.pem"] {
            assert!(!like_contents(path), "{path}");
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

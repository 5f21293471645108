//! Finds what looks like a secret, by its name or by its value.

/// Reports whether a parameter, a header field or a part of a query with this name holds a secret,
/// as far as the name shows it. All three use one list.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "secret",
        "password",
        "passphrase",
        "passwd",
        "credential",
        "assertion",
        "cookie",
        "signature",
        "authorization",
    ];
    const ENDS: [&str; 2] = ["key", "token"];
    /// Words that harmless names contain too: an author, a code page.
    const WORDS: [&str; 6] = ["auth", "code", "jwt", "pwd", "sid", "sig"];
    let name = name.to_ascii_lowercase();
    // Such a name only says which kind of secret it is, like `client_assertion_type`.
    if name.ends_with("type") || name.ends_with("format") {
        return false;
    }
    let is_word = |word: &str| WORDS.contains(&word);
    PARTS.iter().any(|part| name.contains(part))
        || ENDS.iter().any(|end| name.ends_with(end))
        || name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(is_word)
}

/// Reports whether a value looks generated: long, of letters and digits without a break, or of runs
/// in which the two change often. A UUID or a name of several words does not.
#[must_use]
pub fn is_secret_value(value: &str) -> bool {
    const LONG: usize = 16;
    /// More often than in names such as `B2C_1A_signin_v2`.
    const OFTEN: usize = 4;
    let runs = || value.split(|c: char| !c.is_ascii_alphanumeric());
    let is_long = |run: &str| {
        let has = |is: fn(&u8) -> bool| run.as_bytes().iter().any(is);
        run.len() >= LONG && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let changes = |run: &str| {
        let pairs = run.as_bytes().windows(2);
        let is_change = |pair: &&[u8]| pair[0].is_ascii_digit() != pair[1].is_ascii_digit();
        pairs.filter(is_change).count()
    };
    runs().any(is_long)
        || value.len() >= LONG && !has_a_uuid(value) && runs().map(changes).sum::<usize>() > OFTEN
}

/// Reports whether `text` is a UUID in its usual form (RFC 9562 §4).
pub(crate) fn is_uuid(text: &str) -> bool {
    let is_of_one = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_of_one)
}

/// Reports whether a value contains a UUID.
fn has_a_uuid(value: &str) -> bool {
    const LENGTH: usize = 36;
    let starts = 0..=value.len().saturating_sub(LENGTH);
    starts
        .filter_map(|start| value.get(start..start + LENGTH))
        .any(is_uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_is_secret() {
        for name in [
            "client_secret",
            "Password",
            "x-api-key",
            "Ocp-Apim-Subscription-Key",
            "apikey",
            "access_token",
            "X-Vault-Token",
            "client_assertion",
            "X-Auth",
            "x-authorization",
            "Cookie",
            "code",
            "sig",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "p",
            "audience",
            "resource",
            "client_assertion_type",
            "requested_token_type",
            "x-tenant",
            "x-author",
            "country-codes",
            "user-agent",
            "keyspace",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn a_value_tells_whether_it_was_generated() {
        for value in [
            "q7ZrA0aBBcDeFgHiJkLm",
            "a-0123456789abcdef",
            "AKIAIOSFODNN7EXAMPLE",
            "Qw-7rTy_uI9op-ASdf_gh4JK-lzX",
        ] {
            assert!(is_secret_value(value), "{value}");
        }
        for value in [
            "",
            "B2C_1A_signup_signin_v2",
            "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f",
            "urn:uuid:4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f",
            "2026-11-30T21:51:03Z",
            "https://billing.eu-west-1a.example.com/v2/token",
            "internationalization",
            "1700000000000000",
        ] {
            assert!(!is_secret_value(value), "{value}");
        }
    }
}

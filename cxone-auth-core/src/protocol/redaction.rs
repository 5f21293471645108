//! Redacts and sanitizes text from outside for errors.

use std::cmp::Reverse;
use std::ops::Range;

use percent_encoding::{AsciiSet, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::characters::is_unprintable;
use crate::config::{Config, ESCAPED_IN_BASIC, basic_credentials};

/// The longest description that is kept, in characters.
const DESCRIPTION: usize = 300;
/// The longest code, id or media type that is kept, in characters.
const WORD: usize = 80;

/// The shortest secret that is searched for in text from outside. Replacing each occurrence of, for
/// example, one letter would reveal more than it hides.
const SHORTEST_SECRET: usize = 4;

/// Replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// The characters that `encodeURIComponent` keeps beyond the unreserved ones.
const ESCAPED_IN_SCRIPTS: &AsciiSet = &ESCAPED_IN_BASIC
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// Returns a server's description: one line of limited length, without the configuration's secrets.
pub(crate) fn description(text: &str, config: &Config) -> Option<String> {
    clean(text, DESCRIPTION, config)
}

/// Returns a server's code, id or media type: the same rules with a shorter limit.
pub(crate) fn word(text: &str, config: &Config) -> Option<String> {
    clean(text, WORD, config)
}

/// The text without what may be a token, where it is not known which one it would be: each run of a
/// token's characters (RFC 6750 §2.1) that is longer than words are, or long and not of words.
pub(crate) fn without_tokens(text: &str) -> Zeroizing<String> {
    const LONGEST_WORD: usize = 32;
    const SHORTEST_TOKEN: usize = 16;
    let is_of_token =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=');
    let may_be_token = |run: &str| {
        let run = run.trim_matches(['.', '-', '_']);
        let is_of_words = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '.' | '_' | '/');
        run.len() > LONGEST_WORD || run.len() >= SHORTEST_TOKEN && !run.chars().all(is_of_words)
    };
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(start) = rest.find(is_of_token) {
        let (before, behind) = rest.split_at(start);
        let end = behind.find(|c| !is_of_token(c)).unwrap_or(behind.len());
        let (run, behind) = behind.split_at(end);
        kept.push_str(before);
        kept.push_str(if may_be_token(run) { REDACTED } else { run });
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// Text of an API, for which no secret is known: one line of a description's length.
pub(crate) fn line(text: &str) -> Option<String> {
    limited(&one_line(text), DESCRIPTION)
}

fn clean(text: &str, limit: usize, config: &Config) -> Option<String> {
    // Redact the original text and again the text with its blanks joined: both may show the secret.
    let printable = one_line(&without_secrets(text, config));
    limited(&without_secrets(&printable, config), limit)
}

fn limited(words: &str, limit: usize) -> Option<String> {
    let kept = match words.char_indices().nth(limit) {
        Some((end, _)) => [&words[..end], "…"].concat(),
        None => words.to_owned(),
    };
    (!kept.is_empty()).then_some(kept)
}

fn one_line(text: &str) -> Zeroizing<String> {
    let mut line = Zeroizing::new(String::with_capacity(text.len()));
    let words = text.split(|c: char| c.is_whitespace() || is_unprintable(c));
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Reports whether `text` has four characters in a row in common with a secret. Somebody may put a
/// part of a secret in place of a name; it must not be repeated either.
pub(crate) fn repeats_a_secret(text: &str, config: &Config) -> bool {
    config.secrets().any(|secret| has_a_part_of(text, secret))
}

fn has_a_part_of(text: &str, secret: &str) -> bool {
    let starts = secret.char_indices().map(|(start, _)| start);
    starts
        .filter_map(|start| {
            let end = secret[start..].char_indices().nth(SHORTEST_SECRET - 1)?;
            Some(&secret[start..start + end.0 + end.1.len_utf8()])
        })
        .any(|part| text.contains(part))
}

/// Does the same for a host, ignoring case: parsing converts a host to lower case.
pub(crate) fn host_repeats_a_secret(host: &str, config: &Config) -> bool {
    let host = Zeroizing::new(host.to_ascii_lowercase());
    lower_case_secrets(config).any(|secret| has_a_part_of(&host, &secret))
}

/// Reports whether a host contains a whole secret.
pub(crate) fn names_a_secret(host: &str, config: &Config) -> bool {
    let host = Zeroizing::new(host.to_ascii_lowercase());
    lower_case_secrets(config)
        .any(|secret| secret.len() >= SHORTEST_SECRET && host.contains(secret.as_str()))
}

fn lower_case_secrets(config: &Config) -> impl Iterator<Item = Zeroizing<String>> {
    config
        .secrets()
        .map(|secret| Zeroizing::new(secret.to_ascii_lowercase()))
}

/// Replaces the secrets. A server that quotes the request may quote a secret, in any spelling in
/// which it was sent. The longest is replaced first: one secret may be the beginning of another
/// one.
pub(crate) fn without_secrets(text: &str, config: &Config) -> Zeroizing<String> {
    let text = Zeroizing::new(text.to_owned());
    if text.is_empty() {
        return text;
    }
    spellings_of_secrets(config)
        .iter()
        .fold(text, |text, spelling| without(text, spelling))
}

/// Returns the configuration's secrets in every spelling in which they may have been sent, the
/// longest first. An earlier request may have used another client authentication.
pub(crate) fn spellings_of_secrets(config: &Config) -> Vec<Zeroizing<String>> {
    let mut spellings: Vec<Zeroizing<String>> = config
        .secrets()
        .flat_map(spellings)
        .chain(basic_credentials(config).flat_map(with_and_without_padding))
        .collect();
    spellings.sort_by_key(|spelling| Reverse(spelling.len()));
    spellings
}

/// Returns where `spelling` occurs in the text. A spelling that is too short is not searched for.
pub(crate) fn places(text: &str, spelling: &str) -> impl Iterator<Item = Range<usize>> {
    let is_long_enough = spelling.len() >= SHORTEST_SECRET;
    let found = text.match_indices(spelling).filter(move |_| is_long_enough);
    found.map(|(start, found)| start..start + found.len())
}

/// Replaces `spelling` in the text, in a buffer that never grows. A spelling that is too short
/// stays.
fn without(text: Zeroizing<String>, spelling: &str) -> Zeroizing<String> {
    if spelling.len() < SHORTEST_SECRET {
        return text;
    }
    let count = text.matches(spelling).count();
    if count == 0 {
        return text;
    }
    let length = text.len() - count * spelling.len() + count * REDACTED.len();
    let mut kept = Zeroizing::new(String::with_capacity(length));
    for (number, part) in text.split(spelling).enumerate() {
        if number > 0 {
            kept.push_str(REDACTED);
        }
        kept.push_str(part);
    }
    kept
}

/// Returns both forms: some servers strip the padding of base64 before they quote it.
fn with_and_without_padding(basic: Zeroizing<String>) -> [Zeroizing<String>; 2] {
    let bare = Zeroizing::new(basic.trim_end_matches('=').to_owned());
    [basic, bare]
}

/// Returns a secret in clear, and as the common encoders of URLs and forms write it.
fn spellings(secret: &str) -> [Zeroizing<String>; 7] {
    let escape = |set| written(secret, utf8_percent_encode(secret, set));
    let basic = escape(ESCAPED_IN_BASIC);
    let script = escape(ESCAPED_IN_SCRIPTS);
    let form = written(secret, form_urlencoded::byte_serialize(secret.as_bytes()));
    [
        with_lower_case_escapes(&basic),
        with_lower_case_escapes(&script),
        with_lower_case_escapes(&form),
        basic,
        script,
        form,
        written(secret, std::iter::once(secret)),
    ]
}

/// Joins the parts in a buffer that is large enough for any spelling of `secret`. A buffer that
/// grows leaves a copy in freed memory.
fn written<'a>(secret: &str, parts: impl Iterator<Item = &'a str>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(3 * secret.len()));
    text.extend(parts);
    text
}

/// Writes `%3D` as `%3d`. Both mean the same (RFC 3986 §2.1).
fn with_lower_case_escapes(text: &str) -> Zeroizing<String> {
    let mut lower = written(text, std::iter::once(text));
    for (start, _) in text.match_indices('%') {
        if let Some(digits) = lower.get_mut(start + 1..start + 3) {
            digits.make_ascii_lowercase();
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::TokenEndpoint;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::config::{BasicEncoding, ClientAuthentication, ClientCredentials};

    fn config() -> Config {
        config_with("s3cr=t value")
    }

    fn config_with(secret: &str) -> Config {
        let endpoint: TokenEndpoint = "https://example.com/token".parse().unwrap();
        Config::custom(endpoint, ClientCredentials::new("id", secret)).unwrap()
    }

    #[test]
    fn a_description_is_one_printable_line_of_bounded_length() {
        let config = config();
        assert_eq!(
            description("a\r\nb\u{1b}[31m\u{202E}c\u{0}", &config).unwrap(),
            "a b [31m c"
        );
        assert_eq!(description(" \n ", &config), None);
        let long = description(&"é".repeat(10_000), &config).unwrap();
        assert_eq!(long.chars().count(), DESCRIPTION + 1);
    }

    #[test]
    fn a_part_of_a_secret_is_noticed() {
        let config = config();
        assert!(repeats_a_secret("x cr=t x", &config));
        assert!(repeats_a_secret("alue", &config));
        assert!(!repeats_a_secret("lue cr=", &config));
    }

    #[test]
    fn a_quoted_secret_is_taken_out_in_each_spelling() {
        let config = config();
        for spelling in [
            "s3cr=t value",
            "s3cr%3Dt%20value",
            "s3cr%3Dt+value",
            "s3cr%3dt%20value",
            "aWQ6czNjciUzRHQlMjB2YWx1ZQ==",
        ] {
            let text = description(&format!("got <{spelling}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here");
        }
    }

    /// A server may remember an earlier request with another client authentication.
    #[test]
    fn the_basic_value_of_each_way_to_authenticate_is_taken_out() {
        let ways = [
            ClientAuthentication::Body,
            ClientAuthentication::Basic(BasicEncoding::Raw),
            ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
        ];
        for way in ways {
            let config = config().with_client_authentication(way).unwrap();
            for pair in ["id:s3cr=t value", "id:s3cr%3Dt%20value"] {
                let padded = STANDARD.encode(pair);
                for quoted in [padded.as_str(), padded.trim_end_matches('=')] {
                    let text = description(&format!("got <Basic {quoted}> here"), &config);
                    assert_eq!(text.unwrap(), "got <Basic [redacted]> here", "{way:?}");
                }
            }
        }
    }

    #[test]
    fn a_host_that_repeats_a_secret_is_noticed_in_any_case() {
        let config = config_with("JBSWY3DPEHPK3PXP");
        assert!(host_repeats_a_secret("a.bswy.example", &config));
        assert!(host_repeats_a_secret("JBSW.example", &config));
        assert!(!host_repeats_a_secret("api.example", &config));
        assert!(names_a_secret(
            "jbswy3dpehpk3pxp.niceincontact.com",
            &config
        ));
        assert!(!names_a_secret("jbswy3dp.niceincontact.com", &config));
    }

    /// Form encoders and the RFC's own rule escape characters that `encodeURIComponent` keeps.
    #[test]
    fn a_secret_is_taken_out_as_scripts_spell_it() {
        let config = config_with("(s3cr=t)*!~'");
        for spelling in [
            "(s3cr%3Dt)*!~'",
            "(s3cr%3dt)*!~'",
            "%28s3cr%3Dt%29*%21%7E%27",
            "%28s3cr%3dt%29%2a%21~%27",
        ] {
            let text = description(&format!("got <{spelling}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here");
        }
    }
}

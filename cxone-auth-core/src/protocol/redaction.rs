//! Redacts and sanitizes text from outside for errors.

mod escape;
mod pieces;
mod secrets;

use zeroize::Zeroizing;

use crate::characters::is_unprintable;
use crate::config::Config;

pub(crate) use secrets::Secrets;

/// The longest description that is kept, in characters.
const DESCRIPTION: usize = 300;
/// The longest code, id or media type that is kept, in characters.
const WORD: usize = 80;

/// The shortest secret that is searched for in text from outside. Replacing each occurrence of, for
/// example, one letter would reveal more than it hides.
const SHORTEST_SECRET: usize = 4;

/// Replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Returns a server's description: one line of limited length, without the configuration's secrets.
pub(crate) fn description(text: &str, config: &Config) -> Option<String> {
    clean(text, DESCRIPTION, config)
}

/// Returns a server's code, id or media type: the same rules with a shorter limit.
pub(crate) fn word(text: &str, config: &Config) -> Option<String> {
    clean(text, WORD, config)
}

/// Returns the text without anything that may be a token, if the token is not known. It removes
/// each run of a token's characters (RFC 6750 §2.1) that is longer than words are, or that is long
/// and does not consist of words.
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

/// Returns text of an API: one line with the length of a description, without the secrets and
/// anything that may be a token.
pub(crate) fn line(text: &str, secrets: &Secrets) -> Option<String> {
    // Remove the secrets first: a secret that was cut is not found afterwards.
    let text = without(text, secrets);
    cleaned(&without_tokens(&text), DESCRIPTION, secrets)
}

/// Returns text of a server to which no credential was given: one line of limited length.
pub(crate) fn line_of_nobody(text: &str) -> Option<String> {
    cleaned(text, DESCRIPTION, &Secrets::default())
}

fn clean(text: &str, limit: usize, config: &Config) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    cleaned(text, limit, &Secrets::of(config))
}

fn cleaned(text: &str, limit: usize, secrets: &Secrets) -> Option<String> {
    // Redact the original text and again the text with its blanks joined: both may show the secret.
    let printable = one_line(&without(text, secrets));
    limited(&without(&printable, secrets), limit)
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

/// Does the same for a host. It ignores case, because parsing converts a host to lower case.
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

/// Replaces the secrets of the configuration.
pub(crate) fn without_secrets(text: &str, config: &Config) -> Zeroizing<String> {
    without(text, &Secrets::of(config))
}

/// Replaces the secrets, in a buffer that never grows. A server that quotes the request may quote a
/// secret in any spelling in which it was sent.
pub(crate) fn without(text: &str, secrets: &Secrets) -> Zeroizing<String> {
    let marks = secrets.marks(text);
    let places = || marks.chunk_by(|one, next| one == next);
    let length = places().map(|place| {
        if place[0] {
            REDACTED.len()
        } else {
            place.len()
        }
    });
    let mut kept = Zeroizing::new(String::with_capacity(length.sum()));
    let mut rest = text;
    for place in places() {
        let (part, behind) = rest.split_at(place.len());
        kept.push_str(if place[0] { REDACTED } else { part });
        rest = behind;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::TokenEndpoint;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

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
            "s3cr\\u003dt value",
            "s3cr\\u003Dt\\u0020value",
            "s3cr&#x3D;t&nbsp;value",
            "czNjcj10IHZhbHVl",
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

    /// UserHub takes the access key as JSON. Encoders of JSON, URLs and HTML escape different
    /// characters. One may quote what another has written.
    #[test]
    fn a_secret_is_taken_out_as_documents_spell_it() {
        let config = config_with("ab\"C/D\\e&f?>é");
        for spelling in [
            "ab\"C/D\\e&f?>é",
            r#"ab\"C/D\\e&f?>é"#,
            r#"ab\"C\/D\\e&f?>\u00e9"#,
            r"ab\u0022C/D\\e\u0026f?\u003e\u00E9",
            r#"ab\\\"C/D\\\\e&f?>é"#,
            "ab%22C/D%5Ce%26f%3F%3E%C3%A9",
            r"ab%5C%22C/D%5C%5Ce%26f%3F%3E%C3%A9",
            "ab&quot;C/D\\e&amp;f?&gt;é",
            "ab&#34;C&#x2F;D&#92;e&#38;f?&gt;&#233;",
            &STANDARD.encode("ab\"C/D\\e&f?>é"),
            &URL_SAFE_NO_PAD.encode("ab\"C/D\\e&f?>é"),
            &URL_SAFE.encode("id:ab\"C/D\\e&f?>é"),
        ] {
            let text = description(&format!("got <{spelling}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here", "{spelling}");
        }
        let near = r#"got <ab\"C/D\\e&f?> here"#;
        assert_eq!(description(near, &config).unwrap(), near);
    }

    #[test]
    fn a_token_is_taken_out_of_an_apis_text_in_each_spelling() {
        let secrets = Secrets::of(&config()).and_token("ab/c+d==");
        for spelling in [
            "ab/c+d==",
            "ab/c+d",
            r"ab\/c+d==",
            r"ab\/c\u002bd",
            "ab%2Fc%2bd%3D%3D",
            "ab/c%2Bd",
            "s3cr%3Dt+value",
        ] {
            let text = line(&format!("got <{spelling}> here"), &secrets).unwrap();
            assert_eq!(text, "got <[redacted]> here", "{spelling}");
        }
        assert_eq!(line("ab/c", &secrets).unwrap(), "ab/c");
    }

    #[test]
    fn a_secret_behind_a_scheme_or_a_name_is_taken_out_alone() {
        let config = config()
            .with_header("x-auth-token", "Bearer hunter2-tok")
            .unwrap()
            .with_header("cookie", "session=hunter3tok; a=b, \"hunter4tok==\"")
            .unwrap();
        for part in ["hunter2-tok", "hunter3tok", "hunter4tok", "hunter2%2Dtok"] {
            let text = description(&format!("got <{part}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here");
        }
        let near = "a Bearer token or a session with b";
        assert_eq!(description(near, &config).unwrap(), near);
    }
}

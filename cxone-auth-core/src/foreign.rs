//! Text from outside, made fit for an error.

use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use crate::Config;
use crate::request::ESCAPED_IN_BASIC;

/// The longest description that is kept, in characters.
const DESCRIPTION: usize = 300;
/// The longest code, id or media type that is kept, in characters.
const WORD: usize = 80;

/// The shortest secret that is looked for in foreign text. Taking out each occurrence of, say, one
/// letter would tell more than it hides.
const SHORTEST_SECRET: usize = 4;

/// A server's description: one line of bounded length, without the configuration's secrets.
pub(crate) fn description(text: &str, config: &Config) -> Option<String> {
    clean(text, DESCRIPTION, config)
}

/// A server's code, id or media type, by the same rules and shorter.
pub(crate) fn word(text: &str, config: &Config) -> Option<String> {
    clean(text, WORD, config)
}

fn clean(text: &str, limit: usize, config: &Config) -> Option<String> {
    let text = without_secrets(text, config);
    let printable: String = text
        .chars()
        .map(|c| if is_printable(c) { c } else { ' ' })
        .collect();
    let mut words = printable.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(limit) {
        words.truncate(end);
        words.push('…');
    }
    (!words.is_empty()).then_some(words)
}

/// A server that quotes the request may quote a secret, in whichever spelling it was sent.
fn without_secrets(text: &str, config: &Config) -> String {
    let spellings = config.secrets().flat_map(|secret| {
        [
            Zeroizing::new(secret.to_owned()),
            Zeroizing::new(utf8_percent_encode(secret, ESCAPED_IN_BASIC).to_string()),
            Zeroizing::new(form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ]
    });
    let basic = config.request.basic_credentials().map(str::to_owned);
    spellings
        .chain(basic.map(Zeroizing::new))
        .filter(|secret| secret.len() >= SHORTEST_SECRET)
        .fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "[redacted]")
        })
}

/// Control characters end lines and steer terminals; direction marks reorder what a person reads.
fn is_printable(character: char) -> bool {
    !(character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientCredentials, TokenEndpoint};

    fn config() -> Config {
        let endpoint: TokenEndpoint = "https://example.com/token".parse().unwrap();
        Config::custom(endpoint, ClientCredentials::new("id", "s3cr=t value")).unwrap()
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
    fn a_quoted_secret_is_taken_out_in_each_spelling() {
        let config = config();
        for spelling in [
            "s3cr=t value",
            "s3cr%3Dt%20value",
            "s3cr%3Dt+value",
            "aWQ6czNjciUzRHQlMjB2YWx1ZQ==",
        ] {
            let text = description(&format!("got <{spelling}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here");
        }
    }
}

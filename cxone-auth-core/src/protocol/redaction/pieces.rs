//! Pieces of long secrets. A server may quote one part of an assertion, or cut what it quotes.

use std::collections::HashSet;
use std::ops::Range;

use zeroize::Zeroizing;

use super::reading::Counting;
use super::secrets::{base64_of, url_safe};

/// How long a piece is. No word of a sentence has so many characters in common with a secret by
/// chance.
const PIECE: usize = 16;

/// The long secrets: as they are, and as the base64 of any part of them reads.
#[derive(Default)]
pub(super) struct Pieces(Vec<Zeroizing<String>>);

impl Pieces {
    /// Adds a text as it is. One that is shorter than a piece has none.
    pub(super) fn add(&mut self, text: &str) {
        self.0.push(url_safe(&Counting::Printed.read(text).text));
    }

    /// Adds a secret as it is and in base64. Base64 takes three bytes at a time: a part begins at
    /// one of three places.
    pub(super) fn add_in_every_spelling(&mut self, secret: &str) {
        if secret.len() >= PIECE {
            self.add(secret);
            for start in 0..3 {
                self.add(&base64_of(&secret.as_bytes()[start..]));
            }
        }
    }

    /// Returns each piece of them, to look for in this text; none if the text is too short for one.
    pub(super) fn known(&self, text: &str) -> Known<'_> {
        let long = self.0.iter().filter(|_| text.len() >= PIECE);
        Known(long.flat_map(|secret| windows(secret)).collect())
    }
}

/// The pieces that must not be repeated.
pub(super) struct Known<'a>(HashSet<&'a [u8]>);

impl Known<'_> {
    /// Calls `see` with each piece in a text of which only printed characters are left. Both
    /// alphabets of base64 count as one.
    pub(super) fn each_in(&self, text: &str, mut see: impl FnMut(Range<usize>)) {
        if self.0.is_empty() {
            return;
        }
        for (start, piece) in windows(&url_safe(text)).enumerate() {
            if self.0.contains(piece) {
                see(start..start + PIECE);
            }
        }
    }
}

/// Returns each piece of a text. Each of its bytes is a character.
fn windows(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().windows(PIECE)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::{REDACTED, description};
    use crate::address::TokenEndpoint;
    use crate::config::{ClientCredentials, Config};

    const SECRET: &str = "q7ZrA0aBBcDeFgHiJkLmN-pQrSt_uVwXyZ0123456789";

    fn assertion() -> [String; 3] {
        let payload = r#"{"iss":"the-client","sub":"the-client","jti":"aV83hJs0+dkU/sl?"}"#;
        let signature: Vec<u8> = (0..64_u8)
            .map(|at| at.wrapping_mul(37).wrapping_add(251))
            .collect();
        [
            URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#),
            URL_SAFE_NO_PAD.encode(payload),
            URL_SAFE_NO_PAD.encode(signature),
        ]
    }

    /// What is shown of a text by a client with the assertion, and by one with the secret.
    fn shown(text: &str) -> [String; 2] {
        [assertion().join("."), SECRET.to_owned()].map(|secret| shown_by(&secret, text))
    }

    fn shown_by(secret: &str, text: &str) -> String {
        let endpoint: TokenEndpoint = "https://example.com/token".parse().unwrap();
        let config = Config::custom(endpoint, ClientCredentials::new("id", secret)).unwrap();
        description(text, &config).unwrap()
    }

    #[test]
    fn each_part_of_an_assertion_is_taken_out() {
        let [header, payload, signature] = assertion();
        let whole = [&*header, &*payload, &*signature].join(".");
        let url_escaped = signature.replace('-', "%2D").replace('_', "%5F");
        let other_alphabet = signature.replace('-', "+").replace('_', "/");
        assert_ne!(url_escaped, signature);
        for quoted in [
            whole.clone(),
            signature.clone(),
            payload.clone(),
            format!("{payload}.{signature}"),
            format!("{header}.{payload}"),
            whole[..150].to_owned(),
            whole[50..].to_owned(),
            signature[..16].to_owned(),
            signature[signature.len() - 16..].to_owned(),
            url_escaped,
            other_alphabet,
            STANDARD.encode(&header),
            STANDARD.encode(&signature),
            URL_SAFE_NO_PAD.encode(&payload),
            STANDARD.encode(&whole),
        ] {
            let text = &shown(&format!("got <{quoted}> here"))[0];
            assert_eq!(*text, format!("got <{REDACTED}> here"), "{quoted}");
        }
        let text = &shown(&[&*header, &*payload, &*signature].join(" "))[0];
        assert_eq!(*text, [REDACTED; 3].join(" "));
    }

    #[test]
    fn each_long_piece_of_a_secret_is_taken_out() {
        for quoted in [&SECRET[..16], &SECRET[8..30], &SECRET[SECRET.len() - 16..]] {
            let text = &shown(&format!("got <{quoted}> here"))[1];
            assert_eq!(*text, format!("got <{REDACTED}> here"), "{quoted}");
        }
    }

    /// Base64 mixes the ends of a secret with what stands beside it.
    #[test]
    fn a_secret_is_taken_out_of_the_base64_of_a_longer_text() {
        for length in [16, 17, SECRET.len()] {
            let secret = &SECRET[..length];
            for before in ["", "k", "k=", "key", "key="] {
                let within = STANDARD.encode(format!("{before}{secret};"));
                let text = shown_by(secret, &within);
                let left = text.replace(REDACTED, "");
                assert!(
                    text.contains(REDACTED) && left.len() < 16,
                    "{within}: {text}"
                );
            }
        }
    }

    #[test]
    fn what_is_shorter_or_of_another_secret_stays() {
        let signature = assertion()[2].clone();
        for near in [
            &signature[..15],
            &SECRET[..15],
            "invalid_client: the signature of the client assertion is not valid",
            "eyJhbGciOiJSUzI1Ni",
            "0123456789abcdefghijklmnopqrstuvwxyz",
        ] {
            assert_eq!(shown(near), [near, near]);
        }
    }
}

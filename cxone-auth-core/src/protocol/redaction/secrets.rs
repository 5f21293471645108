//! The texts to redact: the secrets of a configuration and the token, unchanged and in base64.

use std::mem;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::SHORTEST_SECRET;
use super::escape;
use super::occurrence;
use super::pieces::Pieces;
use super::reading::Counting;
use crate::config::{Config, basic_credentials};

/// The texts that must not be repeated. It does not contain their escaped forms: the text to search
/// is decoded instead.
#[derive(Default)]
pub(crate) struct Secrets {
    /// The texts that are replaced as a whole, without what does not count.
    whole: Vec<(Counting, Zeroizing<String>)>,
    /// Those of which a piece is replaced, too.
    pieces: Pieces,
}

impl Secrets {
    /// Collects the secrets of a configuration. An earlier request may have used another client
    /// authentication.
    pub(crate) fn of(config: &Config) -> Self {
        let mut secrets = Self::default();
        for basic in basic_credentials(config) {
            secrets.pieces.add(&basic);
            secrets.add_base64(&basic);
        }
        for secret in config.secrets() {
            secrets.add_base64(&base64_of(secret.as_bytes()));
            for part in segments(secret) {
                secrets.add_base64(&base64_of(part.as_bytes()));
            }
            secrets.pieces.add_in_every_spelling(secret);
            secrets.add_base64(secret);
        }
        for part in config.parts_of_secret_headers() {
            secrets.pieces.add_in_every_spelling(part);
            secrets.add_base64(part);
        }
        secrets
    }

    /// Adds a token. Some servers remove the padding before they quote it.
    pub(crate) fn and_token(mut self, token: &str) -> Self {
        self.pieces.add_in_every_spelling(token);
        self.add_base64(token);
        self
    }

    /// Returns for each byte of `text` whether it belongs to a secret.
    pub(crate) fn marks(&self, text: &str) -> Vec<bool> {
        let mut marks = vec![false; text.len()];
        if self.whole.is_empty() {
            return marks;
        }
        let pieces = self.pieces.known(text);
        escape::each_reading(text, |read, origin| {
            for counting in Counting::OF_SECRETS {
                let bare = counting.read(read);
                let mut mark = |part| marks[origin(bare.origin(part))].fill(true);
                for (_, secret) in self.whole.iter().filter(|(own, _)| *own == counting) {
                    occurrence::each_part(&bare.text, secret, &mut mark);
                }
                if counting == Counting::Printed {
                    pieces.each_in(&bare.text, mark);
                }
            }
        });
        marks
    }

    /// Adds a text that is base64, or may be, in both alphabets.
    fn add_base64(&mut self, text: &str) {
        if text.contains(['+', '/']) {
            self.add_padded(&url_safe(text));
        }
        if text.contains(['-', '_']) {
            self.add_padded(&standard(text));
        }
        self.add_padded(text);
    }

    fn add_padded(&mut self, text: &str) {
        if text.ends_with('=') {
            self.add(text.trim_end_matches('='));
        }
        self.add(text);
    }

    fn add(&mut self, text: &str) {
        for counting in Counting::for_secret(text) {
            let own = (counting, counting.read(text.trim()).text);
            if own.1.len() >= SHORTEST_SECRET && !self.whole.contains(&own) {
                self.whole.push(own);
            }
        }
    }
}

/// Returns the parts of a JSON Web Token. Another secret has none.
fn segments(secret: &str) -> impl Iterator<Item = &str> {
    let is_token = secret.split('.').count() == 3;
    secret.split('.').filter(move |_| is_token)
}

/// Returns the text with the URL-safe alphabet of base64 in place of the standard one.
pub(super) fn url_safe(text: &str) -> Zeroizing<String> {
    respelled(text, [('+', '-'), ('/', '_')])
}

/// Returns the text with the standard alphabet of base64 in place of the URL-safe one.
fn standard(text: &str) -> Zeroizing<String> {
    respelled(text, [('-', '+'), ('_', '/')])
}

/// Replaces characters of ASCII, in a buffer that never grows.
fn respelled(text: &str, [first, second]: [(char, char); 2]) -> Zeroizing<String> {
    let mut respelled = Zeroizing::new(String::with_capacity(text.len()));
    respelled.extend(text.chars().map(|c| match c {
        c if c == first.0 => first.1,
        c if c == second.0 => second.1,
        other => other,
    }));
    respelled
}

/// Writes into a buffer that has the final length from the start. A buffer that grows would leave a
/// copy in freed memory.
pub(super) fn base64_of(secret: &[u8]) -> Zeroizing<String> {
    // The base64 of a text that is too short is not replaced: that would reveal the same as
    // replacing the text.
    if secret.len() < SHORTEST_SECRET {
        return Zeroizing::default();
    }
    let length = base64::encoded_len(secret.len(), true)
        .expect("an encoded length overflows only beyond what memory holds");
    let mut encoded = Zeroizing::new(vec![0; length]);
    STANDARD
        .encode_slice(secret, &mut encoded)
        .expect("the buffer has exactly the length that base64 asked for");
    Zeroizing::new(String::from_utf8(mem::take(&mut *encoded)).expect("base64 is ASCII"))
}

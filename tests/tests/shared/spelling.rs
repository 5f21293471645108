//! The spellings in which a secret may turn up where it does not belong.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The secret as it is, percent-encoded, form-encoded, and each of these in base64 wherever it
/// stands in what is encoded, and in hexadecimal and decimal numbers. None is longer than needed,
/// so that it is found within something else.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let escaped = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    // RFC 3986 §2.3 leaves these as they are.
    let sparing = ["-", ".", "_", "~"]
        .iter()
        .fold(escaped.clone(), |text, mark| {
            text.replace(
                &utf8_percent_encode(mark, NON_ALPHANUMERIC).to_string(),
                mark,
            )
        });
    let form = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut spellings = vec![secret.to_owned(), escaped, sparing, form];
    for text in spellings.clone() {
        spellings.push(with_small_escapes(&text));
    }
    spellings.sort();
    spellings.dedup();
    let encoded = spellings.iter().flat_map(|text| base64_within(text));
    spellings.extend(encoded.collect::<Vec<_>>());
    spellings.extend(numbers(secret.as_bytes()));
    spellings
}

/// `%3D` as `%3d`.
fn with_small_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(2);
        text + "%" + &digits.to_ascii_lowercase() + rest
    })
}

/// The characters of base64 that depend on the text alone when it begins with the first, second or
/// third byte of a group of three, in both alphabets; and the whole as it stands alone.
fn base64_within(text: &str) -> Vec<String> {
    let shifted = |shift: usize| {
        let bytes = [&vec![0; shift], text.as_bytes()].concat();
        // A character holds six bits: those that belong to a neighbour in part are left out.
        let (start, end) = ((shift * 8).div_ceil(6), bytes.len() * 8 / 6);
        [
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ]
        .map(|encoded| encoded[start..end].to_owned())
    };
    let mut encoded: Vec<String> = (0..3).flat_map(shifted).collect();
    encoded.push(STANDARD.encode(text));
    encoded.sort();
    encoded.dedup();
    encoded
}

fn numbers(bytes: &[u8]) -> Vec<String> {
    let written = |format: fn(&u8) -> String, between: &str| {
        let numbers: Vec<String> = bytes.iter().map(format).collect();
        numbers.join(between)
    };
    vec![
        written(|byte| format!("{byte:02x}"), ""),
        written(|byte| format!("{byte:02X}"), ""),
        written(|byte| format!("{byte:02x}"), " "),
        written(|byte| format!("{byte:02X}"), " "),
        written(|byte| format!("\\x{byte:02x}"), ""),
        written(|byte| format!("0x{byte:02x}"), ", "),
        written(ToString::to_string, ", "),
    ]
}

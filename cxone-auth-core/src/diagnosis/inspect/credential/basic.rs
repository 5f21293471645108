//! Finds a value that was made for the header `Authorization: Basic`.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::config::Shape;
use crate::diagnosis::inspect::{Pair, Subject, Value};
use crate::finding::Confidence::Certain;
use crate::finding::catalogue::credential as cause;
use crate::finding::{Finding, Setting};

const PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The length of the longest id that a vendor issues: a part of an access key.
const LONGEST_ISSUED: usize = 56;

pub(super) fn rule(subject: &Subject<'_>) -> Option<Finding> {
    subject.pairs().iter().find_map(|pair| {
        let (setting, evidence) = of_its_own(pair).or_else(|| of_an_issued_id(pair))?;
        let finding = cause::BASIC_CREDENTIALS.found(Certain, evidence);
        Some(finding.about(vec![setting]))
    })
}

/// Finds a secret made from its own id, or an id made from its own secret.
fn of_its_own(pair: &Pair<'_>) -> Option<(Setting, String)> {
    let (id, secret) = (pair.id, pair.secret);
    let is_start = |start: &[u8]| {
        let rest = start.strip_prefix(id.text.as_bytes());
        rest.is_some_and(|rest| rest.first() == Some(&b':'))
    };
    if start(secret, id.text.len() + 1).is_some_and(|start| is_start(&start[..])) {
        let evidence = format!(
            "{}: its base64 begins with the {} and a colon",
            secret.setting, id.setting
        );
        return Some((secret.setting, evidence));
    }
    let is_end = |whole: &[u8]| {
        let before = whole.strip_suffix(secret.text.as_bytes());
        let is_whole = |before: &[u8]| before.len() > 1 && before.last() == Some(&b':');
        !secret.text.is_empty() && before.is_some_and(is_whole)
    };
    start(id, id.text.len())
        .filter(|whole| is_end(whole))
        .map(|_| {
            let evidence = format!(
                "{}: its base64 ends with a colon and the {}",
                id.setting, secret.setting
            );
            (id.setting, evidence)
        })
}

/// Finds a value made from another id, if that id has the form of a vendor's.
fn of_an_issued_id(pair: &Pair<'_>) -> Option<(Setting, String)> {
    [pair.secret, pair.id].into_iter().find_map(|value| {
        let start = start(value, LONGEST_ISSUED + 1)?;
        let id = std::str::from_utf8(id_before_colon(&start)?).ok()?;
        Shape::of(id).is_issued().then(|| {
            let evidence = format!(
                "{}: its base64 begins with an id and a colon",
                value.setting
            );
            (value.setting, evidence)
        })
    })
}

fn id_before_colon(decoded: &[u8]) -> Option<&[u8]> {
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(&decoded[..colon])
}

/// Returns the first `length` bytes of the value, decoded from base64. It decodes no more than
/// needed, into a buffer that is overwritten. The buffer's size does not show the size of the
/// value.
fn start(value: Value<'_>, length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let text = value.text.trim();
    let encoded = text.strip_prefix("Basic ").unwrap_or(text);
    let is_of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    if !encoded.bytes().all(is_of_base64) {
        return None;
    }
    let most = length.div_ceil(3) * 4;
    let first = encoded.get(..most).unwrap_or(encoded);
    let mut decoded = Zeroizing::new(vec![0; base64::decoded_len_estimate(most)]);
    let written = GeneralPurpose::new(&STANDARD, PADDING).decode_slice(first, &mut decoded);
    decoded.truncate(written.ok()?);
    Some(decoded)
}

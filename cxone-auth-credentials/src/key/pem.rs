//! The sections of a PEM file (RFC 7468).
//!
//! A reader of its own, because the labels that are not a key tell what the user has to do, and
//! because each buffer is overwritten.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A section: the words of its first line, and what it holds.
pub(crate) struct Section<'a> {
    pub(crate) label: &'a str,
    /// The lines between the first and the last one.
    lines: Vec<&'a str>,
}

impl Section<'_> {
    /// Whether a passphrase protects it, by PKCS#8 or in OpenSSL's older way.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.label.contains("ENCRYPTED") || self.lines.iter().any(|line| line.contains("ENCRYPTED"))
    }

    /// What it holds, in DER; none if it is not base64.
    pub(crate) fn der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let length = self.lines.iter().map(|line| line.len()).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        for line in &self.lines {
            text.extend_from_slice(line.as_bytes());
        }
        decode(&STANDARD, &text)
    }
}

/// Decodes into a buffer of the final size: one that grows leaves a copy behind.
pub(crate) fn decode(
    engine: &base64::engine::GeneralPurpose,
    text: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
    let length = engine.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

/// The complete sections of a text, in their order. Text around them is skipped, as openssl does.
pub(crate) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Section<'_>> = None;
    for line in text.split(['\n', '\r']).map(str::trim) {
        if let Some(label) = between(line, "-----BEGIN ") {
            open = Some(Section {
                label,
                lines: Vec::new(),
            });
        } else if let Some(label) = between(line, "-----END ") {
            found.extend(open.take().filter(|section| section.label == label));
        } else if let Some(section) = &mut open {
            section.lines.push(line);
        }
    }
    found
}

fn between<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix("-----")
}

/// Writes a section, in a buffer that is overwritten.
pub(crate) fn write(label: &str, der: &[u8]) -> Zeroizing<String> {
    let size = base64::encoded_len(der.len(), true).unwrap_or_default();
    let mut encoded = Zeroizing::new(vec![0; size]);
    let length = STANDARD.encode_slice(der, &mut encoded).unwrap_or_default();
    let frame = 2 * (label.len() + "-----BEGIN -----\n".len());
    let mut text = Zeroizing::new(String::with_capacity(frame + length + length / LINE + 2));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    for line in encoded[..length].chunks(LINE) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}

/// The characters of a line (RFC 7468 §2).
const LINE: usize = 64;

//! Recognizes a body that is not the expected JSON object: a page, plain text, simple XML, or bytes
//! that were encoded on the way.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use zeroize::Zeroizing;

use super::members::{Text, without_mark};
use crate::protocol::redaction::{Uuid, without_tokens};

/// Reports whether a body is a web page. The beginning of the body decides, because content types
/// are often wrong.
pub(crate) fn is_web_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let claims_html = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("text/html"));
    let start = body
        .get(..body.len().min(9))
        .unwrap_or_default()
        .to_ascii_lowercase();
    start.starts_with(b"<!doctype")
        || start.starts_with(b"<html")
        || claims_html && start.starts_with(b"<")
}

/// The codings of RFC 9110 §8.4.1 and newer ones. Each has the bytes that it begins with, if they
/// identify it.
const CODINGS: [(&str, &[u8]); 6] = [
    ("gzip", b"\x1F\x8B"),
    ("x-gzip", b"\x1F\x8B"),
    ("zstd", b"\x28\xB5\x2F\xFD"),
    ("br", b""),
    ("deflate", b""),
    ("compress", b""),
];

/// Returns the coding of a body that is not plain text, as the head or the first bytes show it. If
/// a client has decoded a body, the field may still be in the head.
pub(crate) fn encoding(headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let begins = |(_, magic): &&(&str, &[u8])| !magic.is_empty() && body.starts_with(magic);
    if let Some((name, _)) = CODINGS.iter().find(begins) {
        return Some(name);
    }
    let value = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
    let stated = value.rsplit(',').next().unwrap_or(value).trim();
    if stated.is_empty() || stated.eq_ignore_ascii_case("identity") || is_readable(body) {
        return None;
    }
    let known = CODINGS.iter().map(|(name, _)| *name);
    let mut named = known.filter(|name| name.eq_ignore_ascii_case(stated));
    Some(named.next().unwrap_or("a coding of its own"))
}

/// Reports whether the bytes are text. An encoded body is never text.
fn is_readable(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| !is_binary(text))
}

/// Reports whether at least a quarter of the text cannot be shown.
fn is_binary(text: &str) -> bool {
    let is_noise =
        |c: &char| *c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace();
    text.chars().filter(is_noise).count() * 4 > text.chars().count()
}

/// Returns the words of a body in plain text or in simple XML. A page or broken JSON has none.
pub(super) fn plain_text<'b>(headers: &HeaderMap, body: &'b str) -> Option<Text<'b>> {
    let text = without_mark(body);
    let is_other = text.starts_with(['{', '[', '"'])
        || is_web_page(headers, text.as_bytes())
        || encoding(headers, text.as_bytes()).is_some()
        || is_binary(text);
    if is_other {
        return None;
    }
    // It is not known what the text is. It may be a token, with any status.
    let text = if text.starts_with('<') {
        without_tokens(&text_of_xml(text), Uuid::Token)
    } else {
        without_tokens(text, Uuid::Token)
    };
    Some(Text::Written(text)).filter(|text| !text.trim().is_empty())
}

/// Returns the text between the tags, with a space for each tag and with the five entities decoded.
fn text_of_xml(xml: &str) -> Zeroizing<String> {
    // An entity is longer than its character. A tag is longer than its space.
    let mut text = Zeroizing::new(String::with_capacity(xml.len() + 1));
    let mut rest = xml;
    while let Some(start) = rest.find(['<', '&']) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let (piece, behind) = markup(rest);
        text.push_str(piece);
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// Returns what replaces the markup at the beginning of `xml`, and the rest of the text.
fn markup(xml: &str) -> (&str, &str) {
    const CDATA: (&str, &str) = ("<![CDATA[", "]]>");
    const ENTITIES: [(&str, &str); 5] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    if let Some((data, behind)) = xml
        .strip_prefix(CDATA.0)
        .and_then(|data| data.split_once(CDATA.1))
    {
        return (data, behind);
    }
    if xml.starts_with('<') {
        return (" ", xml.split_once('>').map_or("", |(_, behind)| behind));
    }
    let mut resolved = ENTITIES
        .iter()
        .filter_map(|(entity, stands_for)| Some((*stands_for, xml.strip_prefix(entity)?)));
    resolved.next().unwrap_or_else(|| xml.split_at(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Option<String> {
        plain_text(&HeaderMap::new(), body).map(|text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ")
        })
    }

    #[test]
    fn xml_is_read_for_its_text() {
        for (xml, expected) in [
            ("<error>no</error>", "no"),
            (
                "<?xml version=\"1.0\"?><e><code>7</code><m>a &amp; b</m></e>",
                "7 a & b",
            ),
            ("<e><![CDATA[a < b]]></e>", "a < b"),
            ("<e>a &nbsp; b &lt;c&gt;</e>", "a &nbsp; b <c>"),
            ("<e>cut <off", "cut"),
            ("<e>&#65;</e>", "&#65;"),
        ] {
            assert_eq!(text(xml).as_deref(), Some(expected), "{xml}");
        }
    }

    #[test]
    fn a_page_and_broken_json_have_no_words() {
        for body in [
            "",
            " ",
            "{\"error\":",
            "[1]",
            "\"x\"",
            "<html>no</html>",
            "<a/>",
            "\u{1F}\u{FFFD}a",
        ] {
            assert_eq!(text(body), None, "{body}");
        }
        assert_eq!(text("\u{FEFF}slow down\n").as_deref(), Some("slow down"));
    }

    #[test]
    fn an_encoded_body_is_told_by_its_head_or_by_how_it_begins() {
        let stated = |coding: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
            headers
        };
        let bytes = b"\x8B\x02\x80";
        assert_eq!(encoding(&stated("BR"), bytes), Some("br"));
        assert_eq!(encoding(&stated("gzip, br"), bytes), Some("br"));
        assert_eq!(encoding(&stated("own"), bytes), Some("a coding of its own"));
        assert_eq!(encoding(&HeaderMap::new(), b"\x1F\x8B\x08"), Some("gzip"));
        for (coding, body) in [
            ("identity", &bytes[..]),
            ("", &bytes[..]),
            ("gzip", b"{\"error\":1}"),
            ("gzip", b""),
        ] {
            assert_eq!(encoding(&stated(coding), body), None, "{coding}");
        }
        assert_eq!(encoding(&HeaderMap::new(), bytes), None);
    }

    #[test]
    fn a_body_is_text_unless_a_quarter_of_it_cannot_be_shown() {
        for (body, is_text) in [
            (&b"words"[..], true),
            (b"a\r\n\t\n\nb", true),
            (b"a\x01\x02b", false),
            (b"aaa\x01", true),
            (b"aa\x01", false),
            (b"\xff", false),
        ] {
            assert_eq!(is_readable(body), is_text, "{body:?}");
        }
    }
}

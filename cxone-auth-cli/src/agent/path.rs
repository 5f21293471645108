//! What of a request's target is the profile, and what is passed on to the API.
//!
//! Both are taken byte for byte. What some servers read in another way than others is refused: a dot
//! segment in any spelling could lead from one API to another behind the same host.

use std::fmt;

/// A target: the profile, and the rest of it with its slash and its query.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    pub(super) profile: &'a str,
    pub(super) rest: &'a str,
}

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NoSlash,
    DoubleSlash,
    Characters,
    Backslash,
    Control,
    Dots,
    NoProfile,
}

impl<'a> Target<'a> {
    /// Reads the target of a request in origin-form (RFC 9112 §3.2.1).
    pub(super) fn read(target: &'a str) -> Result<Self, Fault> {
        let below = target.strip_prefix('/').ok_or(Fault::NoSlash)?;
        check(target)?;
        let end = below.find(['/', '?']).unwrap_or(below.len());
        let (profile, rest) = below.split_at(end);
        match rest.as_bytes() {
            _ if profile.is_empty() => Err(Fault::NoProfile),
            [b'/', b'/', ..] => Err(Fault::DoubleSlash),
            [b'/', ..] => Ok(Self { profile, rest }),
            _ => Err(Fault::NoProfile),
        }
    }
}

/// Reports whether a name can be the first segment of a path as it is.
pub(super) fn is_segment(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_fit) && !matches!(name, "." | "..")
}

fn check(target: &str) -> Result<(), Fault> {
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Fault::Characters);
    }
    if target.starts_with("//") {
        return Err(Fault::DoubleSlash);
    }
    if target.contains('\\') {
        return Err(Fault::Backslash);
    }
    let path = target.split('?').next().unwrap_or_default();
    let path = decoded(path);
    if path.contains(&b'\\') {
        return Err(Fault::Backslash);
    }
    if path.iter().any(u8::is_ascii_control) {
        return Err(Fault::Control);
    }
    if path.split(|byte| *byte == b'/').any(is_dots) {
        return Err(Fault::Dots);
    }
    Ok(())
}

/// Reports whether a segment leads elsewhere. Some servers cut parameters off before they look.
fn is_dots(segment: &[u8]) -> bool {
    let name = segment.split(|byte| *byte == b';').next();
    matches!(name, Some(b"." | b".."))
}

/// Returns the path as a server sees it that decodes it before it splits it.
fn decoded(path: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(path).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSlash => "the target of the request is not a path: send only the path",
            Self::DoubleSlash => "the path begins with two slashes, or has two behind the profile",
            Self::Characters => "the path has a character that belongs into no URL: encode it",
            Self::Backslash => "the path has a backslash",
            Self::Control => "the path has a control character",
            Self::Dots => "the path has a segment of dots, which leads elsewhere",
            Self::NoProfile => "the path names no profile: write /PROFILE/ before the rest",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_split_byte_for_byte() {
        for (target, profile, rest) in [
            (
                "/prod/api/v2/users?a=/../b&c=%0a",
                "prod",
                "/api/v2/users?a=/../b&c=%0a",
            ),
            ("/prod/", "prod", "/"),
            ("/prod/a%2fb;v=1/...", "prod", "/a%2fb;v=1/..."),
            ("/prod/api//x/%252e%252e/y", "prod", "/api//x/%252e%252e/y"),
            ("/PROD/x", "PROD", "/x"),
            ("/%70rod/x", "%70rod", "/x"),
        ] {
            assert_eq!(
                Target::read(target),
                Ok(Target { profile, rest }),
                "{target}"
            );
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for (target, fault) in [
            ("/prod/../other/x", Fault::Dots),
            ("/prod/%2e%2E/x", Fault::Dots),
            ("/prod/.%2e", Fault::Dots),
            ("/prod/./x", Fault::Dots),
            ("/prod/..;a=b/x", Fault::Dots),
            ("/prod/x%2f..%2fy", Fault::Dots),
            ("/../x", Fault::Dots),
            ("/prod/..?x", Fault::Dots),
            ("/prod/a\\b", Fault::Backslash),
            ("/prod/a%5Cb", Fault::Backslash),
            ("/prod/x?a\\b", Fault::Backslash),
            ("/prod/a%00b", Fault::Control),
            ("/prod/a%0d%0aHost:x", Fault::Control),
            ("/prod/a%7f", Fault::Control),
            ("/prod/a b", Fault::Characters),
            ("/prod/a\tb", Fault::Characters),
            ("/prod/\u{e9}", Fault::Characters),
            ("//prod/x", Fault::DoubleSlash),
            ("/prod//evil.example/x", Fault::DoubleSlash),
            ("prod/x", Fault::NoSlash),
            ("", Fault::NoSlash),
            ("/", Fault::NoProfile),
            ("/prod", Fault::NoProfile),
            ("/prod?x", Fault::NoProfile),
            ("/?x", Fault::NoProfile),
        ] {
            assert_eq!(Target::read(target), Err(fault), "{target:?}");
        }
    }

    #[test]
    fn a_profile_is_one_segment_as_it_is_written() {
        for name in ["prod", "a.b-c_d~1", "...", "healthz"] {
            assert!(is_segment(name), "{name}");
        }
        for name in ["", ".", "..", "a b", "a/b", "a%20b", "\u{e9}", "a?b"] {
            assert!(!is_segment(name), "{name}");
        }
    }
}

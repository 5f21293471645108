//! The logins that a proxy offers with a 407 (RFC 9110 §11.7.1).

/// The schemes that are told by name. Other text of the proxy is not repeated.
const KNOWN: [&str; 5] = ["Negotiate", "NTLM", "Kerberos", "Digest", "Bearer"];

/// Names the schemes that are offered, if Basic is not one of them. `head` is that of a response.
pub(super) fn without_basic(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let offered: Vec<&str> = fields
        .filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authenticate"))
        .flat_map(|(_, value)| schemes(value))
        .collect();
    if offered.is_empty() || offered.iter().any(|own| own.eq_ignore_ascii_case("basic")) {
        return None;
    }
    let is_offered = |known: &&str| offered.iter().any(|own| own.eq_ignore_ascii_case(known));
    let named: Vec<&str> = KNOWN.into_iter().filter(is_offered).collect();
    Some(if named.is_empty() {
        "another scheme than Basic".to_owned()
    } else {
        named.join(" or ")
    })
}

/// The first word between two commas, unless it is a parameter of the scheme before it.
fn schemes(value: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let parts = value.split(move |letter| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    });
    let words = parts.filter_map(|part| part.split_whitespace().next());
    words.filter(|word| !word.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_named_unless_basic_is_one() {
        for (fields, expected) in [
            ("Proxy-Authenticate: NTLM\r\n", Some("NTLM")),
            (
                "proxy-authenticate: ntlm\r\nPROXY-AUTHENTICATE:Negotiate\r\n",
                Some("Negotiate or NTLM"),
            ),
            (
                "Proxy-Authenticate: Negotiate, NTLM TlRMTVNTUAAC=\r\n",
                Some("Negotiate or NTLM"),
            ),
            (
                "Proxy-Authenticate: Digest realm=\"a, Basic b\", nonce=\"Basic\"\r\n",
                Some("Digest"),
            ),
            (
                "Proxy-Authenticate: hunter2\r\n",
                Some("another scheme than Basic"),
            ),
            ("Proxy-Authenticate: Basic realm=\"a\"\r\n", None),
            ("Proxy-Authenticate: NTLM, basic realm=\"a\"\r\n", None),
            (
                "Proxy-Authenticate: Digest realm=\"a\", nonce=\"b\", Basic realm=\"a\"\r\n",
                None,
            ),
            ("WWW-Authenticate: NTLM\r\n", None),
            ("", None),
        ] {
            let head = format!("HTTP/1.1 407 Login\r\n{fields}\r\n");
            let found = without_basic(head.as_bytes());
            assert_eq!(found.as_deref(), expected, "{fields}");
        }
    }
}

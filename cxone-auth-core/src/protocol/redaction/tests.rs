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
fn text_of_a_server_that_got_no_credential_is_one_line_of_bounded_length_too() {
    assert_eq!(line_of_nobody("a\r\nb").as_deref(), Some("a b"));
    assert_eq!(line_of_nobody(" \n "), None);
    let long = line_of_nobody(&"é".repeat(10_000)).unwrap();
    assert_eq!(long.chars().count(), DESCRIPTION + 1);
}

#[test]
fn a_part_of_a_secret_is_noticed() {
    let config = config();
    assert!(repeats_a_secret("x cr=t x", &config));
    assert!(repeats_a_secret("alue", &config));
    assert!(repeats_a_secret("x CR=T x", &config));
    assert!(repeats_a_secret("a\u{200B}l\0u\ne", &config));
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
    assert!(repeats_a_secret("a.bswy.example", &config));
    assert!(repeats_a_secret("JBSW.example", &config));
    assert!(!repeats_a_secret("api.example", &config));
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
    let near = r#"got <ab\"C/D\\e&?>é here"#;
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

#[test]
fn a_secret_of_three_characters_stays_and_one_of_four_is_taken_out() {
    for (secret, quoted, shown) in [
        ("abc", "abc", "abc"),
        ("abc", "YWJj", "YWJj"),
        ("abcd", "abcd", REDACTED),
        ("abcd", "YWJjZA==", REDACTED),
        ("abcd", "YWJjZA", REDACTED),
    ] {
        let text = description(&format!("got <{quoted}> here"), &config_with(secret)).unwrap();
        assert_eq!(text, format!("got <{shown}> here"), "{secret}, {quoted}");
    }
}

/// What nobody sees: controls, zero-width characters, marks of direction, and marks on a letter.
const UNSEEN: [char; 16] = [
    '\0',
    '\u{7}',
    '\u{7F}',
    '\u{AD}',
    '\u{301}',
    '\u{34F}',
    '\u{20DD}',
    '\u{200B}',
    '\u{200D}',
    '\u{200E}',
    '\u{202E}',
    '\u{2060}',
    '\u{2066}',
    '\u{FE0F}',
    '\u{FEFF}',
    '\u{E0041}',
];

/// The text with something between its characters.
fn with_between(text: &str, between: &str) -> String {
    let characters: Vec<String> = text.chars().map(String::from).collect();
    characters.join(between)
}

#[test]
fn a_secret_is_taken_out_with_characters_in_it_that_nobody_sees() {
    for secret in ["s3cr=t value", "abcd", "q7ZrA0aBBcDeFgHiJkLmN-pQrSt_uV"] {
        for unseen in UNSEEN {
            let hidden = |text: &str| with_between(text, &unseen.to_string());
            for quoted in [
                hidden(secret),
                hidden(&STANDARD.encode(secret)),
                hidden(&STANDARD.encode(format!("id:{secret}"))),
                hidden(&secret.replace('=', "%3D")),
                hidden(&secret.replace('=', "&#x3d;")),
                hidden(&secret.replace('=', "\\u003d")),
            ] {
                let config = config_with(secret);
                let text = description(&format!("got <{quoted}> here"), &config).unwrap();
                assert_eq!(text.replace(REDACTED, ""), "got <> here", "{quoted:?}");
            }
        }
    }
}

/// The server escapes what it has not seen either.
#[test]
fn a_secret_is_taken_out_with_escapes_in_it_of_what_nobody_sees() {
    for secret in ["s3cr=t value", "abcd"] {
        for escape in [
            "%00",
            "%C2%AD",
            "%E2%80%8B",
            "%EF%BB%BF",
            "%25E2%2580%258B",
            "%AD",
            "\\0",
            "\\u200b",
            "\\u{200b}",
            "\\ufeff",
            "\\x00",
            "\\\\u200b",
            "&#8203;",
            "&#x200B;",
            "&shy;",
            "&zwnj;",
            "&amp;#8203;",
        ] {
            let quoted = with_between(secret, escape);
            let config = config_with(secret);
            let text = description(&format!("got <{quoted}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here", "{quoted}");
        }
    }
}

#[test]
fn a_secret_that_is_not_ascii_is_taken_out_with_characters_in_it_that_nobody_sees() {
    for secret in ["пароль", "pässwörd-of-somebody"] {
        for quoted in ["{}\u{200B}{}", "{}\0{}", "{}&#8203;{}"] {
            let middle = secret.char_indices().nth(3).unwrap().0;
            let quoted = quoted.replacen("{}", &secret[..middle], 1);
            let quoted = quoted.replacen("{}", &secret[middle..], 1);
            let config = config_with(secret);
            let text = description(&format!("got <{quoted}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here", "{quoted:?}");
        }
    }
}

/// Programs break long lines. The words around a short secret may look like it.
#[test]
fn a_long_secret_is_taken_out_with_blanks_and_line_breaks_in_it() {
    for blank in [
        " ", "\n", "\r\n    ", "\t", "\u{A0}", "\u{2028}", "%0A", "\\n", "&#10;", "+",
    ] {
        for secret in ["s3cr=t value", "12345678", "q7ZrA0aBBcDeFgHiJkLmN-pQrSt_uV"] {
            let (start, end) = secret.split_at(5);
            for quoted in [
                format!("{start}{blank}{end}"),
                STANDARD.encode(secret).replace('j', &format!("j{blank}")),
            ] {
                let config = config_with(secret);
                let text = description(&format!("got <{quoted}> here"), &config).unwrap();
                assert_eq!(text, "got <[redacted]> here", "{quoted:?}");
            }
        }
    }
    let short = config_with("that");
    assert_eq!(
        description("not with at all", &short).unwrap(),
        "not with at all"
    );
}

/// What stands around a secret stays, whether it counts or not.
#[test]
fn only_the_secret_is_taken_out() {
    let config = config_with("12345678");
    for (quoted, shown) in [
        ("a 12345678 b", "a [redacted] b"),
        ("é12345678é", "é[redacted]é"),
        ("a 12345678\u{200B}\u{301}b", "a [redacted] \u{301}b"),
        ("a 123456 78, b", "a [redacted], b"),
        ("a 1234567 b", "a 1234567 b"),
        ("%2512345678%25", "%25[redacted]%25"),
    ] {
        assert_eq!(description(quoted, &config).unwrap(), shown);
    }
}

#[test]
fn escapes_are_read_in_whichever_case_and_twice() {
    let config = config_with("a/b=c:d_e+f~g");
    for spelling in [
        "a%2fb%3dc%3ad_e%2bf~g",
        "a%2Fb%3Dc%3Ad%5Fe%2Bf%7Eg",
        "a%252Fb%253Dc%253Ad_e%252Bf~g",
        "a%252fb%253dc%253ad_e%252bf%257eg",
        "a&#X2F;b&#x3D;c&#58;d_e&#x2b;f~g",
        "a&sol;b&equals;c&colon;d&lowbar;e&plus;f~g",
        "a&amp;#x2F;b&amp;#61;c:d_e+f~g",
        "a\\u002Fb\\u003dc:d_e\\u002bf~g",
        "a\\u{2f}b\\u{3D}c:d_e+f~g",
    ] {
        let text = description(&format!("got <{spelling}> here"), &config).unwrap();
        assert_eq!(text, "got <[redacted]> here", "{spelling}");
    }
}

#[test]
fn a_secret_is_taken_out_with_references_of_each_form() {
    for (secret, quoted) in [
        ("q7ZrA0aB&\"x", "&#00000113;7ZrA0aB&amp;&quot;x"),
        ("q7ZrA0aB&\"x", "&#x00000071;7ZrA0aB&AMP;&QUOT;x"),
        ("q7ZrA0aB&\"x", "&#113&#55&#x5a;rA0aB&amp&quotx"),
        ("q7ZrA0aB&\"x", "\\u{00000071}7ZrA0aB&\"x"),
        ("q7ZrA0aB&\"x", "\\161\\067ZrA0aB\\046\\042x"),
        ("q7ZrA0aB&\"x", "\\U00000071\\U00000037ZrA0aB&\"x"),
        ("q7ZrA0aB&\"x", "%u0071%u0037ZrA0aB&\"x"),
        ("hunter2hunter2x", "hunter2&ZeroWidthSpace;hunter2x"),
        ("hunter2hunter2x", "hunter2&NoBreak;hunter2x"),
        ("hunter2hunter2x", "hunter2&ic;hunter2x"),
        ("hunter2hunter2x", "hunter2&Tab;hunter2x"),
        ("hunter2hunter2x", "hunter2&NewLine;hunter2x"),
        ("pässwörtlich-9x", "p&auml;ssw&ouml;rtlich-9x"),
        ("pässwörtlich-9x", "p&aumlssw&oumlrtlich-9x"),
        ("pässwörtlich-9x", "p\\303\\244ssw\\xC3\\xB6rtlich-9x"),
    ] {
        let text = description(&format!("got <{quoted}> here"), &config_with(secret)).unwrap();
        assert_eq!(text, "got <[redacted]> here", "{quoted}");
    }
}

/// Also if it is too short to have pieces.
#[test]
fn a_secret_in_base64_is_taken_out_without_its_padding_and_in_either_alphabet() {
    for (secret, quoted) in [
        ("aGVs+G8/YQ==", "aGVs+G8/YQ"),
        ("aGVs+G8/YQ==", "aGVs-G8_YQ"),
        ("aGVs+G8/YQ==", "aGVs-G8_YQ=="),
        ("aGVs-G8_YQ==", "aGVs+G8/YQ"),
        ("aGVs-G8_YQ", "aGVs+G8/YQ"),
    ] {
        let configs = [
            config_with(secret),
            config().with_header("x-auth-token", secret).unwrap(),
        ];
        for config in configs {
            let text = description(&format!("got <{quoted}> here"), &config).unwrap();
            assert_eq!(text, "got <[redacted]> here", "{secret}, {quoted}");
        }
    }
}

#[test]
fn secrets_that_overlap_are_taken_out() {
    let config = config_with("abcabcabc1abc");
    for (quoted, shown) in [
        ("abcabcabc1abcabcabc1abc", "[redacted]"),
        ("abcabcabcabcabc1abcabc", "abcabc[redacted]abc"),
    ] {
        assert_eq!(description(quoted, &config).unwrap(), shown);
    }
    let same = config_with("aaaa");
    assert_eq!(
        description("aaaaaaa b aaa", &same).unwrap(),
        "[redacted] b aaa"
    );
    assert_eq!(setting("aaaaa", &same).unwrap(), "[redacted]");
}

/// An API's words name permissions, scopes, addresses and ids.
#[test]
fn what_an_api_names_is_shown() {
    let secrets = Secrets::of(&config()).and_token("q1first/w2other2w+e3==");
    for text in [
        "one of the following permissions: analytics.conversationAggregate.view.division",
        "see https://help.mypurecloud.com/articles/about-permissions",
        "no scope urn:nice:cxone-user_management_readonly_administration",
        "user 4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f is not in division",
    ] {
        assert_eq!(line(text, &secrets).as_deref(), Some(text));
    }
    let text = "analytics.view.q1first/w2other2w+e3== and q1fir9st/w2other2w+e4==";
    let shown = "analytics.view.[redacted] and [redacted]";
    assert_eq!(line(text, &secrets).as_deref(), Some(shown));
}

#[test]
fn a_setting_is_shown_without_a_part_of_a_secret() {
    let config = config_with("q7ZrA0aBBcDeFgHiJkLmN");
    for (text, shown) in [
        ("billing", "billing"),
        ("billing-q7Zr", "billing-[redacted]"),
        ("q7Z", "q7Z"),
        (
            "login.q7zra0abbcd.example.com/token",
            "login.[redacted].example.com/token",
        ),
        ("app@\u{200B}DeFgH", "app@ [redacted]"),
        ("q7ZrA0aBBcDeFgHiJkLmN", "[redacted]"),
        ("cTdackEwYUJCY0RlRmdIaUprTG1O", "[redacted]"),
    ] {
        assert_eq!(setting(text, &config).unwrap(), shown);
    }
    let long = setting(&"é".repeat(10_000), &config).unwrap();
    assert_eq!(long.chars().count(), DESCRIPTION + 1);
}

//! What is parsed from text: scopes, endpoints, regions, issuers, proxies.

use cxone_auth_core::transport::ProxyUrl;
use cxone_auth_core::{Issuer, Region, Scope, ScopeSet, TokenEndpoint};
use cxone_auth_tests::strategy;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{address, cases, name};

/// Text of any kind, and text that is nearly an address or a name.
fn anything() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "https://",
        "http://",
        "HTTP:",
        "//",
        "/",
        "[",
        "]",
        "::1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1",
        "localhost",
        "@",
        "u:p@",
        ":",
        ":0",
        ":443",
        ":+80",
        "65536",
        "?",
        "#",
        "\\",
        "api.",
        "login.",
        ".",
        "..",
        "-",
        "_",
        "mypurecloud.com",
        ".au",
        "pure.cloud",
        "us-east-1",
        "cxone.niceincontact.com",
        "na1",
        "/auth/token",
        "/oauth/token",
        "%",
        "%41",
        "%zz",
        " ",
        "\t",
        "\n",
        "\0",
        "é",
        "\u{202E}",
        "\u{2028}",
        "😀",
        "a",
        ",",
        "\"",
        "xn--",
        "+",
        "{",
        "^",
    ]);
    prop_oneof![
        3 => vec(pieces, 0..10).prop_map(|pieces| pieces.concat()),
        1 => vec(any::<char>(), 0..40).prop_map(String::from_iter),
        1 => "[ -~]{0,80}",
    ]
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn no_text_makes_a_parser_panic_or_mumble_or_an_endpoint_unfit_to_carry_a_secret(
        text in anything(),
    ) {
        name::check(&text);
    }

    #[test]
    fn an_endpoint_a_base_and_an_origin_agree_on_what_is_malformed(
        start in select(vec!["", "https://", "http://127.0.0.1", "https://api.example.com"]),
        text in anything(),
    ) {
        address::check_agreement(&format!("{start}{text}"));
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn an_endpoint_survives_its_own_text(endpoint in strategy::token_endpoint()) {
        name::assert_endpoint_is_sound(&endpoint);
    }

    #[test]
    fn scopes_keep_their_order_and_lose_their_repetitions(
        scopes in vec(strategy::scope(), 0..8),
        again in any::<prop::sample::Index>(),
    ) {
        let mut given = scopes.clone();
        if !scopes.is_empty() {
            given.push(scopes[again.index(scopes.len())].clone());
        }
        let texts: Vec<&str> = given.iter().map(Scope::as_str).collect();
        let set: ScopeSet = texts.join(" ").parse().unwrap();
        let kept: Vec<&str> = set.iter().map(Scope::as_str).collect();
        let firsts: Vec<&str> = texts
            .iter()
            .enumerate()
            .filter(|(place, text)| !texts[..*place].contains(text))
            .map(|(_, text)| *text)
            .collect();
        prop_assert_eq!(&kept, &firsts);
        prop_assert_eq!(set.to_string(), firsts.join(" "));
        prop_assert_eq!(set.to_string().parse::<ScopeSet>().unwrap(), set);
    }

    #[test]
    fn scopes_without_commas_read_the_same_from_a_list_with_commas(set in strategy::scope_set()) {
        prop_assume!(!set.to_string().contains(','));
        let texts: Vec<&str> = set.iter().map(Scope::as_str).collect();
        let with_commas = ScopeSet::from_comma_separated(&texts.join(", ")).unwrap();
        prop_assert_eq!(with_commas.to_string(), set.to_string());
    }

    #[test]
    fn a_character_is_legal_in_a_scope_exactly_when_the_rfc_says_so(character in any::<char>()) {
        let legal = matches!(u32::from(character), 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        prop_assert_eq!(character.to_string().parse::<Scope>().is_ok(), legal);
    }

    #[test]
    fn a_region_and_an_issuer_are_what_their_text_says(
        region in strategy::region(),
        issuer in strategy::issuer(),
    ) {
        prop_assert_eq!(&Region::custom(&region.to_string()).unwrap(), &region);
        prop_assert_eq!(&Region::custom(region.token_endpoint().host()).unwrap(), &region);
        let address = issuer.token_endpoint().to_string();
        prop_assert_eq!(&Issuer::custom(&address).unwrap(), &issuer);
        prop_assert_eq!(&Issuer::custom(&issuer.url()).unwrap(), &issuer);
    }
}

#[test]
fn an_endpoint_has_nothing_between_its_host_and_its_path_but_a_port() {
    for text in [
        "https://[::1]x/token",
        "http://[::1]x.example.com/token",
        "https://[::1]x:443/token",
        "https://example.com:+443/token",
        "https://example.com:/token",
        "https://[::1]:+443/token",
        "https:example.com/token",
        "https:/example.com/token",
        "https://example.com:443:443/token",
    ] {
        assert!(text.parse::<TokenEndpoint>().is_err(), "{text}");
        let proxy = text.replace("https://", "http://").replace("/token", "");
        assert!(proxy.parse::<ProxyUrl>().is_err(), "{proxy}");
    }
}

#[test]
fn a_custom_region_or_issuer_is_what_its_own_text_gives() {
    for text in [
        "api.api.example.com",
        "login.api.mypurecloud.com",
        "api.login.example",
    ] {
        if let Ok(region) = Region::custom(text) {
            assert_eq!(
                Region::custom(region.domain()).as_ref().ok(),
                Some(&region),
                "{text}"
            );
        }
    }
    for text in [
        "https://example.com//auth/token",
        "https://example.com///",
        "https://example.com/auth/token/auth/token",
        "https://example.com/auth/token/",
    ] {
        if let Ok(issuer) = Issuer::custom(text) {
            assert!(!issuer.url().ends_with('/'), "{text}");
            assert_eq!(
                Issuer::custom(&issuer.url()).as_ref().ok(),
                Some(&issuer),
                "{text}"
            );
        }
    }
}

#[test]
fn text_of_any_length_gets_a_suggestion_or_none() {
    for piece in [
        "a",
        "a.",
        "é",
        "@",
        "/",
        "[",
        "%",
        "us-east-1",
        ":443",
        " ",
        "a b ",
    ] {
        let long = piece.repeat(20_000);
        name::check(&long);
        name::check(&format!("https://{long}"));
        name::check(&format!("https://example.com/{long}"));
    }
}

#[test]
fn a_slip_in_a_region_name_is_understood_or_gets_a_similar_name() {
    let known: Vec<String> = Region::ALL
        .iter()
        .flat_map(|region| [region.aws_name().unwrap(), region.domain()])
        .map(str::to_owned)
        .collect();
    for name in Region::ALL.iter().filter_map(Region::aws_name) {
        for slip in deletions(name).chain(transpositions(name)) {
            let Err(error) = slip.parse::<Region>() else {
                assert!(known.contains(&slip), "{slip} is no region");
                continue;
            };
            let text = error.to_string();
            let country = |name: &str| name.split('-').next().map(str::to_owned);
            let Some((_, rest)) = text.split_once("did you mean ") else {
                // No region of another country is suggested, so a slip in the country's letters
                // leaves nothing to suggest.
                assert_ne!(country(&slip), country(name), "{text}");
                continue;
            };
            let (suggested, _) = rest.split_once('?').expect(&text);
            assert!(known.contains(&suggested.to_owned()), "{text}");
            let near = insertions_match(&slip, suggested) || is_swap(&slip, suggested);
            assert!(near || one_substitution(&slip, suggested), "{text}");
        }
    }
}

fn deletions(name: &str) -> impl Iterator<Item = String> {
    (0..name.len()).map(move |place| format!("{}{}", &name[..place], &name[place + 1..]))
}

fn transpositions(name: &str) -> impl Iterator<Item = String> {
    (1..name.len()).map(move |place| {
        let mut bytes = name.as_bytes().to_vec();
        bytes.swap(place - 1, place);
        String::from_utf8(bytes).unwrap()
    })
}

/// Whether one of both is the other without one character.
fn insertions_match(a: &str, b: &str) -> bool {
    deletions(a).any(|shorter| shorter == b) || deletions(b).any(|shorter| shorter == a)
}

fn is_swap(a: &str, b: &str) -> bool {
    transpositions(a).any(|swapped| swapped == b)
}

fn one_substitution(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count() == 1
}

use super::*;
use crate::config::{ClientAuthentication, Grant};
use crate::error::ErrorKind;
use crate::platform::Platform;

const CLIENT: [(&str, &str); 2] = [("CLIENT_ID", "the-id"), ("CLIENT_SECRET", "the-secret")];
const KEY: [(&str, &str); 2] = [
    ("ACCESS_KEY_ID", "key"),
    ("ACCESS_KEY_SECRET", "key-secret"),
];

fn read(groups: &[&[(&str, &str)]]) -> Result<Config, Error> {
    Config::from_variables(|name| {
        let name = name.strip_prefix("CXONE_AUTH_")?;
        let found = groups
            .iter()
            .copied()
            .flatten()
            .find(|(own, _)| *own == name)?;
        Some(found.1.to_owned())
    })
}

#[test]
fn the_platform_follows_from_what_is_given() {
    for (variables, endpoint) in [
        (
            &[("REGION", "eu-west-1")][..],
            "https://login.mypurecloud.ie/oauth/token",
        ),
        (
            &[("REGION", "xyz1.pure.cloud")],
            "https://login.xyz1.pure.cloud/oauth/token",
        ),
        (
            &[("ISSUER", "na1")],
            "https://cxone.niceincontact.com/auth/token",
        ),
        (
            &[("ISSUER", "https://cx.example.com")],
            "https://cx.example.com/auth/token",
        ),
        (
            &[(
                "ISSUER",
                "https://cx.example.com/.well-known/openid-configuration",
            )],
            "https://cx.example.com/auth/token",
        ),
        (
            &[("ISSUER", "https://cxone.test.niceincontact.com")],
            "https://cxone.test.niceincontact.com/auth/token",
        ),
        (
            &[("REGION", "cac1")],
            "https://login.cac1.pure.cloud/oauth/token",
        ),
        (
            &[("PLATFORM", "cxone")],
            "https://cxone.niceincontact.com/auth/token",
        ),
        (
            &[("TOKEN_URL", "https://example.com/t")],
            "https://example.com/t",
        ),
        (
            &[("PLATFORM", "central"), ("REGION", "c32")],
            "https://api-c32.incontact.com/InContactAuthorizationServer/Token",
        ),
        (
            &[
                ("REGION", "eu-west-1"),
                ("TOKEN_URL", "http://127.0.0.1:9/oauth/token"),
            ],
            "http://127.0.0.1:9/oauth/token",
        ),
    ] {
        let config = read(&[&CLIENT, &KEY, variables]).unwrap();
        assert_eq!(config.endpoint().to_string(), endpoint);
    }
}

#[test]
fn an_error_calls_a_setting_by_the_name_that_the_program_has_for_it() {
    let variables = |secret: &'static str| {
        move |name: &str| match name {
            "CXONE_AUTH_CLIENT_ID" => Some("the-id".to_owned()),
            "CXONE_AUTH_CLIENT_SECRET" => Some(secret.to_owned()),
            _ => None,
        }
    };
    let name_of = |name: &str| format!("<{name}>");
    for (secret, expected) in [
        ("the-secret", "<CXONE_AUTH_PLATFORM> is not set"),
        ("the-secret\n", "<CXONE_AUTH_CLIENT_SECRET>: client secret"),
        ("", "<CXONE_AUTH_CLIENT_SECRET> is not set"),
    ] {
        let named = Variables {
            lookup: variables(secret),
            name_of,
            files: None,
        };
        let error = named.config().unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn no_secret_goes_to_an_address_of_a_vendors_that_is_no_issuer() {
    for address in [
        "https://login.mypurecloud.de",
        "https://xyz1.pure.cloud",
        "https://api-na99.niceincontact.com",
        "https://zz9.nice-incontact.com",
        "https://cxone.niceincontact.com/other",
        "https://api.incontact.com",
        "https://api.cxone.com",
    ] {
        let issuer = [("ISSUER", address)];
        let error = read(&[&CLIENT, &KEY, &issuer]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{address}");
    }
}

#[test]
fn scope_and_authentication_are_taken_over() {
    let config = read(&[
        &CLIENT,
        &[
            ("TOKEN_URL", "https://example.com/t"),
            ("SCOPE", "b a"),
            ("CLIENT_AUTH", "body"),
        ],
    ])
    .unwrap();
    assert_eq!(config.scope().to_string(), "b a");
    assert_eq!(config.client_authentication(), ClientAuthentication::Body);
    assert_eq!(config.platform(), &Platform::Custom);
}

#[test]
fn what_is_rarely_wanted_is_taken_when_it_is_said() {
    let unusual = [
        ("TOKEN_URL", "https://example.com/t"),
        ("CLIENT_ID", "the-id"),
        ("CLIENT_SECRET", "the\u{a0}secret"),
    ];
    let allowed = |text| read(&[&unusual, &[("ALLOW_UNUSUAL_CHARACTERS", text)]]);
    assert!(allowed("").is_err() && allowed("false").is_err());
    assert!(allowed("true").is_ok());
    let url = [("TOKEN_URL", "https://example.com/t"), ("SCOPE", "b a")];
    for (separator, scope) in [("space", "b+a"), ("comma", "b%2Ca"), ("", "b+a")] {
        let config = read(&[&CLIENT, &url, &[("SCOPE_SEPARATOR", separator)]]).unwrap();
        let body = crate::config::token_request(&config).into_body();
        let scope = format!("scope={scope}");
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains(&scope), "{body}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    for (variables, named) in [
        (
            &[("REGION", "us-east-1")][..],
            "CXONE_AUTH_CLIENT_ID is not set",
        ),
        (
            &[CLIENT[1], ("REGION", "us-east-1")],
            "CXONE_AUTH_CLIENT_SECRET is set without a client id: give the id, or unset it",
        ),
        (
            &[("CLIENT_SECRET_FILE", "a-file"), ("REGION", "us-east-1")],
            "CXONE_AUTH_CLIENT_SECRET_FILE is set without a client id: give the id",
        ),
        (
            &[
                CLIENT[1],
                ("ISSUER", "na1"),
                ("ACCESS_KEY_ID", "x"),
                ("ACCESS_KEY_SECRET", "y"),
            ],
            "CXONE_AUTH_CLIENT_SECRET is set without a client id: give the id",
        ),
        (
            &[("CLIENT_ID", "x"), ("CLIENT_SECRET", "")],
            "CXONE_AUTH_CLIENT_SECRET is not set",
        ),
        (&CLIENT, "CXONE_AUTH_PLATFORM is not set"),
        (
            &[CLIENT[0], CLIENT[1], ("PLATFORM", "genesys")],
            "CXONE_AUTH_PLATFORM is unknown",
        ),
        (
            &[CLIENT[0], CLIENT[1], ("PLATFORM", "genesys-cloud")],
            "CXONE_AUTH_REGION is not set",
        ),
        (
            &[CLIENT[0], CLIENT[1], ("ISSUER", "global")],
            "CXONE_AUTH_ACCESS_KEY_ID is not set",
        ),
        (
            &[CLIENT[0], CLIENT[1], KEY[0], KEY[1], ("ISSUER", "globl")],
            "CXONE_AUTH_ISSUER: unknown CXone issuer `globl`: did you mean global?",
        ),
        (
            &[
                CLIENT[0],
                CLIENT[1],
                ("REGION", "us-east-1"),
                ("CLIENT_AUTH", "header"),
            ],
            "CXONE_AUTH_CLIENT_AUTH is unknown",
        ),
        (
            &[
                CLIENT[0],
                CLIENT[1],
                ("REGION", "us-east-1"),
                ("SCOPE_SEPARATOR", ","),
            ],
            "CXONE_AUTH_SCOPE_SEPARATOR is unknown",
        ),
        (
            &[
                CLIENT[0],
                CLIENT[1],
                ("REGION", "us-east-1"),
                ("ALLOW_UNUSUAL_CHARACTERS", "yes"),
            ],
            "CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS is unknown",
        ),
    ] {
        let error = read(&[variables]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(named), "{named}: {error}");
        assert!(!error.to_string().contains("the-secret"));
    }
}

#[test]
fn an_access_key_without_a_client_is_sent_alone() {
    const NA1: &str = "https://na1.nice-incontact.com/authentication/v1/token/access-key";
    const LOCAL: &str = "http://127.0.0.1:9/authentication/v1/token/access-key";
    const NEWER: &str = "https://br1.nice-incontact.com/authentication/v1/token/access-key";
    for (variables, endpoint, issuer) in [
        (&[("ISSUER", "na1")][..], NA1, "global"),
        (
            &[("ISSUER", "https://na1.nice-incontact.com")],
            NA1,
            "global",
        ),
        (&[("ISSUER", "api-na1.niceincontact.com")], NA1, "global"),
        (
            &[("ISSUER", "https://br1.nice-incontact.com")],
            NEWER,
            "global",
        ),
        (
            &[("ISSUER", "http://127.0.0.1:9")],
            LOCAL,
            "http://127.0.0.1:9",
        ),
        (&[("PLATFORM", "cxone"), ("ISSUER", "na1")], NA1, "global"),
        (&[("PLATFORM", "cxone"), ("TOKEN_URL", NA1)], NA1, "global"),
        (&[("TOKEN_URL", NA1)], NA1, "global"),
        (&[("TOKEN_URL", LOCAL)], LOCAL, "http://127.0.0.1:9"),
        (&[("ISSUER", "na1"), ("TOKEN_URL", LOCAL)], LOCAL, "global"),
    ] {
        let config = read(&[&KEY, variables]).unwrap();
        assert_eq!(config.endpoint().to_string(), endpoint, "{variables:?}");
        assert!(matches!(config.grant(), Grant::UserHub(_)), "{variables:?}");
        let Platform::Cxone(own) = config.platform() else {
            panic!("{variables:?}");
        };
        assert_eq!(own.to_string(), issuer, "{variables:?}");
    }
}

#[test]
fn an_access_key_given_as_the_client_is_told_its_place() {
    const ID: &str = "J7QWERTY2345ASDFGHJKLMNBVCXZPOIUYTREWQ6723456ABCDEFG====";
    const CUT: &str = "ZXCVBNM234567QWERTYUIOPASDFGHJKLMNB2345ZXCVBNMQWERTY";
    let key = [("CLIENT_ID", ID), ("CLIENT_SECRET", CUT)];
    for given in [("ISSUER", "na1"), ("PLATFORM", "cxone")] {
        let error = read(&[&key, &[given]]).unwrap_err();
        let message = error.to_string();
        let words = "give them as CXONE_AUTH_ACCESS_KEY_ID and CXONE_AUTH_ACCESS_KEY_SECRET";
        assert!(message.contains(words), "{message}");
        assert!(!message.contains(ID) && !message.contains(CUT), "{message}");
        let first = error.diagnosis().first().unwrap();
        assert_eq!(first.code().to_string(), "CXA-113");
    }
    for given in [[KEY[0]], [KEY[1]]] {
        let error = read(&[&key, &given, &[("ISSUER", "na1")]]).unwrap_err();
        let first = error.diagnosis().first().unwrap();
        assert_eq!(first.code().to_string(), "CXA-310");
    }
}

#[test]
fn half_of_a_login_of_cxone_names_what_the_other_needs() {
    let (client, key) = (&CLIENT[..], &KEY[..]);
    for (given, missing, code) in [
        (&[][..], "ACCESS_KEY_ID", "CXA-310"),
        (client, "ACCESS_KEY_ID", "CXA-310"),
        (&client[..1], "CLIENT_SECRET", "CXA-112"),
        (&client[1..], "CLIENT_ID", "CXA-112"),
        (&key[..1], "ACCESS_KEY_SECRET", "CXA-310"),
        (&key[1..], "ACCESS_KEY_ID", "CXA-310"),
    ] {
        let error = read(&[given, &[("ISSUER", "na1")]]).unwrap_err();
        let message = error.to_string();
        let start = format!("CXONE_AUTH_{missing} is not set or is empty: CXone takes id and");
        assert!(message.starts_with(&start), "{message}");
        assert_eq!(error.diagnosis().first().unwrap().code().to_string(), code);
    }
    for (variables, words) in [
        (&[("PLATFORM", "cxone")][..], "needs the area, such as na1"),
        (&[], "needs the area, such as na1"),
        (
            &[("TOKEN_URL", "https://example.com/t")],
            "needs the area, such as na1",
        ),
        (
            &[("ISSUER", "global")],
            "an access key alone needs the area",
        ),
        (&[("ISSUER", "na2")], "no UserHub of area `na2`"),
        (
            &[("ISSUER", "https://api-xx.niceincontact.com")],
            "unknown CXone area",
        ),
        (
            &[("ISSUER", "https://login.mypurecloud.com")],
            "is an address of Genesys Cloud: use Config::genesys_cloud",
        ),
    ] {
        let message = read(&[&KEY, variables]).unwrap_err().to_string();
        assert!(message.starts_with("CXONE_AUTH_ISSUER"), "{message}");
        assert!(message.contains(words), "{message}");
    }
}

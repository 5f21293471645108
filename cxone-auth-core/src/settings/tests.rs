use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::*;
use crate::config::{
    Assertion, ClientAuthentication, CredentialError, CredentialErrorKind, CredentialSource,
    Secret, SigningKey,
};
use crate::error::ErrorKind;

/// Notes which files are opened, and as what.
#[derive(Default)]
struct Opened(Mutex<Vec<String>>);

struct Unread;

#[async_trait]
impl<T: 'static> CredentialSource<T> for Unread {
    async fn read(&self) -> Result<T, CredentialError> {
        Err(CredentialError::new(
            CredentialErrorKind::Unreadable,
            "it is a test",
        ))
    }
}

impl Opened {
    fn note(&self, what: String) -> Arc<Unread> {
        self.0.lock().unwrap().push(what);
        Arc::new(Unread)
    }
}

impl CredentialFiles for Opened {
    fn secret(&self, path: &str) -> Arc<dyn CredentialSource<Secret>> {
        self.note(format!("secret {path}"))
    }

    fn assertion(&self, path: &str) -> Arc<dyn CredentialSource<Assertion>> {
        self.note(format!("assertion {path}"))
    }

    fn signing_key(
        &self,
        path: &str,
        id: Option<&str>,
        certificate: Option<&str>,
    ) -> Arc<dyn CredentialSource<SigningKey>> {
        let [id, certificate] = [id, certificate].map(|own| own.unwrap_or("-"));
        self.note(format!("key {path} {id} {certificate}"))
    }

    fn certificates(&self, path: &str) -> Result<Vec<u8>, CredentialError> {
        self.note(format!("certificates {path}"));
        if path == "missing.pem" {
            let error = CredentialError::new(CredentialErrorKind::Unreadable, "no such file");
            return Err(error.within(path));
        }
        Ok(b"pem".to_vec())
    }
}

const SERVER: [(&str, &str); 2] = [
    ("TOKEN_URL", "https://example.com/t"),
    ("CLIENT_ID", "the-id"),
];

fn read(variables: &[(&str, &str)]) -> (Result<Settings, Error>, Vec<String>) {
    let files = Opened::default();
    let settings = Settings::from_variables(
        |name| {
            let mut all = SERVER.iter().chain(variables);
            let found = all.find(|(own, _)| name.strip_prefix("CXONE_AUTH_") == Some(own))?;
            Some(found.1.to_owned())
        },
        &files,
    );
    (settings, files.0.into_inner().unwrap())
}

#[test]
fn the_client_authenticates_with_what_is_given() {
    use ClientAuthentication as By;

    for (variables, expected, opened) in [
        (
            &[("CLIENT_SECRET_FILE", "s")][..],
            "Basic",
            &["secret s"][..],
        ),
        (
            &[("CLIENT_SECRET_FILE", "s"), ("CLIENT_AUTH", "body")],
            "Body",
            &["secret s"],
        ),
        (&[("KEY", "k.pem")], "Assertion", &["key k.pem - -"]),
        (
            &[("KEY", "k.pem"), ("KEY_ID", "one")],
            "Assertion",
            &["key k.pem one -"],
        ),
        (&[("ASSERTION_FILE", "a")], "Assertion", &["assertion a"]),
        (&[("CERT", "c.pem")], "Certificate", &[]),
        (&[("CERT", "c.pem"), ("CLIENT_SECRET", "x")], "Basic", &[]),
        // The authentication says which one counts.
        (
            &[
                ("CLIENT_AUTH", "private-key-jwt"),
                ("KEY", "k"),
                ("CLIENT_SECRET", "x"),
            ],
            "Assertion",
            &["key k - -"],
        ),
        (
            &[
                ("CLIENT_AUTH", "tls"),
                ("CERT", "c"),
                ("CLIENT_SECRET", "x"),
            ],
            "Certificate",
            &[],
        ),
        (
            &[
                ("CLIENT_AUTH", "body"),
                ("KEY", "k"),
                ("CLIENT_SECRET", "x"),
            ],
            "Body",
            &[],
        ),
    ] {
        let (settings, files) = read(variables);
        let own = settings.unwrap().config.client_authentication();
        let own = match own {
            By::Basic(_) => "Basic",
            By::Body => "Body",
            By::Assertion => "Assertion",
            By::Certificate => "Certificate",
        };
        assert_eq!(
            (own, files.as_slice()),
            (
                expected,
                &*opened
                    .iter()
                    .map(|own| (*own).to_owned())
                    .collect::<Vec<_>>()
            ),
            "{variables:?}"
        );
    }
}

#[test]
fn what_contradicts_itself_or_is_missing_is_named() {
    for (variables, expected) in [
        (
            &[("CLIENT_SECRET", "x"), ("CLIENT_SECRET_FILE", "s")][..],
            "CXONE_AUTH_CLIENT_SECRET and CXONE_AUTH_CLIENT_SECRET_FILE are both set: keep one",
        ),
        (
            &[("KEY", "k"), ("CLIENT_SECRET", "x")],
            "CXONE_AUTH_CLIENT_SECRET and CXONE_AUTH_KEY are both set: keep one of them",
        ),
        (
            &[("KEY", "k"), ("ASSERTION_FILE", "a")],
            "CXONE_AUTH_KEY and CXONE_AUTH_ASSERTION_FILE are both set: keep one of them",
        ),
        (
            &[("CLIENT_AUTH", "private-key-jwt")],
            "CXONE_AUTH_KEY is not set",
        ),
        (&[("CLIENT_AUTH", "tls")], "CXONE_AUTH_CERT is not set"),
        (
            &[("CLIENT_AUTH", "jwt")],
            "CXONE_AUTH_CLIENT_AUTH is unknown: use basic, basic-raw",
        ),
        (&[], "CXONE_AUTH_CLIENT_SECRET is not set"),
        (
            &[("CLIENT_SECRET", "x"), ("CA_FILE", "missing.pem")],
            "CXONE_AUTH_CA_FILE: missing.pem: no such file",
        ),
        (
            &[("CLIENT_SECRET", "x"), ("TIMEOUT", "0s")],
            "CXONE_AUTH_TIMEOUT: it is no time at all",
        ),
        (
            &[("CLIENT_SECRET", "x"), ("TIMEOUT", "20")],
            "CXONE_AUTH_TIMEOUT: time unit needed",
        ),
        (
            &[("CLIENT_SECRET", "x"), ("PROXY", "proxy:3128")],
            "CXONE_AUTH_PROXY: proxy address does not start with http://",
        ),
    ] {
        let error = read(variables).0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn the_transport_is_set_by_variables() {
    let (settings, opened) = read(&[
        ("CLIENT_SECRET", "x"),
        ("CA_FILE", "ca.pem"),
        ("PROXY", "none"),
        ("TIMEOUT", "5s"),
    ]);
    let settings = settings.unwrap();
    let options = settings.transport();
    assert_eq!(options.root_certificates(), [b"pem".to_vec()]);
    assert!(matches!(options.proxy(), ProxyChoice::Direct));
    assert_eq!(options.timeout(), Duration::from_secs(5));
    assert_eq!(options.connect_timeout(), Duration::from_secs(5));
    assert_eq!(opened, ["certificates ca.pem"]);
}

#[test]
fn the_variables_of_genesys_clouds_tools_count_after_our_own() {
    let all = [
        ("GENESYSCLOUD_REGION", "eu-west-1"),
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "its-id"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "its-secret"),
    ];
    let read = |more: &[(&str, &str)]| {
        let lookup = |name: &str| {
            let mut all = more.iter().chain(&all);
            Some(all.find(|(own, _)| *own == name)?.1.to_owned())
        };
        Config::from_variables(lookup)
    };
    let config = read(&[]).unwrap();
    assert_eq!(
        config.endpoint().to_string(),
        "https://login.mypurecloud.ie/oauth/token"
    );
    assert_eq!(config.client_id(), Some("its-id"));
    let config = read(&[("CXONE_AUTH_CLIENT_ID", "own-id")]).unwrap();
    assert_eq!(config.client_id(), Some("own-id"));
    // Another platform does not get them.
    let url = ("CXONE_AUTH_TOKEN_URL", "https://example.com/t");
    let error = read(&[url]).unwrap_err().to_string();
    assert!(
        error.starts_with("CXONE_AUTH_CLIENT_ID is not set"),
        "{error}"
    );
    // An error names the variable that has the value.
    let error = read(&[("GENESYSCLOUD_REGION", "eu-west-9")])
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("GENESYSCLOUD_REGION: "), "{error}");
}

#[test]
fn an_issuer_names_the_endpoint_and_the_authentication() {
    let of = |more: &[(&str, &str)]| {
        let lookup = |name: &str| {
            let own = [
                ("DISCOVER", "https://id.example.com"),
                ("CLIENT_ID", "the-id"),
                ("CLIENT_SECRET", "the-secret"),
            ];
            let mut all = more.iter().chain(&own);
            let found = all.find(|(own, _)| name.strip_prefix("CXONE_AUTH_") == Some(own))?;
            Some(found.1.to_owned())
        };
        Settings::from_variables(lookup, &Opened::default())
    };
    let settings = of(&[]).unwrap();
    let document = r#"{"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/t",
        "token_endpoint_auth_methods_supported":["client_secret_post"]}"#;
    let metadata = ServerMetadata::read(settings.issuer().unwrap(), document).unwrap();
    let config = settings.configure_with(&metadata).unwrap();
    assert_eq!(config.endpoint().to_string(), "https://id.example.com/t");
    assert_eq!(config.client_authentication(), ClientAuthentication::Body);

    let settings = of(&[("CLIENT_AUTH", "basic")]).unwrap();
    let config = settings.configure_with(&metadata).unwrap();
    assert!(matches!(
        config.client_authentication(),
        ClientAuthentication::Basic(_)
    ));

    let error = of(&[("TOKEN_URL", "https://example.com/t")])
        .unwrap_err()
        .to_string();
    let expected = "CXONE_AUTH_DISCOVER and CXONE_AUTH_TOKEN_URL are both set: keep one of them";
    assert_eq!(error, expected);
}

#[test]
fn a_certificate_is_shown_unless_it_is_there_for_its_thumbprint() {
    let secret = ("CLIENT_SECRET", "x");
    for (variables, expected) in [
        (&[secret][..], None),
        (&[("CERT", "c.pem"), secret], Some("c.pem c.pem")),
        (
            &[("CERT", "c.pem"), ("CERT_KEY", "k.pem")],
            Some("c.pem k.pem"),
        ),
        (&[("CERT", "c.pem"), ("KEY", "sign.pem")], None),
        (
            &[
                ("CERT", "c.pem"),
                ("CERT_KEY", "k.pem"),
                ("KEY", "sign.pem"),
            ],
            Some("c.pem k.pem"),
        ),
    ] {
        let settings = read(variables).0.unwrap();
        let shown = settings.transport().client_certificate();
        let shown = shown.map(|own| {
            let (certificates, key) = own.files().unwrap();
            format!("{} {}", certificates.display(), key.display())
        });
        assert_eq!(shown.as_deref(), expected, "{variables:?}");
    }
    let error = read(&[("CERT_KEY", "k.pem"), secret])
        .0
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("CXONE_AUTH_CERT is not set"), "{error}");
}

use super::parameter::RESERVED;
use super::*;
use crate::error::ErrorKind;

fn credentials() -> ClientCredentials {
    ClientCredentials::new("the-id", "the-secret")
}

fn custom(credentials: ClientCredentials) -> Result<Config, Error> {
    Config::custom("https://example.com/token".parse().unwrap(), credentials)
}

fn configuration_error(result: Result<Config, Error>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.status().is_none());
    error.to_string()
}

#[test]
fn each_platform_has_its_endpoint_and_its_default_authentication() {
    let encoded = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);
    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    let key = AccessKey::new("key", "key-secret====");
    for (config, endpoint, authentication) in [
        (
            Config::genesys_cloud(Region::UsEast1, credentials()),
            "https://login.mypurecloud.com/oauth/token",
            encoded,
        ),
        (
            Config::cxone(Issuer::Global, credentials(), key),
            "https://cxone.niceincontact.com/auth/token",
            encoded,
        ),
        (
            Config::cxone_access_key(Area::Au1, AccessKey::new("key", "key-secret====")),
            "https://au1.nice-incontact.com/authentication/v1/token/access-key",
            encoded,
        ),
        (
            Config::central(Central::new(), credentials()),
            "https://api.incontact.com/InContactAuthorizationServer/Token",
            raw,
        ),
        (custom(credentials()), "https://example.com/token", encoded),
    ] {
        let config = config.unwrap();
        assert_eq!(config.endpoint().to_string(), endpoint);
        assert_eq!(config.client_authentication(), authentication);
    }
}

#[test]
fn unfit_credentials_are_refused_by_every_constructor() {
    let bad = || ClientCredentials::new("the-id", "the-secret\n");
    let good_key = AccessKey::new("key", "key-secret");
    let bad_key = AccessKey::new("key\u{200B}", "key-secret");
    for (result, field) in [
        (
            Config::genesys_cloud(Region::UsEast1, bad()),
            "client secret",
        ),
        (
            Config::cxone(Issuer::Global, bad(), good_key),
            "client secret",
        ),
        (
            Config::cxone(Issuer::Global, credentials(), bad_key),
            "access key id",
        ),
        (Config::central(Central::new(), bad()), "client secret"),
        (custom(bad()), "client secret"),
    ] {
        let error = configuration_error(result);
        assert!(error.starts_with(field), "{error}");
        assert!(!error.contains("the-secret"), "{error}");
    }
}

#[test]
fn an_id_with_a_colon_is_refused_under_raw_basic_only() {
    let with_colon = || ClientCredentials::new("tenant:the-id", "the-secret");
    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    assert!(custom(with_colon()).is_ok());
    let body = custom(with_colon())
        .unwrap()
        .with_client_authentication(ClientAuthentication::Body);
    assert!(body.is_ok());
    for refused in [
        custom(with_colon())
            .unwrap()
            .with_client_authentication(raw),
        Config::central(Central::new(), with_colon()),
    ] {
        let error = configuration_error(refused);
        assert!(error.contains("colon") && error.contains("Body"), "{error}");
    }
}

#[test]
fn a_parameter_is_refused_when_reserved_repeated_or_nameless() {
    let config = || custom(credentials()).unwrap();
    for name in RESERVED {
        let error = configuration_error(config().with_parameter(name, "x"));
        assert!(error.contains(name), "{error}");
    }
    assert!(configuration_error(config().with_parameter("", "x")).contains("name"));
    for name in ["assertion", "Resource", "resources", "audience[]"] {
        let once = config().with_parameter(name, "a").unwrap();
        assert!(configuration_error(once.with_parameter(name, "b")).contains("twice"));
    }
}

#[test]
fn debug_shows_no_value_of_a_credential_or_parameter() {
    let key = AccessKey::new("key-id-value", "key-secret-value");
    let config = Config::cxone(Issuer::Global, credentials(), key)
        .unwrap()
        .with_parameter("assertion", "parameter-value")
        .unwrap();
    let shown = format!("{config:?} {config:#?}");
    for hidden in ["the-id", "the-secret", "-value", "dGhlLWlk"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    assert!(shown.contains("assertion") && shown.contains("cxone.niceincontact.com"));
}

#[test]
fn the_members_of_a_struct_become_parameters() {
    #[derive(serde::Serialize)]
    struct Parameters<'a> {
        audience: &'a str,
        #[serde(rename = "max-age")]
        max_age: u32,
        resource: Option<&'a str>,
    }
    let config = || custom(credentials()).unwrap();
    let parameters = |resource| Parameters {
        audience: "a b&c",
        max_age: 5,
        resource,
    };
    let body = |config: Config| {
        let body = crate::config::token_request(&config).into_body();
        String::from_utf8(body.to_vec()).unwrap()
    };
    let with_all = config().with_parameters(&parameters(Some("r"))).unwrap();
    assert!(body(with_all).ends_with("&audience=a+b%26c&max-age=5&resource=r"));
    let without = config().with_parameters(&parameters(None)).unwrap();
    assert!(body(without).ends_with("&audience=a+b%26c&max-age=5"));

    let taken = config().with_parameters(&[("grant_type", "password")]);
    assert!(configuration_error(taken).contains("grant_type"));
    let nested = config().with_parameters(&[("secret", vec!["s3cret"])]);
    let message = configuration_error(nested);
    assert!(message.contains("form-encoded") && !message.contains("s3cret"));
    assert!(configuration_error(config().with_parameters(&"s3cret")).contains("form-encoded"));
}

#[test]
fn the_id_of_a_client_is_refused_as_that_of_an_access_key() {
    let uuid = "6f0c1e5a-93b1-4a57-8e4b-2f4f6f0f3b11";
    for id in [uuid.to_owned(), uuid.to_uppercase(), format!(" {uuid} ")] {
        let error = Config::cxone_access_key(Area::Na1, AccessKey::new(id, "secret")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let found = error.diagnosis().first().unwrap();
        assert_eq!(found.code().to_string(), "CXA-313");
        assert!(!format!("{error:#}").contains("6f0c1e5a"), "{error:#}");
    }
    for id in [
        "6f0c1e5a-93b1-4a57-8e4b-2f4f6f0f3b1",
        &uuid.replace('-', ""),
        "KEY====",
    ] {
        assert!(Config::cxone_access_key(Area::Na1, AccessKey::new(id, "secret")).is_ok());
    }
}

//! Configurations and the requests made of them.

use cxone_auth_core::config::{BasicEncoding, RenewalPolicy, ScopeSeparator};
use cxone_auth_core::{
    AccessKey, Area, Central, ClientAuthentication, ClientCredentials, Config, Issuer, Region,
    inspect, token_request,
};

use super::fixture::{KEY_SECRET, SECRET, config, credentials, leaves_nothing};

const AUTHENTICATIONS: [ClientAuthentication; 3] = [
    ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded),
    ClientAuthentication::Basic(BasicEncoding::Raw),
    ClientAuthentication::Body,
];

#[test]
fn a_configuration_of_each_platform_leaves_nothing() {
    leaves_nothing(|| {
        let endpoint = "https://as.example.com/token";
        drop(Config::genesys_cloud(Region::EuCentral1, credentials()).unwrap());
        drop(Config::central(Central::new(), credentials()).unwrap());
        drop(Config::custom(endpoint.parse().unwrap(), credentials()).unwrap());
        drop(AUTHENTICATIONS.map(config));
        let key = AccessKey::new("key-id", KEY_SECRET);
        drop(Config::cxone_access_key(Area::Na1, key).unwrap());
    });
}

#[test]
fn a_configuration_that_is_changed_and_copied_leaves_nothing() {
    for authentication in AUTHENTICATIONS {
        leaves_nothing(|| {
            let config = config(authentication);
            let copy = config
                .clone()
                .with_scope("a b".parse().unwrap())
                .with_scope_separator(ScopeSeparator::Comma)
                .with_parameter("audience", "x")
                .unwrap()
                .with_renewal(RenewalPolicy::new())
                .with_token_endpoint("https://gateway.example.com/token".parse().unwrap());
            drop(format!("{config:?} {copy:#?}"));
        });
    }
}

/// JSON escapes some characters, for which the body has room from the start.
#[test]
fn the_request_of_an_access_key_alone_leaves_nothing() {
    for secret in [
        KEY_SECRET.to_owned(),
        format!("\u{1}{KEY_SECRET}\"{}", "\u{1f}".repeat(99)),
    ] {
        leaves_nothing(|| {
            let key = AccessKey::new("key-id", &*secret).allow_unusual_characters();
            let config = Config::cxone_access_key(Area::Na1, key).unwrap();
            let request = token_request(&config);
            drop(format!("{:?} {:?}", inspect(&config), config));
            drop((config, request.into_parts()));
        });
    }
}

#[test]
fn a_request_leaves_nothing() {
    for authentication in AUTHENTICATIONS {
        leaves_nothing(|| {
            let config = config(authentication);
            let request = token_request(&config);
            drop(config);
            let (head, body) = request.into_parts();
            drop((format!("{head:?}"), head, body));
        });
    }
}

/// Each is shaped like something that a rule looks for.
#[test]
fn an_inspection_leaves_nothing() {
    let shapes = [
        SECRET,
        "\"s3cret/that+is=looked for~\"",
        " s3cret/that+is=looked for~",
        "Basic s3cret/that+is=looked for~",
        "czNjcmV0L3RoYXQraXM9bG9va2VkIGZvcn4=",
        "Y2xpZW50LWlkOnMzY3JldC90aGF0K2lzPWxvb2tlZCBmb3J+",
        "s3cret%2Fthat%2Bis%3Dlooked%20for~",
        "client-id:s3cret/that+is=looked for~",
        "your s3cret/that+is=looked for~",
    ];
    for shape in shapes {
        leaves_nothing(|| {
            let endpoint = "https://api.mypurecloud.com/oauth/token".parse().unwrap();
            let credentials = ClientCredentials::new("client-id", shape);
            let custom = Config::custom(endpoint, credentials.clone()).unwrap();
            let key = AccessKey::new("client-id", shape);
            let cxone = Config::cxone(Issuer::Global, credentials, key).unwrap();
            drop(format!("{} {:?}", inspect(&custom), inspect(&cxone)));
        });
    }
}

#[test]
fn a_configuration_that_is_refused_leaves_nothing() {
    leaves_nothing(|| {
        let region = || Region::EuCentral1;
        let pasted = ClientCredentials::new("client-id", "s3cret/that+is=looked for~\n");
        drop(Config::genesys_cloud(region(), pasted).unwrap_err());
        let blank = ClientCredentials::new(" ", SECRET);
        drop(Config::genesys_cloud(region(), blank).unwrap_err());
        let colon = ClientCredentials::new("a:b", SECRET);
        drop(Config::central(Central::new(), colon).unwrap_err());
        config(ClientAuthentication::Body)
            .with_parameter("scope", "x")
            .unwrap_err();
    });
}

/// A variable of the environment comes in a text that may have room to spare.
#[test]
fn variables_leave_nothing() {
    let roomy = |text: &str| {
        let mut roomy = String::with_capacity(2 * text.len());
        roomy.push_str(text);
        Some(roomy)
    };
    let lookup = |platform: &'static str| {
        move |name: &str| match name {
            "CXONE_AUTH_PLATFORM" => roomy(platform),
            "CXONE_AUTH_CLIENT_ID" => roomy("client-id"),
            "CXONE_AUTH_CLIENT_SECRET" => roomy(SECRET),
            "CXONE_AUTH_ACCESS_KEY_ID" => roomy("key-id"),
            "CXONE_AUTH_ACCESS_KEY_SECRET" => roomy(KEY_SECRET),
            _ => None,
        }
    };
    leaves_nothing(|| drop(Config::from_variables(lookup("cxone")).unwrap()));
    leaves_nothing(|| drop(Config::from_variables(lookup("other")).unwrap_err()));
    leaves_nothing(|| drop(Config::from_variables(lookup("genesys-cloud")).unwrap_err()));
}

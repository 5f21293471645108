//! A configuration from named variables, such as those of the environment.

use std::str::FromStr;

use secrecy::SecretString;

use crate::diagnosis::{client, credential};
use crate::{
    AccessKey, BasicEncoding, CatalogueEntry, Central, ClientAuthentication, ClientCredentials,
    Confidence, Config, Error, Issuer,
};

impl Config {
    /// Makes a configuration from variables, each asked for by its name.
    ///
    /// The core reads no environment; a program hands over its own reading of it:
    /// `Config::from_variables(|name| std::env::var(name).ok())`. An empty value counts as absent.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `CXONE_AUTH_PLATFORM` | `genesys-cloud`, `cxone`, `central` or `custom`; by default `custom` when there is a token URL and no region or issuer, else the one that a region or issuer implies |
    /// | `CXONE_AUTH_REGION` | of Genesys Cloud: see [`Region`](crate::Region); of Central: the cluster, if any |
    /// | `CXONE_AUTH_ISSUER` | of CXone: see [`Issuer`], or a URL |
    /// | `CXONE_AUTH_TOKEN_URL` | where to send the token request; needed for `custom`, elsewhere in place of the platform's own |
    /// | `CXONE_AUTH_CLIENT_ID`, `CXONE_AUTH_CLIENT_SECRET` | the client's credentials |
    /// | `CXONE_AUTH_ACCESS_KEY_ID`, `CXONE_AUTH_ACCESS_KEY_SECRET` | the access key, for CXone |
    /// | `CXONE_AUTH_CLIENT_AUTH` | `basic`, `basic-raw` or `body`; by default the platform's own |
    /// | `CXONE_AUTH_SCOPE` | scopes separated by spaces |
    /// | `CXONE_AUTH_API_BASE` | where the API is: see [`with_api_base`](Self::with_api_base) |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the variable that is
    /// missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let variables = Variables { lookup };
        let config = variables.platform()?;
        let config = match variables.optional("TOKEN_URL") {
            Some(url) => config.with_token_endpoint(parsed("TOKEN_URL", &url)?),
            None => config,
        };
        let config = match variables.optional("CLIENT_AUTH") {
            Some(name) => config.with_client_authentication(client_authentication(&name)?)?,
            None => config,
        };
        let config = match variables.optional("API_BASE") {
            Some(base) => config.with_api_base(parsed("API_BASE", &base)?),
            None => config,
        };
        let scope = variables.optional("SCOPE").unwrap_or_default();
        Ok(config.with_scope(parsed("SCOPE", &scope)?))
    }
}

struct Variables<F> {
    lookup: F,
}

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(&format!("CXONE_AUTH_{name}")).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<String, Error> {
        self.optional(name).ok_or_else(|| {
            let message = format!("CXONE_AUTH_{name} is not set: give it a value");
            let error = Error::configuration(message);
            match missing(name) {
                Some(cause) => {
                    let evidence = format!("CXONE_AUTH_{name} is not set");
                    error.with_finding(cause.found(Confidence::Certain, evidence))
                }
                None => error,
            }
        })
    }

    fn platform(&self) -> Result<Config, Error> {
        let credentials = ClientCredentials::new(
            self.required("CLIENT_ID")?,
            SecretString::from(self.required("CLIENT_SECRET")?),
        );
        match self.platform_name()?.as_str() {
            "genesys-cloud" => {
                let region = self.required("REGION")?;
                Config::genesys_cloud(parsed("REGION", &region)?, credentials)
            }
            "cxone" => Config::cxone(self.issuer()?, credentials, self.access_key()?),
            "central" => Config::central(self.central()?, credentials),
            "custom" => {
                let url = self.required("TOKEN_URL")?;
                Config::custom(parsed("TOKEN_URL", &url)?, credentials)
            }
            _ => Err(Error::configuration(
                "CXONE_AUTH_PLATFORM is unknown: use genesys-cloud, cxone, central or custom",
            )),
        }
    }

    fn platform_name(&self) -> Result<String, Error> {
        if let Some(name) = self.optional("PLATFORM") {
            return Ok(name);
        }
        let given = |name| self.optional(name).is_some();
        let implied = match (given("REGION"), given("ISSUER"), given("TOKEN_URL")) {
            (true, false, _) => "genesys-cloud",
            (false, true, _) => "cxone",
            (false, false, true) => "custom",
            _ => return self.required("PLATFORM"),
        };
        Ok(implied.to_owned())
    }

    fn issuer(&self) -> Result<Issuer, Error> {
        let text = self
            .optional("ISSUER")
            .unwrap_or_else(|| "global".to_owned());
        // Only what is written as a URL can be one that the table does not know.
        match parsed("ISSUER", &text) {
            Err(_) if text.contains("://") => Issuer::custom(&text).map_err(of_variable("ISSUER")),
            known_or_unknown => known_or_unknown,
        }
    }

    fn access_key(&self) -> Result<AccessKey, Error> {
        Ok(AccessKey::new(
            self.required("ACCESS_KEY_ID")?,
            SecretString::from(self.required("ACCESS_KEY_SECRET")?),
        ))
    }

    fn central(&self) -> Result<Central, Error> {
        match self.optional("REGION") {
            Some(cluster) => Central::cluster(&cluster).map_err(of_variable("REGION")),
            None => Ok(Central::new()),
        }
    }
}

fn parsed<T: FromStr<Err = Error>>(name: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(of_variable(name))
}

/// What is missing with this variable.
fn missing(name: &str) -> Option<&'static CatalogueEntry> {
    match name {
        "ACCESS_KEY_ID" | "ACCESS_KEY_SECRET" => Some(&client::ACCESS_KEY_MISSING),
        "CLIENT_ID" | "CLIENT_SECRET" => Some(&credential::EMPTY),
        _ => None,
    }
}

/// Puts the variable's name before what is wrong with its value.
fn of_variable(name: &str) -> impl Fn(Error) -> Error + use<'_> {
    move |error| {
        let message = format!("CXONE_AUTH_{name}: {error}");
        Error::configuration(message).with_diagnosis(error.diagnosis().clone())
    }
}

fn client_authentication(name: &str) -> Result<ClientAuthentication, Error> {
    match name {
        "basic" => Ok(ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded)),
        "basic-raw" => Ok(ClientAuthentication::Basic(BasicEncoding::Raw)),
        "body" => Ok(ClientAuthentication::Body),
        _ => Err(Error::configuration(
            "CXONE_AUTH_CLIENT_AUTH is unknown: use basic, basic-raw or body",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Platform};

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
                &[("ISSUER", "na1")],
                "https://cxone.niceincontact.com/auth/token",
            ),
            (
                &[("ISSUER", "https://cx.example.com")],
                "https://cx.example.com/auth/token",
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
    fn what_is_missing_or_wrong_is_named() {
        for (variables, named) in [
            (
                &[("REGION", "us-east-1")][..],
                "CXONE_AUTH_CLIENT_ID is not set",
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
        ] {
            let error = read(&[variables]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(named), "{named}: {error}");
            assert!(!error.to_string().contains("the-secret"));
        }
    }
}

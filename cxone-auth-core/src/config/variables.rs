//! A configuration from named variables, such as those of the environment.

use std::str::FromStr;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, Config, ScopeSeparator,
};
use crate::error::Error;
use crate::finding::catalogue::credential;
use crate::finding::{CatalogueEntry, Confidence, Setting};
use crate::platform::{Central, Issuer, Region};

impl Config {
    /// Makes a configuration from variables, each asked for by its name.
    ///
    /// The core reads no environment; a program hands over its own reading of it:
    /// `Config::from_variables(|name| std::env::var(name).ok())`. An empty value counts as absent.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `CXONE_AUTH_PLATFORM` | `genesys-cloud`, `cxone`, `central` or `custom`; by default `custom` when there is a token URL and no region or issuer, else the one that a region or issuer implies |
    /// | `CXONE_AUTH_REGION` | of Genesys Cloud: see [`Region`], and the domain of a newer one if it is below `pure.cloud`; of Central: the cluster, if any |
    /// | `CXONE_AUTH_ISSUER` | of CXone: see [`Issuer`], or a URL |
    /// | `CXONE_AUTH_TOKEN_URL` | where to send the token request; needed for `custom`, elsewhere in place of the platform's own |
    /// | `CXONE_AUTH_CLIENT_ID`, `CXONE_AUTH_CLIENT_SECRET` | the client's credentials |
    /// | `CXONE_AUTH_ACCESS_KEY_ID`, `CXONE_AUTH_ACCESS_KEY_SECRET` | the access key, for CXone |
    /// | `CXONE_AUTH_CLIENT_AUTH` | `basic`, `basic-raw` or `body`; by default the platform's own |
    /// | `CXONE_AUTH_SCOPE` | scopes separated by spaces |
    /// | `CXONE_AUTH_SCOPE_SEPARATOR` | `space` or `comma`, for the wire: see [`ScopeSeparator`] |
    /// | `CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS` | `true` where ids and secrets do hold such: see [`ClientCredentials::allow_unusual_characters`] |
    /// | `CXONE_AUTH_API_BASE` | where the API is: see [`with_api_base`](Self::with_api_base) |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the variable that is
    /// missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        Self::from_named_variables(lookup, str::to_owned)
    }

    /// As [`from_variables`](Self::from_variables), for a program whose settings have names of
    /// their own: `name_of` gives, for a variable of the table, what an error is to call it.
    ///
    /// # Errors
    ///
    /// As [`from_variables`](Self::from_variables).
    pub fn from_named_variables(
        lookup: impl Fn(&str) -> Option<String>,
        name_of: impl Fn(&str) -> String,
    ) -> Result<Self, Error> {
        let variables = Variables { lookup, name_of };
        let mut config = variables.platform()?;
        if let Some(url) = variables.optional("TOKEN_URL") {
            config = config.with_token_endpoint(variables.parsed("TOKEN_URL", &url)?);
        }
        if let Some(name) = variables.optional("CLIENT_AUTH") {
            config = config
                .with_client_authentication(variables.client_authentication(&name)?)
                .map_err(variables.of("CLIENT_AUTH"))?;
        }
        if let Some(base) = variables.optional("API_BASE") {
            config = config.with_api_base(variables.parsed("API_BASE", &base)?);
        }
        if let Some(name) = variables.optional("SCOPE_SEPARATOR") {
            config = config.with_scope_separator(variables.scope_separator(&name)?);
        }
        let scope = variables.optional("SCOPE").unwrap_or_default();
        Ok(config.with_scope(variables.parsed("SCOPE", &scope)?))
    }
}

struct Variables<F, N> {
    lookup: F,
    name_of: N,
}

impl<F: Fn(&str) -> Option<String>, N: Fn(&str) -> String> Variables<F, N> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(&format!("CXONE_AUTH_{name}")).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<String, Error> {
        self.optional(name).ok_or_else(|| {
            let named = self.named(name);
            let error =
                Error::configuration(format!("{named} is not set or is empty: give it a value"));
            let (cause, setting) = missing(name);
            let evidence = format!("{named} is not set or is empty");
            let finding = cause.found(Confidence::Certain, evidence);
            error.with_finding(match setting {
                Some(setting) => finding.about(vec![setting]),
                None => finding,
            })
        })
    }

    /// A secret, copied to its length: a text with room to spare leaves a copy behind where it
    /// shrinks.
    fn secret(&self, name: &str) -> Result<SecretString, Error> {
        let value = Zeroizing::new(self.required(name)?);
        Ok(SecretString::from(value.as_str()))
    }

    fn platform(&self) -> Result<Config, Error> {
        let credentials = self.credentials()?;
        match self.platform_name()?.as_str() {
            "genesys-cloud" => {
                let region = self.required("REGION")?;
                let region = Region::known_or_newer(&region).map_err(self.of("REGION"))?;
                Config::genesys_cloud(region, credentials)
            }
            "cxone" => Config::cxone(self.issuer()?, credentials, self.access_key()?),
            "central" => Config::central(self.central()?, credentials),
            "custom" => {
                let url = self.required("TOKEN_URL")?;
                Config::custom(self.parsed("TOKEN_URL", &url)?, credentials)
            }
            _ => Err(self.unknown("PLATFORM", "genesys-cloud, cxone, central or custom")),
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
        let text = self.optional("ISSUER");
        let text = text.unwrap_or_else(|| "global".to_owned());
        Issuer::known_or_custom(&text).map_err(self.of("ISSUER"))
    }

    fn credentials(&self) -> Result<ClientCredentials, Error> {
        let (id, secret) = (self.required("CLIENT_ID")?, self.secret("CLIENT_SECRET")?);
        let mut credentials = ClientCredentials::new(id, secret);
        if self.allows_unusual_characters()? {
            credentials = credentials.allow_unusual_characters();
        }
        credentials.check_id().map_err(self.of("CLIENT_ID"))?;
        let checked = credentials.check_secret();
        checked.map_err(self.of("CLIENT_SECRET"))?;
        Ok(credentials)
    }

    fn access_key(&self) -> Result<AccessKey, Error> {
        let id = self.required("ACCESS_KEY_ID")?;
        let mut key = AccessKey::new(id, self.secret("ACCESS_KEY_SECRET")?);
        if self.allows_unusual_characters()? {
            key = key.allow_unusual_characters();
        }
        key.check_id().map_err(self.of("ACCESS_KEY_ID"))?;
        key.check_secret().map_err(self.of("ACCESS_KEY_SECRET"))?;
        Ok(key)
    }

    fn central(&self) -> Result<Central, Error> {
        match self.optional("REGION") {
            Some(cluster) => Central::cluster(&cluster).map_err(self.of("REGION")),
            None => Ok(Central::new()),
        }
    }

    fn client_authentication(&self, name: &str) -> Result<ClientAuthentication, Error> {
        match name {
            "basic" => Ok(ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded)),
            "basic-raw" => Ok(ClientAuthentication::Basic(BasicEncoding::Raw)),
            "body" => Ok(ClientAuthentication::Body),
            _ => Err(self.unknown("CLIENT_AUTH", "basic, basic-raw or body")),
        }
    }

    fn scope_separator(&self, name: &str) -> Result<ScopeSeparator, Error> {
        match name {
            "space" => Ok(ScopeSeparator::Space),
            "comma" => Ok(ScopeSeparator::Comma),
            _ => Err(self.unknown("SCOPE_SEPARATOR", "space or comma")),
        }
    }

    fn allows_unusual_characters(&self) -> Result<bool, Error> {
        match self.optional("ALLOW_UNUSUAL_CHARACTERS").as_deref() {
            Some("true") => Ok(true),
            Some("false") | None => Ok(false),
            Some(_) => Err(self.unknown("ALLOW_UNUSUAL_CHARACTERS", "true or false")),
        }
    }

    fn parsed<T: FromStr<Err = Error>>(&self, name: &str, text: &str) -> Result<T, Error> {
        text.parse().map_err(self.of(name))
    }

    /// The value is none of `choices`.
    fn unknown(&self, name: &str, choices: &str) -> Error {
        let message = format!("{} is unknown: use {choices}", self.named(name));
        let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
        let error = Error::configuration(message);
        error.with_finding(finding.about(setting(name).into_iter().collect::<Vec<_>>()))
    }

    /// What an error calls this variable.
    fn named(&self, name: &str) -> String {
        (self.name_of)(&format!("CXONE_AUTH_{name}"))
    }

    /// Puts the variable's name before what is wrong with its value.
    fn of(&self, name: &str) -> impl Fn(Error) -> Error + use<F, N> {
        let named = self.named(name);
        move |error| error.behind(&format!("{named}: "))
    }
}

/// What is missing with this variable, and the setting if it is one only.
fn missing(name: &str) -> (&'static CatalogueEntry, Option<Setting>) {
    let cause = match name {
        "CLIENT_ID" | "CLIENT_SECRET" => &credential::EMPTY_CREDENTIAL,
        "ACCESS_KEY_ID" | "ACCESS_KEY_SECRET" => &credential::ACCESS_KEY_MISSING,
        "PLATFORM" => return (&credential::NO_SERVER, None),
        _ => &credential::SETTING_UNUSABLE,
    };
    (cause, setting(name))
}

/// The setting of this variable.
fn setting(name: &str) -> Option<Setting> {
    Some(match name {
        "PLATFORM" => Setting::Platform,
        "REGION" => Setting::Region,
        "TOKEN_URL" => Setting::TokenEndpoint,
        "CLIENT_ID" => Setting::ClientId,
        "CLIENT_SECRET" => Setting::ClientSecret,
        "ACCESS_KEY_ID" => Setting::AccessKeyId,
        "ACCESS_KEY_SECRET" => Setting::AccessKeySecret,
        "CLIENT_AUTH" => Setting::ClientAuthentication,
        "SCOPE_SEPARATOR" => Setting::ScopeSeparator,
        "ALLOW_UNUSUAL_CHARACTERS" => Setting::UnusualCharacters,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

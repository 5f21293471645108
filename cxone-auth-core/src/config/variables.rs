//! Makes a configuration from named variables, such as those of the environment.

use std::str::FromStr;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, Config, ScopeSeparator,
    Shape,
};
use crate::error::Error;
use crate::finding::catalogue::{address, credential};
use crate::finding::{CatalogueEntry, Confidence, Setting};
use crate::platform::{Area, Central, Issuer, Region, USER_HUB_PATH, may_be_user_hub};

impl Config {
    /// Makes a configuration from variables. It asks `lookup` for each variable by name.
    ///
    /// The core does not read the environment. The program passes its own lookup:
    /// `Config::from_variables(|name| std::env::var(name).ok())`. An empty value counts as absent.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `CXONE_AUTH_PLATFORM` | `genesys-cloud`, `cxone`, `central` or `custom`; the default is the one that a region or issuer implies; without either, `cxone` if there is an access key and no client id, and `custom` if there is a token URL |
    /// | `CXONE_AUTH_REGION` | for Genesys Cloud: see [`Region`], or the domain of a newer region below `pure.cloud`; for Central: the cluster, if any |
    /// | `CXONE_AUTH_ISSUER` | for CXone: see [`Issuer`], or a URL; for an access key alone, the area: see [`Area`], or the URL of a UserHub |
    /// | `CXONE_AUTH_TOKEN_URL` | where to send the token request; required for `custom`, otherwise it replaces the platform's own |
    /// | `CXONE_AUTH_CLIENT_ID`, `CXONE_AUTH_CLIENT_SECRET` | the client's credentials |
    /// | `CXONE_AUTH_ACCESS_KEY_ID`, `CXONE_AUTH_ACCESS_KEY_SECRET` | the access key, for CXone: together with the client's credentials, or alone ([`cxone_access_key`](Self::cxone_access_key)) |
    /// | `CXONE_AUTH_CLIENT_AUTH` | `basic`, `basic-raw` or `body`; the default is the platform's own |
    /// | `CXONE_AUTH_SCOPE` | scopes separated by spaces |
    /// | `CXONE_AUTH_SCOPE_SEPARATOR` | `space` or `comma`, in the request: see [`ScopeSeparator`] |
    /// | `CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS` | `true` if ids or secrets contain unusual characters: see [`ClientCredentials::allow_unusual_characters`] |
    /// | `CXONE_AUTH_API_BASE` | where the API is: see [`with_api_base`](Self::with_api_base) |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the variable that is
    /// missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        Self::from_named_variables(lookup, str::to_owned)
    }

    /// Does the same as [`from_variables`](Self::from_variables), for a program that has its own
    /// names for the settings. `name_of` takes a variable of the table and returns the name that
    /// errors use for it.
    ///
    /// # Errors
    ///
    /// The same as [`from_variables`](Self::from_variables).
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

const CREDENTIALS: [&str; 4] = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "ACCESS_KEY_ID",
    "ACCESS_KEY_SECRET",
];

/// What each of CXone's logins needs.
const LOGINS: &str = "CXone takes id and secret of an access key, either alone with the area as \
                      issuer, or beside id and secret of a client";

struct Variables<F, N> {
    lookup: F,
    name_of: N,
}

impl<F: Fn(&str) -> Option<String>, N: Fn(&str) -> String> Variables<F, N> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(&format!("CXONE_AUTH_{name}")).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<String, Error> {
        self.optional(name)
            .ok_or_else(|| self.missing(name, self.advice(name)))
    }

    /// Returns what to do about a missing value. The values that are set may be half of CXone's
    /// other login.
    fn advice(&self, name: &str) -> &'static str {
        if CREDENTIALS.contains(&name) && self.is_cxone() {
            LOGINS
        } else {
            "give it a value"
        }
    }

    /// Returns the error about a missing value. `advice` says what to do about it.
    fn missing(&self, name: &str, advice: &str) -> Error {
        let named = self.named(name);
        let (cause, setting) = missing(name);
        let evidence = format!("{named} is not set or is empty");
        let error = Error::configuration(format!("{evidence}: {advice}"));
        let finding = cause.found(Confidence::Certain, evidence);
        error.with_finding(match setting {
            Some(setting) => finding.about(vec![setting]),
            None => finding,
        })
    }

    /// Returns a secret, copied at its exact length. A text with spare capacity leaves a copy
    /// behind when it shrinks.
    fn secret(&self, name: &str) -> Result<SecretString, Error> {
        let value = Zeroizing::new(self.required(name)?);
        Ok(SecretString::from(value.as_str()))
    }

    fn platform(&self) -> Result<Config, Error> {
        if self.is_cxone() && self.is_key_alone()? {
            return Config::cxone_access_key(self.area()?, self.access_key()?)
                .map_err(self.of("ACCESS_KEY_ID"));
        }
        let credentials = self.credentials()?;
        match self.platform_name()?.as_str() {
            "genesys-cloud" => {
                let region = self.required("REGION")?;
                let region = Region::known_or_newer(&region).map_err(self.of("REGION"))?;
                Config::genesys_cloud(region, credentials)
            }
            "cxone" => {
                self.check_is_no_key(&credentials)?;
                Config::cxone(self.issuer()?, credentials, self.access_key()?)
            }
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
            // Only CXone has access keys. Only a login with an access key can have no client.
            (false, false, _) if given("ACCESS_KEY_ID") && !given("CLIENT_ID") => "cxone",
            (false, false, true) => "custom",
            _ => return self.required("PLATFORM"),
        };
        Ok(implied.to_owned())
    }

    fn is_cxone(&self) -> bool {
        self.platform_name().is_ok_and(|own| own == "cxone")
    }

    /// Reports whether CXone is to be asked with an access key alone. A client secret without its
    /// id is half of the other login. With neither a client nor a key, it is not clear which login
    /// is meant.
    fn is_key_alone(&self) -> Result<bool, Error> {
        // Two of them are secrets, whose copies are overwritten.
        let given = |name| self.optional(name).map(Zeroizing::new).is_some();
        let has_key = given("ACCESS_KEY_ID") || given("ACCESS_KEY_SECRET");
        match (given("CLIENT_ID"), given("CLIENT_SECRET"), has_key) {
            (true, ..) => Ok(false),
            (false, true, _) => Err(self.missing("CLIENT_ID", LOGINS)),
            (false, false, true) => Ok(true),
            (false, false, false) => Err(self.missing("ACCESS_KEY_ID", LOGINS)),
        }
    }

    /// Checks for an access key in the client's variables. The client is not missing then: the key
    /// has the wrong name.
    fn check_is_no_key(&self, client: &ClientCredentials) -> Result<(), Error> {
        let given = |name| self.optional(name).map(Zeroizing::new).is_some();
        let has_key = given("ACCESS_KEY_ID") || given("ACCESS_KEY_SECRET");
        let is_of_a_key = |text| Shape::of(text).is_of_a_key();
        if has_key || !is_of_a_key(client.id()) || !client.expose_secret().is_some_and(is_of_a_key)
        {
            return Ok(());
        }
        let [id, secret, key_id, key_secret] = CREDENTIALS.map(|name| self.named(name));
        let evidence = format!("{id} and {secret} have the form of an access key");
        let message = format!("{evidence}: give them as {key_id} and {key_secret}; {LOGINS}");
        let finding = credential::PAIRS_MIXED_UP.found(Confidence::Certain, evidence);
        let settings = vec![
            Setting::ClientId,
            Setting::ClientSecret,
            Setting::AccessKeyId,
            Setting::AccessKeySecret,
        ];
        Err(Error::configuration(message).with_finding(finding.about(settings)))
    }

    /// Returns the area for an access key alone. Without an area, it is the UserHub that the token
    /// URL names.
    fn area(&self) -> Result<Area, Error> {
        let Some(text) = self.optional("ISSUER") else {
            let url = self.optional("TOKEN_URL");
            let hub = url.filter(|url| url.trim_end_matches('/').ends_with(USER_HUB_PATH));
            let Some(url) = hub else {
                let advice = "an access key alone needs the area, such as na1; with a client the \
                              issuer is global by default";
                return Err(self.missing("ISSUER", advice));
            };
            return Area::custom(&url).map_err(self.of("TOKEN_URL"));
        };
        match self.parsed::<Area>("ISSUER", &text) {
            // The same rule as for an issuer. A vendor's other hosts are known, and none of them is
            // a UserHub.
            Err(_) if text.contains("://") && may_be_user_hub(&text) => {
                Area::custom(&text).map_err(self.of("ISSUER"))
            }
            known_or_unknown => known_or_unknown,
        }
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

    /// Returns the error about a value that is none of `choices`.
    fn unknown(&self, name: &str, choices: &str) -> Error {
        let message = format!("{} is unknown: use {choices}", self.named(name));
        let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
        let error = Error::configuration(message);
        error.with_finding(finding.about(setting(name).into_iter().collect::<Vec<_>>()))
    }

    /// Returns the name that errors use for this variable.
    fn named(&self, name: &str) -> String {
        (self.name_of)(&format!("CXONE_AUTH_{name}"))
    }

    /// Puts the variable's name before the description of what is wrong.
    fn of(&self, name: &str) -> impl Fn(Error) -> Error + use<F, N> {
        let named = self.named(name);
        move |error| error.behind(&format!("{named}: "))
    }
}

/// Returns what is missing with this variable, and its setting if there is exactly one.
fn missing(name: &str) -> (&'static CatalogueEntry, Option<Setting>) {
    let cause = match name {
        "CLIENT_ID" | "CLIENT_SECRET" => &credential::EMPTY_CREDENTIAL,
        "ACCESS_KEY_ID" | "ACCESS_KEY_SECRET" => &credential::ACCESS_KEY_MISSING,
        "ISSUER" => &address::UNKNOWN_NAME,
        "PLATFORM" => return (&credential::NO_SERVER, None),
        _ => &credential::SETTING_UNUSABLE,
    };
    (cause, setting(name))
}

/// Returns the setting of this variable.
fn setting(name: &str) -> Option<Setting> {
    Some(match name {
        "PLATFORM" => Setting::Platform,
        "REGION" => Setting::Region,
        "ISSUER" => Setting::Issuer,
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

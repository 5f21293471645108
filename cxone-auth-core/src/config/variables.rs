//! Makes a configuration from named variables, such as those of the environment.

mod client;
mod files;
mod lookup;

use crate::address::{IssuerUrl, TokenEndpoint};
use crate::config::{ClientCredentials, Config, ScopeSeparator, Shape};
use crate::error::Error;
use crate::finding::catalogue::credential;
use crate::finding::{Confidence, Setting};
use crate::platform::{Area, Central, Issuer, Region, USER_HUB_PATH, may_be_user_hub};

pub use files::CredentialFiles;
pub(crate) use lookup::Variables;

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
    /// | `CXONE_AUTH_CLIENT_AUTH` | `basic`, `basic-raw` or `body`; the default is the platform's own; with [`Settings`](crate::settings::Settings) also `private-key-jwt` and `tls` |
    /// | `CXONE_AUTH_ASSERTION_AUDIENCE` | to whom a signed assertion is addressed: see [`with_assertion_audience`](Self::with_assertion_audience) |
    /// | `CXONE_AUTH_SCOPE` | scopes separated by spaces |
    /// | `CXONE_AUTH_SCOPE_SEPARATOR` | `space` or `comma`, in the request: see [`ScopeSeparator`] |
    /// | `CXONE_AUTH_ALLOW_UNUSUAL_CHARACTERS` | `true` if ids or secrets contain unusual characters: see [`ClientCredentials::allow_unusual_characters`] |
    /// | `CXONE_AUTH_API_BASE` | where the API is: see [`with_api_base`](Self::with_api_base) |
    ///
    /// For Genesys Cloud, the variables of its own tools count after these: `GENESYSCLOUD_REGION`,
    /// `GENESYSCLOUD_OAUTHCLIENT_ID` and `GENESYSCLOUD_OAUTHCLIENT_SECRET`.
    ///
    /// Files, keys, certificates and the options of a transport: see
    /// [`Settings::from_variables`](crate::settings::Settings::from_variables).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the variable that is
    /// missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let variables = Variables {
            lookup,
            name_of: str::to_owned,
            files: None,
        };
        variables.config()
    }
}

const CREDENTIALS: [&str; 4] = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "ACCESS_KEY_ID",
    "ACCESS_KEY_SECRET",
];

/// The variables of an access key.
const ACCESS_KEY: [&str; 3] = [
    "ACCESS_KEY_ID",
    "ACCESS_KEY_SECRET",
    "ACCESS_KEY_SECRET_FILE",
];

/// What each of CXone's logins needs.
const LOGINS: &str = "CXone takes id and secret of an access key, either alone with the area as \
                      issuer, or beside id and secret of a client";

impl<F: Fn(&str) -> Option<String>, N: Fn(&str) -> String> Variables<'_, F, N> {
    pub(crate) fn config(&self) -> Result<Config, Error> {
        let mut config = self.platform()?;
        if let Some(url) = self.optional("TOKEN_URL") {
            config = config.with_token_endpoint(self.parsed("TOKEN_URL", &url)?);
        }
        let authentication = self.optional("CLIENT_AUTH");
        let authentication = authentication.map(|name| self.client_authentication(&name));
        if let Some(authentication) = authentication.transpose()?.flatten() {
            config = config
                .with_client_authentication(authentication)
                .map_err(self.of("CLIENT_AUTH"))?;
        }
        if let Some(audience) = self.optional("ASSERTION_AUDIENCE") {
            config = config.with_assertion_audience(audience);
        }
        if let Some(base) = self.optional("API_BASE") {
            config = config.with_api_base(self.parsed("API_BASE", &base)?);
        }
        if let Some(name) = self.optional("SCOPE_SEPARATOR") {
            config = config.with_scope_separator(self.scope_separator(&name)?);
        }
        let scope = self.optional("SCOPE").unwrap_or_default();
        Ok(config.with_scope(self.parsed("SCOPE", &scope)?))
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
            "custom" => Config::custom(self.endpoint()?, credentials),
            _ => Err(self.unknown("PLATFORM", "genesys-cloud, cxone, central or custom")),
        }
    }

    /// Returns the token endpoint of a custom server. If an issuer names it, it is the issuer's own
    /// address for the time being. [`Settings`](crate::settings::Settings) replaces it.
    fn endpoint(&self) -> Result<TokenEndpoint, Error> {
        let variable = match (self.files.is_some(), self.optional("DISCOVER")) {
            (true, Some(_)) => "DISCOVER",
            _ => "TOKEN_URL",
        };
        let url = self.required(variable)?;
        self.parsed(variable, &url)
    }

    pub(crate) fn issuer_to_discover(&self) -> Result<Option<IssuerUrl>, Error> {
        let Some(issuer) = self.optional("DISCOVER") else {
            return Ok(None);
        };
        self.only_one(&["DISCOVER", "TOKEN_URL"])?;
        self.parsed("DISCOVER", &issuer).map(Some)
    }

    fn platform_name(&self) -> Result<String, Error> {
        if let Some(name) = self.optional("PLATFORM") {
            return Ok(name);
        }
        let given = |name| self.optional(name).is_some();
        let has_address = given("TOKEN_URL") || given("DISCOVER");
        let implied = match (given("REGION"), given("ISSUER"), has_address) {
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
        let has_key = ACCESS_KEY.iter().any(|name| self.is_given(name));
        let has_secret = self.is_given("CLIENT_SECRET") || self.is_given("CLIENT_SECRET_FILE");
        match (self.is_given("CLIENT_ID"), has_secret, has_key) {
            (true, ..) => Ok(false),
            (false, true, _) => Err(self.missing("CLIENT_ID", &self.advice("CLIENT_ID"))),
            (false, false, true) => Ok(true),
            (false, false, false) => Err(self.missing("ACCESS_KEY_ID", LOGINS)),
        }
    }

    /// Checks for an access key in the client's variables. The client is not missing then: the key
    /// has the wrong name.
    fn check_is_no_key(&self, client: &ClientCredentials) -> Result<(), Error> {
        let has_key = ACCESS_KEY.iter().any(|name| self.is_given(name));
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

    fn central(&self) -> Result<Central, Error> {
        match self.optional("REGION") {
            Some(cluster) => Central::cluster(&cluster).map_err(self.of("REGION")),
            None => Ok(Central::new()),
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
}

#[cfg(test)]
mod tests;

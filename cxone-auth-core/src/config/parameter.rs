//! Further parameters of the token request.

use serde::Serialize;
use zeroize::Zeroizing;

use super::Config;
use crate::error::Error;
use crate::finding::Setting;

/// Parameters that the configuration itself writes.
pub(super) const RESERVED: [&str; 8] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "username",
    "password",
];

/// Parameters that a request may contain more than once: a token for several places. `resource` is
/// from RFC 8707 §2, `audience` from RFC 8693 §2.1.
const REPEATABLE: [&str; 2] = ["resource", "audience"];

impl Config {
    /// Adds a parameter to the body, such as `audience` or `resource`. You may add these two more
    /// than once (RFC 8707 §2). Each value is sent.
    ///
    /// It has no effect with [`Grant::UserHub`](super::Grant::UserHub).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the name is empty, if it
    /// was added before and is not one of those two, or if the configuration itself writes it
    /// (`grant_type`, `client_id`, `client_secret`, `client_assertion`, `client_assertion_type`,
    /// `scope`, `username`, `password`).
    pub fn with_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, Error> {
        let name = name.into();
        self.check_parameter(&name)?;
        if self.credentials.is_none() {
            return Ok(self.noted(Setting::Parameter, true));
        }
        self.parameters.reserve_exact(1);
        self.parameters.push((name, value.into()));
        Ok(self.prepared())
    }

    /// Adds the members of a struct as parameters. Each member that is not `None` is added under
    /// its serde name.
    ///
    /// ```
    /// use cxone_auth_core::{ClientCredentials, Config};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Parameters<'a> {
    ///     audience: &'a str,
    ///     resource: Option<&'a str>,
    /// }
    ///
    /// let credentials = ClientCredentials::new("client-id", "client-secret");
    /// let config = Config::custom("https://login.example.com/token".parse()?, credentials)?
    ///     .with_parameters(&Parameters {
    ///         audience: "https://api.example.com",
    ///         resource: None,
    ///     })?;
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The same as [`with_parameter`](Self::with_parameter). Also if `parameters` is not a struct
    /// or map of plain values.
    pub fn with_parameters(self, parameters: &impl Serialize) -> Result<Self, Error> {
        // The serializer's own error may quote a value.
        let form = serde_urlencoded::to_string(parameters).map(Zeroizing::new);
        let form = form.map_err(|_| {
            Error::configuration(
                "parameters cannot be form-encoded: give a struct whose members are text, numbers \
                 or booleans",
            )
        })?;
        let mut pairs = form_urlencoded::parse(form.as_bytes());
        pairs.try_fold(self, |config, (name, value)| {
            config.with_parameter(name, value)
        })
    }

    fn check_parameter(&self, name: &str) -> Result<(), Error> {
        if name.is_empty() {
            Err(Error::configuration("parameter has no name: give it one"))
        } else if RESERVED.contains(&name) {
            Err(Error::configuration(format!(
                "parameter {name} is set by cxone-auth itself: use its own setting"
            )))
        } else if !REPEATABLE.contains(&name) && self.parameters.iter().any(|(own, _)| own == name)
        {
            Err(Error::configuration(format!(
                "parameter {name} is given twice: RFC 6749 §3.2 allows each once, and RFC 8707 §2 \
                 resource and audience more often"
            )))
        } else {
            Ok(())
        }
    }
}

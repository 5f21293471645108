//! How variables are looked up, and how errors name them.

use std::str::FromStr;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::files::CredentialFiles;
use super::{CREDENTIALS, LOGINS};
use crate::error::Error;
use crate::finding::catalogue::{address, credential};
use crate::finding::{CatalogueEntry, Confidence, Setting};

pub(crate) struct Variables<'a, F, N> {
    pub(crate) lookup: F,
    pub(crate) name_of: N,
    /// `None` if the files that variables name are not opened.
    pub(crate) files: Option<&'a dyn CredentialFiles>,
}

/// The variables of Genesys Cloud's own tools, and those that count before them.
const OF_GENESYS_TOOLS: [(&str, &str); 3] = [
    ("REGION", "GENESYSCLOUD_REGION"),
    ("CLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_ID"),
    ("CLIENT_SECRET", "GENESYSCLOUD_OAUTHCLIENT_SECRET"),
];

impl<F: Fn(&str) -> Option<String>, N: Fn(&str) -> String> Variables<'_, F, N> {
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        let value = self.own(name);
        value.or_else(|| self.value(self.of_genesys_tools(name)?))
    }

    fn own(&self, name: &str) -> Option<String> {
        self.value(&format!("CXONE_AUTH_{name}"))
    }

    fn value(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).filter(|value| !value.is_empty())
    }

    /// Reports whether the variable has a value. It may be a secret, which is overwritten.
    fn is_set(&self, variable: &str) -> bool {
        self.value(variable).map(Zeroizing::new).is_some()
    }

    /// Returns the variable of Genesys Cloud's own tools that is read in the place of this one. None
    /// is read if another platform is meant.
    fn of_genesys_tools(&self, name: &str) -> Option<&'static str> {
        let mut rows = OF_GENESYS_TOOLS.iter();
        let (_, variable) = rows.find(|(own, _)| *own == name)?;
        let is_meant = match self.own("PLATFORM") {
            Some(platform) => platform == "genesys-cloud",
            None => ["ISSUER", "TOKEN_URL", "DISCOVER"]
                .iter()
                .all(|name| self.own(name).is_none()),
        };
        is_meant.then_some(*variable)
    }

    pub(super) fn required(&self, name: &str) -> Result<String, Error> {
        self.optional(name)
            .ok_or_else(|| self.missing(name, &self.advice(name)))
    }

    /// Returns what to do about a missing value. The values that are set may be half of CXone's
    /// other login.
    pub(super) fn advice(&self, name: &str) -> String {
        let secrets = ["CLIENT_SECRET", "CLIENT_SECRET_FILE"];
        let secret = secrets.into_iter().find(|own| self.is_given(own));
        let stray = secret.filter(|_| name == "CLIENT_ID").map(|secret| {
            let named = self.named(secret);
            format!("{named} is set without a client id: give the id, or unset it")
        });
        match (CREDENTIALS.contains(&name) && self.is_cxone(), stray) {
            (true, None) => LOGINS.to_owned(),
            (true, Some(stray)) => format!("{LOGINS}; {stray}"),
            (false, None) => "give it a value".to_owned(),
            (false, Some(stray)) => stray,
        }
    }

    /// Returns the error about a missing value. `advice` says what to do about it.
    pub(crate) fn missing(&self, name: &str, advice: &str) -> Error {
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
    pub(super) fn secret(&self, name: &str) -> Result<SecretString, Error> {
        let value = Zeroizing::new(self.required(name)?);
        Ok(SecretString::from(value.as_str()))
    }

    pub(super) fn parsed<T: FromStr<Err = Error>>(
        &self,
        name: &str,
        text: &str,
    ) -> Result<T, Error> {
        text.parse().map_err(self.of(name))
    }

    /// Returns the error about a value that is none of `choices`.
    pub(super) fn unknown(&self, name: &str, choices: &str) -> Error {
        let message = format!("{} is unknown: use {choices}", self.named(name));
        let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
        let error = Error::configuration(message);
        error.with_finding(finding.about(setting(name).into_iter().collect::<Vec<_>>()))
    }

    /// Returns the error about a value that cannot be used. `fault` says why.
    pub(crate) fn unusable(&self, name: &str, fault: &str) -> Error {
        let message = format!("{}: {fault}", self.named(name));
        let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
        let settings: Vec<Setting> = setting(name).into_iter().collect();
        Error::configuration(message).with_finding(finding.about(settings))
    }

    /// Returns the name that errors use for this variable. It is the variable of Genesys Cloud's own
    /// tools if that gives the value.
    pub(super) fn named(&self, name: &str) -> String {
        let own = || (self.name_of)(&format!("CXONE_AUTH_{name}"));
        let genesys = self
            .of_genesys_tools(name)
            .filter(|_| !self.is_set(&format!("CXONE_AUTH_{name}")));
        let genesys = genesys.filter(|variable| self.is_set(variable));
        genesys.map_or_else(own, str::to_owned)
    }

    /// Puts the variable's name before the description of what is wrong.
    pub(crate) fn of(&self, name: &str) -> impl Fn(Error) -> Error + use<F, N> {
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
pub(super) fn setting(name: &str) -> Option<Setting> {
    Some(match name {
        "PLATFORM" => Setting::Platform,
        "REGION" => Setting::Region,
        "ISSUER" => Setting::Issuer,
        "TOKEN_URL" => Setting::TokenEndpoint,
        "CLIENT_ID" => Setting::ClientId,
        "CLIENT_SECRET" | "CLIENT_SECRET_FILE" => Setting::ClientSecret,
        "ACCESS_KEY_ID" => Setting::AccessKeyId,
        "ACCESS_KEY_SECRET" | "ACCESS_KEY_SECRET_FILE" => Setting::AccessKeySecret,
        "KEY" | "KEY_ID" => Setting::SigningKey,
        "ASSERTION_FILE" => Setting::Assertion,
        "CLIENT_AUTH" => Setting::ClientAuthentication,
        "CA_FILE" => Setting::TrustedCertificates,
        "PROXY" => Setting::Proxy,
        "TIMEOUT" => Setting::Timeout,
        "SCOPE_SEPARATOR" => Setting::ScopeSeparator,
        "ALLOW_UNUSUAL_CHARACTERS" => Setting::UnusualCharacters,
        _ => return None,
    })
}

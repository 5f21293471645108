//! What proves the client: a secret, a key, an assertion or a certificate.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::files::{CredentialFiles, not_opened};
use super::lookup::{Variables, setting};
use crate::config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, CredentialSource, Secret,
};
use crate::error::Error;
use crate::finding::catalogue::credential;
use crate::finding::{Confidence, Setting};

/// The values of `CXONE_AUTH_CLIENT_AUTH`.
const WAYS: &str = "basic, basic-raw, body, private-key-jwt or tls";

/// The variables that hold a secret or name its file.
const SECRETS: [&str; 2] = ["CLIENT_SECRET", "CLIENT_SECRET_FILE"];

/// The variables that name what an assertion comes from.
const ASSERTIONS: [&str; 2] = ["KEY", "ASSERTION_FILE"];

impl<F: Fn(&str) -> Option<String>, N: Fn(&str) -> String> Variables<'_, F, N> {
    pub(super) fn credentials(&self) -> Result<ClientCredentials, Error> {
        let id = self.required("CLIENT_ID")?;
        let mut credentials = match self.proof()? {
            "KEY" => {
                let (key_id, certificate) = (self.optional("KEY_ID"), self.optional("CERT"));
                let key = self.files("KEY")?.signing_key(
                    &self.required("KEY")?,
                    key_id.as_deref(),
                    certificate.as_deref(),
                );
                ClientCredentials::signed_by(id, key)
            }
            "ASSERTION_FILE" => {
                let path = self.required("ASSERTION_FILE")?;
                let assertion = self.files("ASSERTION_FILE")?.assertion(&path);
                ClientCredentials::with_assertions(id, assertion)
            }
            "CERT" => ClientCredentials::with_certificate(id),
            "CLIENT_SECRET_FILE" => {
                ClientCredentials::from_source(id, self.secret_file("CLIENT_SECRET_FILE")?)
            }
            _ => ClientCredentials::new(id, self.secret("CLIENT_SECRET")?),
        };
        if self.allows_unusual_characters()? {
            credentials = credentials.allow_unusual_characters();
        }
        credentials.check_id().map_err(self.of("CLIENT_ID"))?;
        let checked = credentials.check_secret();
        checked.map_err(self.of("CLIENT_SECRET"))?;
        Ok(credentials)
    }

    pub(super) fn access_key(&self) -> Result<AccessKey, Error> {
        let id = self.required("ACCESS_KEY_ID")?;
        let secrets = ["ACCESS_KEY_SECRET", "ACCESS_KEY_SECRET_FILE"];
        let mut key = match self.only_one(&secrets)? {
            Some("ACCESS_KEY_SECRET_FILE") => {
                AccessKey::from_source(id, self.secret_file("ACCESS_KEY_SECRET_FILE")?)
            }
            _ => AccessKey::new(id, self.secret("ACCESS_KEY_SECRET")?),
        };
        if self.allows_unusual_characters()? {
            key = key.allow_unusual_characters();
        }
        key.check_id().map_err(self.of("ACCESS_KEY_ID"))?;
        key.check_secret().map_err(self.of("ACCESS_KEY_SECRET"))?;
        Ok(key)
    }

    /// Returns the variable of what proves the client. The client authentication says which one is
    /// meant. Without it, there must be only one. A certificate may stand beside a secret: then the
    /// connection presents it, and the secret proves the client.
    fn proof(&self) -> Result<&'static str, Error> {
        let all = [SECRETS, ASSERTIONS].concat();
        match self.optional("CLIENT_AUTH").as_deref() {
            Some("private-key-jwt") => Ok(self.only_one(&ASSERTIONS)?.unwrap_or("KEY")),
            Some("tls") => self.required("CERT").map(|_| "CERT"),
            Some(name) => {
                self.client_authentication(name)?;
                Ok(self.only_one(&SECRETS)?.unwrap_or("CLIENT_SECRET"))
            }
            None => match self.only_one(&all)? {
                Some(given) => Ok(given),
                None if self.is_given("CERT") => Ok("CERT"),
                None => Ok("CLIENT_SECRET"),
            },
        }
    }

    /// Returns the one of `names` that is given, if any.
    pub(super) fn only_one(&self, names: &[&'static str]) -> Result<Option<&'static str>, Error> {
        let mut given = names.iter().copied().filter(|name| self.is_given(name));
        let first = given.next();
        let (Some(one), Some(other)) = (first, given.next()) else {
            return Ok(first);
        };
        let both = [one, other].map(|name| self.named(name)).join(" and ");
        let message = format!("{both} are both set: keep one of them");
        let finding = credential::SETTING_UNUSABLE.found(Confidence::Certain, &*message);
        let settings: Vec<Setting> = [one, other].into_iter().filter_map(setting).collect();
        Err(Error::configuration(message).with_finding(finding.about(settings)))
    }

    pub(super) fn is_given(&self, name: &str) -> bool {
        // It may be a secret, whose copy is overwritten.
        self.optional(name).map(Zeroizing::new).is_some()
    }

    /// Returns the way of the client authentication; `None` for one that the credentials imply.
    pub(super) fn client_authentication(
        &self,
        name: &str,
    ) -> Result<Option<ClientAuthentication>, Error> {
        match name {
            "basic" => Ok(Some(ClientAuthentication::Basic(
                BasicEncoding::FormUrlEncoded,
            ))),
            "basic-raw" => Ok(Some(ClientAuthentication::Basic(BasicEncoding::Raw))),
            "body" => Ok(Some(ClientAuthentication::Body)),
            "private-key-jwt" | "tls" => Ok(None),
            _ => Err(self.unknown("CLIENT_AUTH", WAYS)),
        }
    }

    fn secret_file(&self, name: &str) -> Result<Arc<dyn CredentialSource<Secret>>, Error> {
        let path = self.required(name)?;
        Ok(self.files(name)?.secret(&path))
    }

    /// Returns what opens the file that this variable names.
    fn files(&self, name: &str) -> Result<&dyn CredentialFiles, Error> {
        self.files
            .ok_or_else(|| not_opened(&self.named(name), setting(name)))
    }
}

//! The forms in which a token is printed.

mod exec_credential;
mod git_credential;
mod shell;
pub(crate) mod table;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use cxone_auth_core::{AccessToken, SecretString};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::failure::{Failure, Kind};

pub(crate) use git_credential::{QUIT, Question};
pub(crate) use shell::{Shell, word};

/// The variable that holds the token in the form of a shell.
pub(crate) const ACCESS_TOKEN: &str = "CXONE_AUTH_ACCESS_TOKEN";

/// How a token is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The token and a newline
    Token,
    /// Authorization: Bearer …
    Header,
    /// An object with the token, its type, its end, its scope, and where it comes from
    Json,
    // No example stands here: fish would run it to complete the form.
    /// Commands that set variables, for the `eval` of a shell
    Env,
    /// What kubectl takes from a credential plugin
    ExecCredential,
    /// What git takes from a credential helper
    GitCredential,
}

/// A form in which a token is printed, with everything that it depends on.
pub(crate) enum Form {
    Token,
    Header,
    Json,
    Env(Shell),
    ExecCredential,
    GitCredential(Question),
}

/// A token that is handed out, from the server or from the store.
pub(crate) struct Handout {
    pub(crate) token: SecretString,
    pub(crate) expires_at: SystemTime,
    /// The scopes that the server named.
    pub(crate) scope: Option<String>,
    pub(crate) source: Source,
}

/// Where a token comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Server,
    Cache,
}

impl Handout {
    pub(crate) fn of(token: &AccessToken, source: Source) -> Self {
        Self {
            token: SecretString::from(token.expose_secret()),
            expires_at: token.expires_at().wall(),
            scope: token.scope().scopes().map(ToString::to_string),
            source,
        }
    }

    /// Returns the text for standard output.
    pub(crate) fn render(&self, now: SystemTime, form: &Form) -> Result<String, Failure> {
        let token = self.token.expose_secret();
        Ok(match form {
            Form::Token => format!("{token}\n"),
            Form::Header => format!("Authorization: Bearer {token}\n"),
            Form::Json => format!("{:#}\n", self.json(now)),
            Form::Env(shell) => self.env(*shell)?,
            Form::ExecCredential => exec_credential::render(self)?,
            Form::GitCredential(question) => git_credential::render(self, question),
        })
    }

    fn json(&self, now: SystemTime) -> serde_json::Value {
        json!({
            "access_token": self.token.expose_secret(),
            "token_type": "Bearer",
            "expires_in": self.remaining(now).as_secs(),
            "expires_at": self.expires_at_epoch(),
            "expires_at_rfc3339": self.expires_at_rfc3339(),
            "scope": self.scope,
            "source": match self.source {
                Source::Server => "server",
                Source::Cache => "cache",
            },
        })
    }

    /// Refuses a token that a shell could execute if it reads the text in another way than
    /// intended, for example because it is not the shell that was named.
    fn env(&self, shell: Shell) -> Result<String, Failure> {
        let token = self.token.expose_secret();
        if !shell::is_b64token(token) {
            return Err(Failure::new(
                Kind::Other,
                "the token has a character that no bearer token has (RFC 6750, section 2.1), and that a \
                 shell may act on: take it with another --output",
            ));
        }
        let variables = [
            (ACCESS_TOKEN, token),
            ("CXONE_AUTH_TOKEN_TYPE", "Bearer"),
            (
                "CXONE_AUTH_EXPIRES_AT",
                &self.expires_at_epoch().to_string(),
            ),
        ];
        Ok(variables
            .map(|(name, value)| shell.assignment(name, value))
            .concat())
    }

    fn remaining(&self, now: SystemTime) -> Duration {
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    fn expires_at_epoch(&self) -> u64 {
        let since = self.expires_at.duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }

    /// Returns the end of the token in UTC, in whole seconds.
    fn expires_at_rfc3339(&self) -> String {
        let seconds = UNIX_EPOCH + Duration::from_secs(self.expires_at_epoch());
        humantime::format_rfc3339_seconds(seconds).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handout() -> Handout {
        Handout {
            token: "a-token".into(),
            expires_at: UNIX_EPOCH + Duration::from_millis(1_700_000_000_900),
            scope: None,
            source: Source::Cache,
        }
    }

    #[test]
    fn the_end_is_told_in_utc_and_never_too_late() {
        assert_eq!(handout().expires_at_rfc3339(), "2023-11-14T22:13:20Z");
        assert_eq!(handout().expires_at_epoch(), 1_700_000_000);
    }
}

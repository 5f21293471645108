//! What git takes from a credential helper (gitcredentials(7), git-credential(1)).

use std::io::{self, IsTerminal as _, Read as _};

use cxone_auth_blocking::ApiBase;
use secrecy::{ExposeSecret as _, SecretString};

use super::Handout;
use crate::failure::{Failure, Kind};

/// What git tells about the credential that it wants, or gives back.
#[derive(Default)]
pub(crate) struct Question {
    protocol: Option<String>,
    host: Option<String>,
    username: Option<String>,
    knows_authtype: bool,
    rejected: Option<SecretString>,
}

/// More than any question is.
const LONGEST: u64 = 1 << 20;

impl Question {
    /// Reads the question from standard input; on a terminal there is none.
    pub(crate) fn read() -> Result<Self, Failure> {
        let input = io::stdin();
        if input.is_terminal() {
            return Ok(Self::default());
        }
        let mut bytes = Vec::new();
        let read = input.lock().take(LONGEST).read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(Kind::Other, format!("standard input: {error}")))?;
        // A path may be in any encoding; what is looked at is text.
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }

    /// The token that the server of the repository rejected.
    pub(crate) fn rejected(self) -> Option<SecretString> {
        self.rejected
    }

    /// That the token will not go out in clear, as none does to an API.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let (Some("http"), Some(host)) = (self.protocol.as_deref(), &self.host) else {
            return Ok(());
        };
        match format!("http://{host}").parse::<ApiBase>() {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::configuration(format!(
                "git asks for http://{host}, where the token would go out in clear: use https"
            ))),
        }
    }

    fn parse(text: &str) -> Self {
        let mut question = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match (name, value) {
                ("protocol", name) => question.protocol = Some(name.to_owned()),
                ("host", name) => question.host = Some(name.to_owned()),
                ("username", name) => question.username = Some(name.to_owned()),
                ("capability[]", "authtype") => question.knows_authtype = true,
                ("password" | "credential", token) => question.rejected = Some(token.into()),
                _ => {}
            }
        }
        question
    }
}

/// A bearer token where git can send one (2.46 and newer), a password elsewhere.
pub(super) fn render(handout: &Handout, question: &Question) -> String {
    let token = handout.token.expose_secret();
    let expires_at = handout.expires_at_epoch();
    if question.knows_authtype {
        return format!(
            "capability[]=authtype\nauthtype=Bearer\ncredential={token}\nephemeral=1\n\
             password_expiry_utc={expires_at}\n"
        );
    }
    // Servers that take a token as a password do not look at the name; one has to be given.
    let username = question.username.as_deref().unwrap_or("oauth2");
    format!("username={username}\npassword={token}\npassword_expiry_utc={expires_at}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Source;
    use std::time::UNIX_EPOCH;

    fn answer(question: &str) -> String {
        let handout = Handout {
            token: "the-token".into(),
            expires_at: UNIX_EPOCH,
            scope: None,
            source: Source::Server,
        };
        render(&handout, &Question::parse(question))
    }

    #[test]
    fn a_git_that_can_send_a_bearer_token_gets_one() {
        let bearer = answer("capability[]=authtype\nprotocol=https\nhost=git.example.com\n");
        assert!(bearer.contains("authtype=Bearer\ncredential=the-token\n"));
        assert!(!bearer.contains("password="));
    }

    #[test]
    fn an_older_git_gets_a_password_under_the_name_it_asks_for() {
        assert!(answer("host=h\n").starts_with("username=oauth2\npassword=the-token\n"));
        assert!(answer("username=me\n").starts_with("username=me\n"));
    }
}

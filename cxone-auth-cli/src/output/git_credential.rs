//! What git takes from a credential helper (gitcredentials(7), git-credential(1)).

mod question;

use secrecy::ExposeSecret as _;

use super::Handout;

pub(crate) use question::Question;

/// Tells git to ask neither another helper nor the user.
pub(crate) const QUIT: &str = "quit=1\n";

/// Returns a bearer token if git (2.46 and newer) and the server accept one. Otherwise returns a
/// password.
pub(super) fn render(handout: &Handout, question: &Question) -> String {
    let token = handout.token.expose_secret();
    let expires_at = handout.expires_at_epoch();
    if question.takes_bearer() {
        return format!(
            "capability[]=authtype\nauthtype=Bearer\ncredential={token}\nephemeral=1\n\
             password_expiry_utc={expires_at}\n"
        );
    }
    // Servers that accept a token as a password ignore the name, but there has to be one.
    let username = question.username().unwrap_or("oauth2");
    format!("username={username}\npassword={token}\npassword_expiry_utc={expires_at}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Source;
    use std::time::UNIX_EPOCH;

    #[test]
    fn an_older_git_gets_a_password_under_the_name_it_asks_for() {
        let handout = Handout {
            token: "the-token".into(),
            expires_at: UNIX_EPOCH,
            scope: None,
            source: Source::Server,
        };
        let response = |question: &str| render(&handout, &Question::parse(question));
        assert!(response("host=h\n").starts_with("username=oauth2\npassword=the-token\n"));
        assert!(response("username=me\n").starts_with("username=me\n"));
        assert!(response("username=a\nusername=b\n").starts_with("username=b\n"));
    }
}

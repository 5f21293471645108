//! `agent env`: what a client of the agent has to be told.

use std::net::SocketAddr;
use std::path::Path;

use super::secret::LocalSecret;
use super::{check_loopback, path, secret_file, url};
use crate::arguments::{AgentEnvArguments, ClientFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::target::{self, Origin};

/// What a client needs for one profile.
pub(super) struct Client<'a> {
    pub(super) profile: &'a str,
    pub(super) address: SocketAddr,
    pub(super) secret: &'a LocalSecret,
}

pub(super) fn run(arguments: &AgentEnvArguments, console: Console) -> Result<(), Failure> {
    check_loopback(arguments.listen)?;
    if !path::is_segment(&arguments.profile) {
        return Err(Failure::usage(
            "--profile: the agent serves no profile whose name cannot stand in a path",
        ));
    }
    if arguments.shell.is_some() && arguments.output != ClientFormat::Env {
        return Err(Failure::usage(
            "--shell says which shell runs the variables: add --output env",
        ));
    }
    check_profile(&arguments.profile, console)?;
    let secret = secret(&secret_file(arguments.secret_file.as_ref())?, console)?;
    let client = Client {
        profile: &arguments.profile,
        address: arguments.listen,
        secret: &secret,
    };
    let shell = arguments.shell.unwrap_or_default();
    let written = |write: &dyn Fn(&str, &str) -> String| {
        let variables = client.variables();
        let lines = variables.iter().map(|(name, value)| write(name, value));
        lines.collect::<String>()
    };
    console.print(&match arguments.output {
        ClientFormat::Env => written(&|name, value| shell.assignment(name, value)),
        ClientFormat::Dotenv => written(&|name, value| format!("{name}={value}\n")),
        ClientFormat::Gateway => client.gateway(),
    })
}

/// Refuses a profile that config.toml does not have. A user who cannot read the file may still be a
/// client.
fn check_profile(name: &str, console: Console) -> Result<(), Failure> {
    if let Some(why) = target::check_profile(name, &Origin::Flag("--profile"))? {
        let what = format!("it is not known whether there is a profile {name}: {why}");
        console.warn(&what);
    }
    Ok(())
}

/// Returns the local secret, and says if it was made: a running agent does not know it.
fn secret(file: &Path, console: Console) -> Result<LocalSecret, Failure> {
    let is_there = file.exists();
    let secret = LocalSecret::from_file(file)?;
    if !is_there {
        let file = file.display();
        let what = format!("made {file}: start (or restart) the agent with this file");
        console.advise(&what);
    }
    Ok(secret)
}

impl Client<'_> {
    /// Returns the variables. None of their values has a character that a shell or a file of
    /// variables reads in its own way.
    pub(super) fn variables(&self) -> [(&'static str, String); 5] {
        let (base, profile) = (url(self.address), self.profile);
        let secret = self.secret.expose_secret();
        [
            (
                "CXONE_AUTH_AGENT_TOKEN_URL",
                format!("{base}/{profile}/oauth/token"),
            ),
            (
                "CXONE_AUTH_AGENT_LOGIN_URL",
                format!("{base}/{profile}/login/oauth/token"),
            ),
            ("CXONE_AUTH_AGENT_API_BASE", format!("{base}/{profile}")),
            ("CXONE_AUTH_AGENT_CLIENT_ID", profile.to_owned()),
            ("CXONE_AUTH_AGENT_CLIENT_SECRET", secret.to_owned()),
        ]
    }

    /// Returns the settings of Genesys Cloud's SDKs, as their configuration files have them.
    fn gateway(&self) -> String {
        let (address, profile) = (self.address, self.profile);
        let (host, port) = (address.ip(), address.port());
        let secret = self.secret.expose_secret();
        format!(
            "# Log in with client credentials: client id {profile}, client secret {secret}\n\
             [gateway]\n\
             host = {host}\n\
             port = {port}\n\
             protocol = http\n\
             path_params_login = {profile}/login\n\
             path_params_api = {profile}\n"
        )
    }
}

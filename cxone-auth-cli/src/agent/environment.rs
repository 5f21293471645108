//! `agent env`: what a client of the agent has to be told.

use std::net::{IpAddr, SocketAddr};
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
        // The comment is the last line: a shell that reads all of it as one line loses nothing.
        ClientFormat::Env => written(&|name, value| shell.assignment(name, value)) + WHY_NO_PROXY,
        ClientFormat::Dotenv => written(&|name, value| format!("{name}={value}\n")),
        ClientFormat::Gateway => client.gateway(),
    })
}

/// What a shell is told besides. A file of variables holds nothing else: not all readers know comments.
const WHY_NO_PROXY: &str =
    "# NO_PROXY names the agent, so that no proxy gets what is sent to it, with the local secret\n";

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
    pub(super) fn variables(&self) -> [(&'static str, String); 7] {
        let own = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        let [first, second] = past_a_proxy(self.address.ip(), own);
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
            first,
            second,
        ]
    }

    /// Returns the settings of Genesys Cloud's SDKs, as their configuration files have them.
    fn gateway(&self) -> String {
        let (address, profile) = (self.address, self.profile);
        let (host, port) = (address.ip(), address.port());
        let secret = self.secret.expose_secret();
        format!(
            "# Log in with client credentials: client id {profile}, client secret {secret}\n\
             # If a variable names a proxy, set NO_PROXY={host} for the program\n\
             [gateway]\n\
             host = {host}\n\
             port = {port}\n\
             protocol = http\n\
             path_params_login = {profile}/login\n\
             path_params_api = {profile}\n"
        )
    }
}

/// Returns the variables that lead past a proxy to the agent, besides what they say in this
/// environment. Programs read one of them, or the other if that says nothing. So a variable that says
/// nothing has what the other one says, which it would hide.
fn past_a_proxy(
    agent: IpAddr,
    environment: impl Fn(&str) -> Option<String>,
) -> [(&'static str, String); 2] {
    let set = |name: &str| environment(name).filter(|list| !list.trim().is_empty());
    let variable = |name: &'static str, other: &str| {
        let list = set(name).or_else(|| set(other)).unwrap_or_default();
        (name, with_agent(&list, agent))
    };
    [
        variable("no_proxy", "NO_PROXY"),
        variable("NO_PROXY", "no_proxy"),
    ]
}

/// Adds the agent to the entries of a list that can be hosts.
fn with_agent(list: &str, agent: IpAddr) -> String {
    // It excepts all hosts, but only if it stands alone.
    if list.trim() == "*" {
        return "*".to_owned();
    }
    let is_of_a_host = |own: char| own.is_alphanumeric() || "-._:/*[]%".contains(own);
    let own = list.split(|own: char| own == ',' || own.is_whitespace());
    let own = own.filter(|entry| !entry.is_empty() && entry.chars().all(is_of_a_host));
    let mut entries: Vec<String> = own.map(str::to_owned).collect();
    let spellings = match agent {
        IpAddr::V4(agent) => vec![agent.to_string()],
        // Programs compare with brackets or without them.
        IpAddr::V6(agent) => vec![agent.to_string(), format!("[{agent}]")],
    };
    for spelling in spellings {
        if !entries.contains(&spelling) {
            entries.push(spelling);
        }
    }
    entries.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_is_added_to_what_is_reached_without_a_proxy() {
        const V4: &str = "127.0.0.1";
        for (agent, lower, upper, expected) in [
            (V4, None, None, ["127.0.0.1"; 2]),
            (V4, Some(""), Some(" "), ["127.0.0.1"; 2]),
            (V4, Some("a.b"), None, ["a.b,127.0.0.1"; 2]),
            (V4, None, Some("a.b"), ["a.b,127.0.0.1"; 2]),
            (V4, Some(""), Some("a.b"), ["a.b,127.0.0.1"; 2]),
            (V4, Some("a"), Some("b"), ["a,127.0.0.1", "b,127.0.0.1"]),
            (V4, Some("a, .b  *.c:8,"), None, ["a,.b,*.c:8,127.0.0.1"; 2]),
            (
                V4,
                Some("10.0.0.0/8,::1"),
                None,
                ["10.0.0.0/8,::1,127.0.0.1"; 2],
            ),
            // A second time, nothing is added.
            (V4, Some("127.0.0.1,a"), None, ["127.0.0.1,a"; 2]),
            (V4, Some("127.0.0.10"), None, ["127.0.0.10,127.0.0.1"; 2]),
            (V4, Some(" * "), Some("b"), ["*", "b,127.0.0.1"]),
            // No host, and not for a shell or a terminal.
            (V4, Some("a,$(b),'c',d\u{1b}"), None, ["a,127.0.0.1"; 2]),
            (
                "127.0.0.2",
                Some("127.0.0.1"),
                None,
                ["127.0.0.1,127.0.0.2"; 2],
            ),
            ("::1", Some("a"), None, ["a,::1,[::1]"; 2]),
        ] {
            let own = |name: &str| if name == "no_proxy" { lower } else { upper };
            let variables =
                past_a_proxy(agent.parse().unwrap(), |name| own(name).map(str::to_owned));
            let [first, second] = expected.map(str::to_owned);
            let expected = [("no_proxy", first), ("NO_PROXY", second)];
            assert_eq!(variables, expected, "{lower:?}, {upper:?}");
        }
    }
}

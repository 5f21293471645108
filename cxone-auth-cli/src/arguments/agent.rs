//! What can be typed for the agent.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::{TargetArguments, span};
use crate::output::Shell;
use crate::target::like_a_secret;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AgentArguments {
    #[command(subcommand)]
    pub(crate) command: Option<AgentCommand>,
    /// A profile of config.toml to serve; may be given more than once; default: all
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: Vec<String>,
    /// The unix socket to listen on; default, without `--listen`:
    /// cxone-auth/agent.sock below `XDG_RUNTIME_DIR`
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// A further user whose processes may use the socket; may be given more than once
    #[arg(long, value_name = "UID", value_parser = user)]
    pub(crate) allow_uid: Vec<u32>,
    /// The port of this machine to listen on, such as 127.0.0.1:8787; clients need the local secret
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) listen: Option<SocketAddr>,
    /// The file of the local secret, which is made if there is none; default:
    /// ~/.local/state/cxone-auth/agent-secret
    #[arg(long, value_name = "PATH")]
    pub(crate) secret_file: Option<PathBuf>,
    /// How much of its lifetime a token of the token endpoint has left (at most half of the lifetime)
    #[arg(long, value_name = "TIME", value_parser = span)]
    #[arg(default_value = "330s")]
    pub(crate) min_remaining: Duration,
    /// How long a call waits for the rate limit of its API before the client gets the 429
    #[arg(long, value_name = "TIME", value_parser = span)]
    #[arg(default_value = "0s")]
    pub(crate) max_wait: Duration,
}

#[derive(Args)]
pub(crate) struct ExecArguments {
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    pub(crate) command: Vec<String>,
    /// How much of its lifetime a token of the token endpoint has left (at most half of the lifetime)
    #[arg(long, value_name = "TIME", value_parser = span)]
    #[arg(default_value = "330s")]
    pub(crate) min_remaining: Duration,
    /// How long a call waits for the rate limit of its API before the program gets the 429
    #[arg(long, value_name = "TIME", value_parser = span)]
    #[arg(default_value = "0s")]
    pub(crate) max_wait: Duration,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

#[derive(Subcommand)]
pub(crate) enum AgentCommand {
    /// Print what a client of the agent has to be told, with the local secret
    Env(AgentEnvArguments),
}

#[derive(Args)]
pub(crate) struct AgentEnvArguments {
    /// The profile
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: String,
    /// The port that the agent listens on
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// The file of the local secret, as for the agent
    #[arg(long, value_name = "PATH")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The format of the output
    #[arg(long, short, value_name = "FORMAT", default_value = "env")]
    pub(crate) output: ClientFormat,
    /// The shell that runs what `--output env` prints; default: sh
    #[arg(long, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClientFormat {
    /// Commands that set variables in a shell
    Env,
    /// A file of variables, as .env
    Dotenv,
    /// The section of the configuration file of Genesys Cloud's SDKs
    Gateway,
}

/// Reads an address to listen on. What people write in its place is shown as an address.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let rest = text.strip_prefix("http://").unwrap_or(text);
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = rest.rsplit_once(':').unwrap_or(("", rest));
        let host = host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let address = SocketAddr::new(host, port.parse().unwrap_or(8787));
        format!("write it as {address}")
    })
}

/// Reads the number of a user.
fn user(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| {
        let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = text.len() <= 32 && text.bytes().all(is_of_a_name) && !like_a_secret(text);
        let name = if is_name { text } else { "NAME" };
        format!("give the number of the user, which id -u {name} prints")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_as_an_address_is_shown_as_one() {
        for (text, shown) in [
            ("8787", "127.0.0.1:8787"),
            (":8787", "127.0.0.1:8787"),
            ("localhost:8787", "127.0.0.1:8787"),
            ("http://127.0.0.1:8787", "127.0.0.1:8787"),
            ("http://127.0.0.2:80/", "127.0.0.2:80"),
            ("127.0.0.1", "127.0.0.1:8787"),
            ("", "127.0.0.1:8787"),
        ] {
            assert_eq!(address(text), Err(format!("write it as {shown}")), "{text}");
        }
        assert_eq!(address("[::1]:80"), Ok("[::1]:80".parse().unwrap()));
    }

    #[test]
    fn a_user_is_a_number() {
        assert_eq!(user("65534"), Ok(65_534));
        for (text, name) in [("nobody", "nobody"), ("a b", "NAME"), ("x;y", "NAME")] {
            let why = user(text).unwrap_err();
            assert!(why.contains(&format!("id -u {name} ")), "{text}: {why}");
        }
    }

    #[test]
    fn a_time_has_a_unit() {
        assert_eq!(span("330s"), Ok(Duration::from_secs(330)));
        assert!(span("330").unwrap_err().ends_with("write it like 20s"));
    }
}

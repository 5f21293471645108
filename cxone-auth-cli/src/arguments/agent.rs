//! What can be typed for the agent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::TargetArguments;
use crate::output::Shell;

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
    #[arg(long, value_name = "UID")]
    pub(crate) allow_uid: Vec<u32>,
    /// The port of this machine to listen on, such as 127.0.0.1:8787; clients need the local secret
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// The file of the local secret, which is made if there is none; default:
    /// ~/.local/state/cxone-auth/agent-secret
    #[arg(long, value_name = "PATH")]
    pub(crate) secret_file: Option<PathBuf>,
    /// How much of its lifetime a token of the token endpoint has left (at most half of the lifetime)
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[arg(default_value = "330s")]
    pub(crate) min_remaining: Duration,
    /// How long a call waits for the rate limit of its API before the client gets the 429
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[arg(default_value = "0s")]
    pub(crate) max_wait: Duration,
}

#[derive(Args)]
pub(crate) struct ExecArguments {
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    pub(crate) command: Vec<String>,
    /// How much of its lifetime a token of the token endpoint has left (at most half of the lifetime)
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[arg(default_value = "330s")]
    pub(crate) min_remaining: Duration,
    /// How long a call waits for the rate limit of its API before the program gets the 429
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
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
    #[arg(long, value_name = "ADDRESS")]
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

//! What can be typed on the command line.

#[cfg(unix)]
mod agent;
mod doctor;
mod help;
mod hyphen;
mod misuse;
mod refused;
mod target;

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

#[cfg(unix)]
use self::help::{AFTER_AGENT, AFTER_EXEC};
use self::help::{
    AFTER_HELP, AFTER_KEYGEN, AFTER_LONG_HELP, AFTER_NEW_KEYS, AFTER_ROTATE, SEE_ALSO,
};
use crate::failure::Failure;
use crate::output::{Format, Shell};

#[cfg(unix)]
pub(crate) use agent::{
    AgentArguments, AgentCommand, AgentEnvArguments, ClientFormat, ExecArguments,
};
#[cfg(unix)]
pub(crate) use doctor::OWN_SOCKET;
pub(crate) use doctor::{DoctorArguments, OWN_API};
pub(crate) use target::{SecretFile, TargetArguments, span, timeout};

/// Access tokens for Genesys Cloud and NICE CXone, for scripts.
#[derive(Parser)]
#[command(name = "cxone-auth", version, max_term_width = 100)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Arguments {
    /// Print no warnings, and only one line of an error
    #[arg(long, short, global = true, display_order = 900)]
    pub(crate) quiet: bool,
    /// Print each step, and where each setting comes from, on standard error
    #[arg(
        long,
        short,
        global = true,
        display_order = 901,
        conflicts_with = "quiet"
    )]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The flags of a command are made when it is the one that was typed. To make all takes longer than
/// to get a token from the store.
///
/// A doc comment on a type of flags would then become the description of its command.
#[derive(Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Print a token; it comes from the store while it is fresh
    #[command(after_help = SEE_ALSO)]
    Token(TokenArguments),
    /// Print the header that carries a token: `Authorization: Bearer …`
    #[command(after_help = SEE_ALSO)]
    Header(HeaderArguments),
    /// Give programs in any language tokens, and a way to the API, until it is told to stop
    #[cfg(unix)]
    #[command(after_help = AFTER_AGENT)]
    Agent(AgentArguments),
    /// Run a program with an agent of its own, named by variables CXONE_AUTH_AGENT_…
    #[cfg(unix)]
    #[command(after_help = AFTER_EXEC)]
    Exec(ExecArguments),
    /// Find out step by step why there is no token
    #[command(after_help = SEE_ALSO)]
    Doctor(DoctorArguments),
    /// Check the configuration without sending anything
    #[command(after_help = SEE_ALSO)]
    Inspect(InspectArguments),
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Remove the stored token, and a stored refusal
    #[command(after_help = SEE_ALSO)]
    Forget(ForgetArguments),
    /// Make a key that signs a client's assertions, and print what the server has to know of it
    #[command(after_help = AFTER_KEYGEN)]
    Keygen(KeygenArguments),
    /// Make or replace the keys that seal what a store holds
    #[command(subcommand)]
    StoreKey(StoreKeyCommand),
    /// List the regions of Genesys Cloud and the issuers of NICE CXone
    Platforms(ReportFormat),
    /// Explain a finding, such as CXA-206; without a code, list them all
    Explain(ExplainArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of a command
    Man {
        /// The command, such as token or config show
        command: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show each setting, its value, and where it comes from
    #[command(after_help = SEE_ALSO)]
    Show(InspectArguments),
}

#[derive(Subcommand)]
pub(crate) enum StoreKeyCommand {
    /// Write a file with new keys: everybody who shares tokens by a store on a server has a copy
    #[command(after_help = AFTER_NEW_KEYS)]
    New(StoreKeyFile),
    /// Replace the key that seals, in two steps: give the file to everybody after each of them
    #[command(after_help = AFTER_ROTATE)]
    Rotate(RotateArguments),
}

#[derive(Args)]
pub(crate) struct StoreKeyFile {
    /// The file, which must not exist yet; default: the one that the settings name, else store.key
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct RotateArguments {
    /// The file with the keys; default: the one that the settings name, else store.key
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Drop the keys that sealed before, if somebody may have seen them
    #[arg(long)]
    pub(crate) retire: bool,
}

#[derive(Args)]
pub(crate) struct TokenArguments {
    /// The format of the token
    #[arg(long, short, value_name = "FORMAT", default_value = "token")]
    pub(crate) output: Format,
    /// The shell that runs what `--output env` prints; default: sh
    #[arg(long, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
    /// The operation that git adds to the command of a credential helper
    #[arg(hide = true)]
    pub(crate) operation: Option<String>,
    #[command(flatten)]
    pub(crate) fetch: FetchArguments,
}

#[derive(Args)]
pub(crate) struct HeaderArguments {
    #[command(flatten)]
    pub(crate) fetch: FetchArguments,
}

// What a token is to be like, and where it comes from.
#[derive(Args)]
pub(crate) struct FetchArguments {
    /// Return a stored token only if so much of its lifetime remains, such as 5m (half of the lifetime
    /// if tokens are never valid for so long); default: a tenth of the lifetime, at most 30s
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) min_ttl: Option<Duration>,
    /// Request a new token, even if the store has a token or a recent refusal; a token that this flag
    /// brought within the last 10 seconds is returned again
    #[arg(long)]
    pub(crate) force_refresh: bool,
    /// Do not read or write the store
    #[arg(long)]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

#[derive(Args)]
pub(crate) struct InspectArguments {
    #[command(flatten)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

#[derive(Args)]
pub(crate) struct ForgetArguments {
    /// Remove the token because an API rejected it: only if it is more than ten seconds old or,
    /// with `--rejected=-`, if it is the token on standard input
    #[arg(long, value_name = "-", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "kept", hide_possible_values = true)]
    pub(crate) rejected: Option<Rejected>,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// The code, such as CXA-206, or its number
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
    #[command(flatten)]
    pub(crate) format: ReportFormat,
}

#[derive(Args)]
pub(crate) struct KeygenArguments {
    /// The algorithm of the key
    #[arg(long, value_name = "ALGORITHM", default_value = "es256")]
    pub(crate) algorithm: KeyAlgorithm,
    /// The file for the private key, which must not exist yet
    #[arg(long, value_name = "PATH", default_value = "key.pem")]
    pub(crate) out: PathBuf,
    /// Make no key: print the JWK set of the private key in this file, in PEM or as a JWK
    #[arg(long, value_name = "KEY", conflicts_with_all = ["algorithm", "out"])]
    pub(crate) public: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyAlgorithm {
    /// ECDSA on P-256, which most servers take
    Es256,
    /// Ed25519
    Eddsa,
}

#[derive(Args)]
pub(crate) struct ReportFormat {
    /// The format of the output
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Report,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Which token it was that an API rejected.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rejected {
    /// The one that is kept, which is what the flag alone stands for
    #[value(hide = true)]
    Kept,
    /// The one on standard input
    #[value(name = "-")]
    StandardInput,
}

impl Arguments {
    /// Returns the parsed command line. Does not return if it is not a command or asks for help.
    pub(crate) fn typed() -> Self {
        let typed = help::without_help_of_help(env::args_os());
        let command = Self::command();
        let typed = hyphen::joined(typed, &command);
        let matches = command.try_get_matches_from(typed);
        let typed = matches.and_then(|matches| Self::from_arg_matches(&matches));
        typed.unwrap_or_else(|error| misuse::exit(error))
    }
}

impl TargetArguments {
    /// Checks that nothing else is read from standard input.
    pub(crate) fn leaves_standard_input(&self) -> Result<(), Failure> {
        let secrets = ["client-secret", "access-key-secret", "store-password"];
        let files = secrets.map(|name| self.secret_file(name));
        if files.contains(&Some(&SecretFile::StandardInput)) {
            return Err(Failure::usage(
                "standard input cannot be the secret and something else: give the secret's file",
            ));
        }
        Ok(())
    }
}

/// When a command warns of variables with a slip in their name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slips {
    Told,
    ToldOfAFailure,
    /// It reads no settings from variables, or tells them in its own way.
    Untold,
}

impl Command {
    /// Returns when this command warns of variables with a slip in their name.
    pub(crate) fn slips(&self) -> Slips {
        match self {
            Self::Inspect(_) | Self::Config(_) => Slips::Told,
            Self::Token(_) | Self::Header(_) | Self::Forget(_) => Slips::ToldOfAFailure,
            #[cfg(unix)]
            Self::Exec(_) => Slips::ToldOfAFailure,
            _ => Slips::Untold,
        }
    }

    /// Reports whether an error of this command is a JSON object.
    pub(crate) fn fails_as_json(&self) -> bool {
        let report = match self {
            Self::Token(arguments) => return arguments.output == Format::Json,
            Self::Inspect(arguments) | Self::Config(ConfigCommand::Show(arguments)) => {
                arguments.format.output
            }
            Self::Doctor(arguments) => arguments.format.output,
            Self::Platforms(format) => format.output,
            Self::Explain(arguments) => arguments.format.output,
            #[cfg(unix)]
            Self::Agent(_) | Self::Exec(_) => return false,
            Self::Header(_)
            | Self::Forget(_)
            | Self::Keygen(_)
            | Self::StoreKey(_)
            | Self::Completions { .. }
            | Self::Man { .. } => {
                return false;
            }
        };
        report == Report::Json
    }
}

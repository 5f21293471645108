//! What can be typed behind `doctor`.

#[cfg(unix)]
use std::path::PathBuf;

use clap::Args;

use super::{ReportFormat, TargetArguments};

/// How the API's own resource is written; no place looks like it.
pub(crate) const OWN_API: &str = "own";

/// How the default socket of the agent is written; no place looks like it.
#[cfg(unix)]
pub(crate) const OWN_SOCKET: &str = "own";

#[cfg(unix)]
const AGENT: &str = "A running agent";

const HEADING: &str = "How far to go";

// What is examined, and how far.
#[derive(Args)]
pub(crate) struct DoctorArguments {
    // First, or it stands under the heading of what comes before it.
    #[command(flatten)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    /// Send nothing; check only the configuration
    #[arg(long, conflicts_with_all = ["probe", "api"], help_heading = HEADING)]
    pub(crate) offline: bool,
    /// If the server refuses the client, try the other ways to authenticate: up to four more token
    /// requests. Each counts towards a lock-out
    #[arg(long, help_heading = HEADING)]
    pub(crate) probe: bool,
    /// Call the API once with the token. The value is a path below the API's base, or a URL there;
    /// default: the list of users of Genesys Cloud
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = OWN_API, help_heading = HEADING)]
    pub(crate) api: Option<String>,
    /// Look at a running agent as its clients do, with a token request for each profile that it
    /// serves, or for that of `--profile`. The value is the socket or the URL that the agent prints;
    /// default: the socket below `XDG_RUNTIME_DIR`
    #[cfg(unix)]
    #[arg(long, value_name = "PLACE", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = OWN_SOCKET, conflicts_with_all = ["offline", "probe", "api"])]
    #[arg(help_heading = AGENT)]
    pub(crate) agent: Option<String>,
    /// The file of the agent's local secret; default: ~/.local/state/cxone-auth/agent-secret
    #[cfg(unix)]
    #[arg(long, value_name = "PATH", requires = "agent", help_heading = AGENT)]
    pub(crate) secret_file: Option<PathBuf>,
}

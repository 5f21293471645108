//! `doctor`: why there is no token, found out step by step.

mod api;
mod carrier;
mod cause;
mod check;
mod clock;
mod connection;
mod deadline;
mod examination;
mod exchange;
mod lever;
mod live;
mod name;
mod paragraph;
mod path;
mod probe;
mod tls;
mod tunnel;
mod verdict;

use clap::Args;

use crate::arguments::{Report, ReportFormat, TargetArguments};
use crate::console::Console;
use crate::failure::Failure;
use api::{Api, OWN_API};
use examination::Examination;
use live::Board;

const HEADING: &str = "How far to go";

/// What is examined, and how far.
#[derive(Args)]
pub(crate) struct DoctorArguments {
    // First, or it stands under the heading of what comes before it.
    #[command(flatten)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    /// Send nothing: look at the configuration only
    #[arg(long, conflicts_with_all = ["probe", "api"], help_heading = HEADING)]
    pub(crate) offline: bool,
    /// When the client is refused, try the other ways to authenticate: up to four token requests
    /// more, each of which counts towards a lock-out
    #[arg(long, help_heading = HEADING)]
    pub(crate) probe: bool,
    /// Call the API once with the token: a path below its base, or a URL there; unless given, the
    /// list of users at Genesys Cloud
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = OWN_API, help_heading = HEADING)]
    pub(crate) api: Option<String>,
}

pub(crate) fn run(arguments: &DoctorArguments, console: Console) -> Result<(), Failure> {
    // Here and not where flags are read, which repeats what was typed: it may hold a password.
    let api = arguments.api.as_deref().map(str::parse::<Api>).transpose();
    let api = api.map_err(|error| Failure::usage(format!("--api: {error}")))?;
    let is_text = arguments.format.output == Report::Text;
    let board = if is_text && !console.is_quiet() {
        Board::standard_output()
    } else {
        Board::Silent
    };
    let verdict = Examination::new(arguments, api, board, console).conduct();
    let told = console.print(&match (arguments.format.output, console.is_quiet()) {
        (Report::Json, _) => format!("{:#}\n", verdict.json()),
        (Report::Text, true) => format!("{}\n", verdict.heading()),
        (Report::Text, false) => format!("\n{}", verdict.text(board)),
    });
    let Some(kind) = verdict.kind else {
        return told;
    };
    // What was found out counts for more than that nobody reads it.
    if let Err(failure) = told {
        console.fail(&failure);
    }
    Err(Failure::said(kind))
}

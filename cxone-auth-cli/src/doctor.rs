//! `doctor`: finds out step by step why there is no token.

#[cfg(unix)]
mod agent;
mod api;
mod carrier;
mod cause;
mod check;
mod clock;
mod connection;
mod deadline;
mod examination;
mod exchange;
mod live;
mod name;
mod path;
mod probe;
mod proof;
mod seen;
mod store;
mod tls;
mod tunnel;
mod verdict;

use cxone_auth_core::{Config, Error};

use crate::arguments::{DoctorArguments, Report};
use crate::console::Console;
use crate::failure::Failure;
use api::Api;
use examination::Examination;
use live::Board;

/// Returns a sentence about what `doctor --probe` would try after this error, or `None` if it
/// cannot help.
pub(crate) fn advice(config: &Config, error: &Error) -> Option<String> {
    let alternatives = probe::alternatives(config, error).ok()?;
    let (ways, cost) = (probe::listed(&alternatives), probe::cost(&alternatives));
    Some(format!(
        "cxone-auth doctor --probe, with the same settings, tries {ways}: {cost}"
    ))
}

pub(crate) fn run(arguments: &DoctorArguments, console: Console) -> Result<(), Failure> {
    // Parsed here, not where flags are read. An error there repeats the value, which may hold a
    // password.
    let api = arguments.api.as_deref().map(str::parse::<Api>).transpose();
    let api = api.map_err(|error| Failure::usage(format!("--api: {error}")))?;
    let is_text = arguments.format.output == Report::Text;
    let board = if is_text && !console.is_quiet() {
        Board::standard_output(console)
    } else {
        Board::Silent(console)
    };
    #[cfg(unix)]
    let verdict = match &arguments.agent {
        Some(place) => agent::examine(place, arguments, board)?,
        None => Examination::new(arguments, api, board, console).conduct(),
    };
    #[cfg(not(unix))]
    let verdict = Examination::new(arguments, api, board, console).conduct();
    let told = console.print(&match (arguments.format.output, console.is_quiet()) {
        (Report::Json, _) => format!("{:#}\n", verdict.json()),
        (Report::Text, true) => format!("{}\n", verdict.heading()),
        (Report::Text, false) => format!("\n{}", verdict.text(board)),
    });
    let Some(kind) = verdict.kind else {
        return told;
    };
    // The result is more important than the failure to print it.
    if let Err(failure) = told {
        console.fail(&failure);
    }
    Err(Failure::said(kind))
}

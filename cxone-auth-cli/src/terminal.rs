//! What the two outputs of the program are connected to.

use std::env;
use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width, terminal_size_of};

/// Below this, a word stands on each line, and nobody reads that.
const NARROWEST: usize = 20;

/// Longer lines of prose are hard to follow. Tables may be wider.
const WIDEST: usize = 120;

/// The columns of standard output if it is a terminal, and more than any line has if it does not
/// tell. What is piped is read by programs.
pub(crate) fn standard_output() -> Option<usize> {
    columns(io::stdout().is_terminal(), terminal_size_of(io::stdout()))
}

/// Does the same for standard error.
pub(crate) fn standard_error() -> Option<usize> {
    columns(io::stderr().is_terminal(), terminal_size_of(io::stderr()))
}

/// Reports whether this process is in the job that has the terminal. One in the background writes
/// nothing on its own there. Without job control, every process has it.
#[cfg(unix)]
pub(crate) fn is_in_foreground(output: impl std::os::fd::AsFd) -> bool {
    let foreground = rustix::termios::tcgetpgrp(output);
    foreground.map_or(true, |group| group == rustix::process::getpgrp())
}

/// There are no jobs.
#[cfg(not(unix))]
pub(crate) fn is_in_foreground<T>(_: T) -> bool {
    true
}

/// The columns that prose uses of these.
pub(crate) fn prose(columns: usize) -> usize {
    match columns {
        usize::MAX => columns,
        columns => columns.min(WIDEST),
    }
}

fn columns(is_terminal: bool, size: Option<(Width, Height)>) -> Option<usize> {
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let columns = size.map_or(usize::MAX, |(width, _)| width.0.into());
    (is_terminal && !is_dumb).then(|| columns.max(NARROWEST))
}

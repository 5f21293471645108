//! The lines of an examination while it goes on.

use std::env;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::check::{Check, State, Step};
use crate::console::Console;
use crate::{paragraph, terminal};

/// Shows each step: on a terminal with something that moves while it lasts. If only standard error is a
/// terminal, a slow step is named there.
#[derive(Clone, Copy)]
pub(crate) enum Board {
    Terminal { color: bool, columns: usize },
    Plain(Console),
    Silent(Console),
}

/// How far it is to the name of a step.
const MARK: usize = 6;
/// Narrower than what most terminals are.
const NARROW: usize = 72;
/// Wide enough for the longest name of a step.
const NAME: usize = 14;
const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
const FRAME: Duration = Duration::from_millis(90);
/// To the start of the line, and nothing left of it.
const CLEAR: &str = "\r\x1b[2K";

impl Board {
    /// A board for standard output as it is.
    pub(crate) fn standard_output(console: Console) -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        match terminal::standard_output() {
            Some(columns) => Self::Terminal {
                color: !is_set("NO_COLOR"),
                columns: terminal::prose(columns),
            },
            None => Self::Plain(console),
        }
    }

    /// Does `work`, which is `step`, and shows its check when it is over.
    pub(crate) fn watch<T>(self, step: Step, work: impl FnOnce() -> (Check, T)) -> (Check, T) {
        let (check, result) = match self {
            Self::Terminal { .. } => with_spinner(step, work),
            Self::Plain(console) | Self::Silent(console) => console.waiting(step.name(), work),
        };
        self.show(&check);
        (check, result)
    }

    /// Shows a step that took no time.
    pub(crate) fn show(self, check: &Check) {
        let (mark, name) = (self.mark(check.state), check.step.name());
        let took = check.took.map(|took| format!(" ({} ms)", took.as_millis()));
        let took = took.map(|took| self.dim(&took)).unwrap_or_default();
        let summary = format!("{mark}  {name:NAME$}{}{took}", check.summary);
        let margin = self.margin();
        self.write(&self.broken(&summary, margin));
        for detail in &check.details {
            let line = " ".repeat(margin) + detail;
            self.write(&self.broken(&line, margin + 2));
        }
    }

    /// Shows a line of its own.
    pub(crate) fn say(self, line: &str) {
        self.write(&self.broken(line, MARK));
    }

    /// The line as it fits: what does not stands `indent` columns from the left.
    pub(crate) fn broken(self, line: &str, indent: usize) -> String {
        match self {
            Self::Terminal { columns, .. } => paragraph::broken(line, columns, indent),
            Self::Plain(_) | Self::Silent(_) => line.to_owned(),
        }
    }

    /// Where the text of a step begins. Below it there is no room on a narrow terminal.
    fn margin(self) -> usize {
        match self {
            Self::Terminal { columns, .. } if columns < NARROW => MARK,
            _ => MARK + NAME,
        }
    }

    fn write(self, line: &str) {
        if !matches!(self, Self::Silent(_)) {
            write(&format!("{line}\n"));
        }
    }

    /// Text that matters most.
    pub(crate) fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.painted("2", text)
    }

    fn mark(self, state: State) -> String {
        match state {
            State::Passed => self.painted("32", "ok  "),
            State::Warned => self.painted("33", "warn"),
            State::Failed => self.painted("1;31", "FAIL"),
            State::Skipped => self.dim("-   "),
        }
    }

    fn painted(self, color: &str, text: &str) -> String {
        match self {
            Self::Terminal { color: true, .. } => format!("\x1b[{color}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}

fn with_spinner<T>(step: Step, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (working, over) = mpsc::channel::<()>();
        scope.spawn(move || spin(step, &over));
        let result = work();
        drop(working);
        result
    })
}

/// Turns until the other end of the channel is gone.
fn spin(step: Step, over: &Receiver<()>) {
    for frame in FRAMES.iter().cycle() {
        if terminal::is_in_foreground(io::stdout()) {
            write(&format!("{CLEAR}{frame}     {} …", step.name()));
        }
        if over.recv_timeout(FRAME) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    write(CLEAR);
}

/// Anyone who reads may have gone; the examination goes on for its exit code.
fn write(text: &str) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(text.as_bytes());
    let _ = output.flush();
}

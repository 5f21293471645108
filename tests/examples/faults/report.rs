//! What one transport made of the faults, in its own process and in the one that asked for it.

use std::env;
use std::fmt;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cxone_auth_tests::contract::Scheme;
use cxone_auth_tests::fault::{Fault, Outcome, faults};

use crate::memory;
use crate::stack::Stack;

/// How much longer than the timeout a call may take: for a machine with other things to do, and for
/// the turn of a task that is flooded.
const GRACE: Duration = Duration::from_secs(5);

/// How much more memory than is resident before it a fault may need, in KiB.
pub(crate) const BOUND: u64 = 8 * 1024;

/// How much more than a good request all faults together may need, in KiB: what an allocator keeps
/// of one may serve the next, and so hide what that one needs.
pub(crate) const BOUND_OF_ALL: u64 = 24 * 1024;

/// What separates the columns of a row on its way between the processes.
const TAB: char = '\t';

/// All rows of one transport.
pub(crate) struct Report {
    pub(crate) stack: Stack,
    pub(crate) transport: &'static str,
    /// The peak of memory after a good request over each scheme, in KiB.
    pub(crate) baseline: u64,
    pub(crate) rows: Vec<Row>,
    pub(crate) time: Duration,
}

/// One fault over one scheme.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) scheme: String,
    pub(crate) outcome: String,
    pub(crate) milliseconds: u64,
    /// The peak of memory while it was played, in KiB.
    pub(crate) peak: u64,
    /// By how much that is above what was resident before, in KiB.
    pub(crate) growth: u64,
    complaint: String,
}

/// Plays everything to one transport and prints a row each: what a child process does.
pub(crate) fn play(stack: Stack) {
    let list = faults();
    for scheme in [Scheme::Http, Scheme::Https] {
        warm_up(&list, stack, scheme);
    }
    memory::forget();
    let baseline = memory::peak().unwrap_or(0);
    println!("{baseline}");
    for fault in &list {
        for scheme in fault.schemes() {
            println!("{}", Row::of(fault, stack, *scheme, baseline).line());
        }
    }
}

/// A good request, so that what a client needs once is not counted to the first fault.
fn warm_up(list: &[Fault], stack: Stack, scheme: Scheme) {
    let harmless = |fault: &&Fault| fault.expected(&stack, scheme) == [Outcome::Token];
    if let Some(fault) = list.iter().find(harmless) {
        let _ = fault.run(&stack, scheme);
    }
}

pub(crate) fn name(stack: Stack) -> &'static str {
    match stack {
        Stack::Reqwest => "reqwest",
        Stack::Hyper => "hyper",
        Stack::Isahc => "isahc",
        Stack::Ureq => "ureq",
    }
}

impl Report {
    /// Starts this program again for one transport and reads what it prints.
    pub(crate) fn of_process(stack: Stack) -> io::Result<Self> {
        let transport = name(stack);
        let start = Instant::now();
        let output = Command::new(env::current_exe()?)
            .args(["--only", transport])
            .stderr(Stdio::inherit())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines = text.lines();
        let baseline = lines.next().and_then(|line| line.parse().ok());
        let rows: Option<Vec<Row>> = lines.map(Row::read).collect();
        match (output.status.success(), baseline, rows) {
            (true, Some(baseline), Some(rows)) => Ok(Self {
                stack,
                transport,
                baseline,
                rows,
                time: start.elapsed(),
            }),
            _ => Err(io::Error::other(format!(
                "its process failed ({})",
                output.status
            ))),
        }
    }

    pub(crate) fn complaints(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| !row.complaint.is_empty())
            .count()
    }

    /// How the call ended that met this fault.
    pub(crate) fn outcome(&self, fault: &str, scheme: &str) -> Option<&str> {
        let row = self
            .rows
            .iter()
            .find(|row| row.name == fault && row.scheme == scheme)?;
        Some(&row.outcome)
    }

    /// The highest peak of memory, in KiB.
    pub(crate) fn peak(&self) -> u64 {
        self.rows.iter().map(|row| row.peak).max().unwrap_or(0)
    }

    /// The row for which memory grew most.
    pub(crate) fn hungriest(&self) -> Option<&Row> {
        self.rows.iter().max_by_key(|row| row.growth)
    }
}

impl Row {
    fn of(fault: &Fault, stack: Stack, scheme: Scheme, baseline: u64) -> Self {
        memory::forget();
        let before = memory::peak().unwrap_or(0);
        let trial = fault.run(&stack, scheme);
        let peak = memory::peak().unwrap_or(0);
        let mut complaints = trial.complaints;
        if trial.time > fault.timeout() + GRACE {
            complaints.push("it took longer than the timeout".to_owned());
        }
        let growth = peak.saturating_sub(before);
        if growth > BOUND || peak > baseline + BOUND_OF_ALL {
            complaints.push("it needed more memory than the bound".to_owned());
        }
        Self {
            name: fault.name().to_owned(),
            scheme: spelled(scheme).to_owned(),
            outcome: trial.outcome.to_string(),
            milliseconds: u64::try_from(trial.time.as_millis()).unwrap_or(u64::MAX),
            peak,
            growth,
            complaint: complaints.join("; ").replace([TAB, '\n', '\r'], " "),
        }
    }

    fn line(&self) -> String {
        let numbers = [self.milliseconds, self.peak, self.growth].map(|number| number.to_string());
        [
            &self.name,
            &self.scheme,
            &self.outcome,
            &numbers[0],
            &numbers[1],
            &numbers[2],
            &self.complaint,
        ]
        .map(String::as_str)
        .join("\t")
    }

    fn read(line: &str) -> Option<Self> {
        let mut columns = line.split(TAB);
        let mut next = || columns.next().map(str::to_owned);
        Some(Self {
            name: next()?,
            scheme: next()?,
            outcome: next()?,
            milliseconds: next()?.parse().ok()?,
            peak: next()?.parse().ok()?,
            growth: next()?.parse().ok()?,
            complaint: next()?,
        })
    }
}

pub(crate) fn spelled(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.transport)?;
        for row in &self.rows {
            writeln!(
                f,
                "  {:<26} {:<5}  {:<28} {:>6} ms {:>6} KiB, {:>+6} KiB",
                row.name, row.scheme, row.outcome, row.milliseconds, row.peak, row.growth
            )?;
            if !row.complaint.is_empty() {
                writeln!(f, "    ✗ {}", row.complaint)?;
            }
        }
        Ok(())
    }
}

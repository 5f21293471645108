//! What has happened, in order.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use super::executor::{Owner, WORLD, lock};

/// The latest lines, at most so many.
pub(crate) struct Trace {
    lines: Mutex<VecDeque<String>>,
    limit: usize,
}

impl Trace {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            lines: Mutex::default(),
            limit,
        }
    }

    pub(crate) fn note(&self, now: Duration, owner: Owner, what: fmt::Arguments<'_>) {
        let mut lines = lock(&self.lines);
        if lines.len() == self.limit {
            lines.pop_front();
        }
        let mut line = format!("{:>13.6} s  ", now.as_secs_f64());
        let written = if owner == WORLD {
            write!(line, "{:<12}{what}", "world")
        } else {
            write!(line, "process {owner:<4}{what}")
        };
        written.expect("a String takes what is written to it");
        lines.push_back(line);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.lines)).into()
    }
}

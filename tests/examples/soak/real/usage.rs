//! What a process holds.

use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

/// Counts at one moment. Where the system has no `/proc`, all but the tasks are zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) tasks: usize,
    pub(crate) threads: usize,
    pub(crate) files: usize,
    /// Resident memory in KiB.
    pub(crate) memory: usize,
}

/// How long things may take to end that end by themselves: a thread of isahc's, a connection.
const MAX_WAIT: Duration = Duration::from_secs(20);

impl Usage {
    pub(crate) fn read(runtime: &Runtime) -> io::Result<Self> {
        Ok(Self {
            tasks: runtime.metrics().num_alive_tasks(),
            threads: entries("/proc/self/task")?,
            files: entries("/proc/self/fd")?,
            memory: resident()?,
        })
    }

    /// The counts when they are no more than they were, or when that takes too long.
    pub(crate) fn settled(runtime: &Runtime, before: &Self) -> io::Result<Self> {
        let deadline = Instant::now() + MAX_WAIT;
        loop {
            let now = Self::read(runtime)?;
            if !now.exceeds(before) || Instant::now() > deadline {
                return Ok(now);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether there is more of anything but memory.
    pub(crate) fn exceeds(&self, before: &Self) -> bool {
        self.tasks > before.tasks || self.threads > before.threads || self.files > before.files
    }
}

fn entries(folder: &str) -> io::Result<usize> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.count()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn resident() -> io::Result<usize> {
    let status = match fs::read_to_string("/proc/self/status") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        status => status?,
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.and_then(|number| number.parse().ok()).unwrap_or(0))
}

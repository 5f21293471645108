//! The command line.

use std::time::Duration;

pub(crate) const USAGE: &str = "\
usage: cargo xtask soak [--seed N] [--days N] [--lifetime SECONDS] [--calls N]
       cargo xtask soak --real [--seed N] [--seconds N]

Simulates a service that needs a token several hundred times a minute, with outages, throttles,
slow answers, revocations and clock steps, all drawn from the seed, and prints what came of it.
Then it does the same with a token source whose callers have little time and whose tasks run late or
never. It has a fifteenth of the calls.
Simulated time only: the same arguments print the same.

  --seed N            what chance is drawn from (default: 7)
  --days N            how long the service runs, 1 to 3650 (default: 30)
  --lifetime SECONDS  the lifetime of every token (default: 24 h, 1 h and 5 min from day to day)
  --calls N           calls a minute on average, 1 to 60000 (default: 300)

With --real a fleet of 200 tasks and 8 threads calls real servers on loopback for real seconds,
through all four transports, while tokens are revoked, calls are throttled and requests fail at
random. What the system makes of it differs from run to run, also with the same seed. Besides the
calls it counts tasks, threads, open files and memory.

  --real              real time, sockets and clients
  --seconds N         how long the fleet is at work, 2 to 86400 (default: 60)

Exit code: 0 no call failed while a usable token existed and nothing leaked, 1 otherwise, 2 not understood.";

/// What to simulate.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) days: u64,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) calls_a_minute: u64,
    /// Whether time, sockets and clients are real, and then for how long.
    pub(crate) is_real: bool,
    pub(crate) span: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 7,
            days: 30,
            lifetime: None,
            calls_a_minute: 300,
            is_real: false,
            span: Duration::from_mins(1),
        }
    }
}

impl Options {
    /// Reads the arguments, or says what is wrong with them.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            if name == "--real" {
                options.is_real = true;
                continue;
            }
            let mut number = |least: u64, most: u64| {
                let text = arguments.next().ok_or(format!("{name} needs a number"))?;
                let number = text.parse().ok();
                number
                    .filter(|number| (least..=most).contains(number))
                    .ok_or(format!("{name} takes a number from {least} to {most}"))
            };
            match name.as_str() {
                "--seed" => options.seed = number(0, u64::MAX)?,
                "--days" => options.days = number(1, 3_650)?,
                "--lifetime" => {
                    options.lifetime = Some(Duration::from_secs(number(60, 38_880_000)?));
                }
                "--seconds" => options.span = Duration::from_secs(number(2, 86_400)?),
                "--calls" => options.calls_a_minute = number(1, 60_000)?,
                _ => return Err(format!("there is no argument {name}")),
            }
        }
        Ok(options)
    }
}

//! The command line.

/// What `--help` prints.
pub const USAGE: &str = "\
usage: cargo xtask fleet [--seed N | --seeds N] [--processes N]

Simulates a fleet of processes that share one token in a store, in simulated time: processes that are
killed, stand still and start again, clocks that are wrong, a store that is slow, lost, emptied or
restored, a server that is down or revokes. What happens is drawn from the seed. After each event it
checks:

  - Without faults, the fleet makes one request for each token, when that is due.
  - A holder of the lease that dies, or a replica that takes over, costs one request more at most.
  - No call is refused while its process can see a usable token.
  - Without the store, a process makes one request for each interval.
  - A process whose API rejects everything forces ever fewer renewals, at last one in ten minutes.
  - A process that was denied for its address keeps the lease from nobody for a minute.
  - No process takes an older entry for a newer one, and no token is handed out that has ended.
  - No call waits without end.

  --seed N       run this seed alone, and print its trace
  --seeds N      run so many seeds, from 1 on (default: 300)
  --processes N  so many processes at most, 1 to 10000 (default: 1000)

Exit code: 0 everything holds, 1 something does not (its trace is printed), 2 not understood.";

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The only seed, if there is one.
    pub seed: Option<u64>,
    /// How many seeds, from 1 on.
    pub seeds: u64,
    /// How many processes at most.
    pub processes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: None,
            seeds: 300,
            processes: 1_000,
        }
    }
}

impl Options {
    /// Reads the arguments, or says what is wrong with them.
    ///
    /// # Errors
    ///
    /// A text that names the argument.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let mut number = |least: u64, most: u64| {
                let text = arguments.next().ok_or(format!("{name} needs a number"))?;
                let number = text.parse().ok();
                number
                    .filter(|number| (least..=most).contains(number))
                    .ok_or(format!("{name} takes a number from {least} to {most}"))
            };
            match name.as_str() {
                "--seed" => options.seed = Some(number(0, u64::MAX)?),
                "--seeds" => options.seeds = number(1, 1_000_000)?,
                "--processes" => {
                    options.processes = usize::try_from(number(1, 10_000)?).unwrap_or(usize::MAX);
                }
                _ => return Err(format!("there is no argument {name}")),
            }
        }
        Ok(options)
    }
}

//! `cargo xtask bench`: the cost of the libraries, compared with the alternatives.
//!
//! It writes the whole page, so every number there is measured. With `--peers`
//! everything is run and the page goes to `docs/performance.md`. Without it, the peers and the
//! build cost are omitted and the page goes to the target folder.

mod build_cost;
mod goal;
mod page;
mod peers;
mod row;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::counts::{self, Count};
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};
use build_cost::Cost;
use row::Contest;

/// All results of one run.
#[derive(Default)]
struct Results {
    machine: Vec<(&'static str, String)>,
    contests: Vec<Contest>,
    counts: Vec<Count>,
    /// Why instructions are missing, if they are.
    uncounted: Option<String>,
    /// The same operations by hand and with `oauth2`.
    others: Vec<Count>,
    costs: Vec<Cost>,
    /// The names in the core's tree, including itself.
    core: BTreeSet<String>,
}

impl Results {
    fn contest(&self, name: &str) -> Option<&Contest> {
        self.contests.iter().find(|contest| contest.name == name)
    }
}

#[derive(Debug, Clone, Copy)]
struct Options {
    peers: bool,
    /// Few rounds, to check that everything runs. The page is never stored.
    quick: bool,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = options(arguments)?;
    let results = measure(options)?;
    let page = page::write(&results)?;
    let folder = folder(options);
    fs::create_dir_all(&folder)?;
    let path = folder.join("performance.md");
    fs::write(&path, &page)?;
    println!("{page}\nwrote {}", path.display());
    Ok(Done::Passed)
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options {
        peers: false,
        quick: false,
    };
    for argument in arguments {
        match argument.as_str() {
            "--peers" => options.peers = true,
            "--quick" => options.quick = true,
            _ => return Err(Failure::misuse("the arguments are --peers and --quick")),
        }
    }
    Ok(options)
}

fn folder(options: Options) -> PathBuf {
    if options.peers && !options.quick {
        workspace::root().join("docs")
    } else {
        workspace::target().join("bench")
    }
}

fn measure(options: Options) -> Result<Results, Failure> {
    let mut machine = machine()?;
    if options.quick {
        let rounds = "three, only to see that everything runs";
        machine.push(("rounds", rounds.to_owned()));
    }
    if options.peers {
        machine.extend(peers::versions()?);
    }
    // Everything is built before anything is measured.
    process::run(&mut process::cargo(&format!("build {OURS}")))?;
    let peers = options.peers.then(peers::Peers::build).transpose()?;
    let (counts, uncounted) = counts::count()?;

    let mut output = String::new();
    for part in ["operations", "cached", "renewal", "calls", "cold", "storm"] {
        // The peers' program measures ours too.
        let is_peers = peers.is_some() && ["cached", "storm"].contains(&part);
        match &peers {
            Some(peers) if is_peers => output += &peers.wall(part, options.quick)?,
            _ => output += &wall(part, options.quick)?,
        }
    }
    let mut others = Vec::new();
    let (mut costs, mut core) = (Vec::new(), BTreeSet::new());
    if let Some(peers) = &peers {
        output += &peers.wall("operations", options.quick)?;
        others = peers.counts()?;
        costs = build_cost::measure()?;
        core = build_cost::core()?;
    }
    Ok(Results {
        machine,
        contests: row::contests(&output)?,
        counts,
        uncounted,
        others,
        costs,
        core,
    })
}

/// The machine and the commit. On a busy machine a measurement is worth little.
fn machine() -> Result<Vec<(&'static str, String)>, Failure> {
    [
        ("commit", "git describe --always --dirty --exclude *"),
        ("processors", "nproc"),
        ("system", "uname -srm"),
        ("compiler", "rustc --version"),
        ("load before the run", "cat /proc/loadavg"),
    ]
    .into_iter()
    .map(|(name, line)| {
        let mut words = line.split(' ');
        let mut command = process::program(words.next().unwrap_or_default());
        let said = process::output(command.args(words))?;
        Ok((name, said.trim().to_owned()))
    })
    .collect()
}

const OURS: &str = "--quiet --release --locked -p cxone-auth-bench --bin wall";

fn wall(part: &str, quick: bool) -> Result<String, Failure> {
    let program = workspace::target().join("release").join("wall");
    // Client and server on one CPU: otherwise their placement on two would be most of the
    // difference.
    let one_cpu = ["calls", "cold"].contains(&part) && process::is_installed("taskset");
    let mut command = if one_cpu {
        let mut command = process::program("taskset");
        command.args(["--cpu-list", "0"]).arg(program);
        command
    } else {
        process::program(program)
    };
    measured(command.arg(part), quick)
}

fn measured(command: &mut Command, quick: bool) -> Result<String, Failure> {
    if quick {
        command.arg("--quick");
    }
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy())
        .collect();
    println!("measuring: {}", words.join(" "));
    process::output(command)
}

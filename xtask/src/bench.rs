//! `cargo xtask bench`: the cost of the libraries, compared with the alternatives.
//!
//! It writes the whole page, so every number there is measured. With `--peers`
//! everything is run and the page goes to `docs/performance.md`. Without it, the peers and the
//! build cost are omitted and the page goes to the target folder.

mod build_cost;
mod peers;

use std::fs;
use std::process::Command;

use crate::counts::{self, Count};
use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

#[derive(Debug, Clone, Copy)]
struct Options {
    peers: bool,
    /// Few rounds, to check that everything runs. The page is never stored.
    quick: bool,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = options(arguments)?;
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder)?;
    let results = folder.join("results.tsv");
    fs::write(&results, measure(options)?)?;
    let report = "run --quiet --locked -p cxone-auth-bench --no-default-features --bin report --";
    let page = process::output(process::cargo(report).arg(results))?;
    let is_kept = options.peers && !options.quick;
    let folder = if is_kept {
        workspace::root().join("docs")
    } else {
        folder
    };
    let path = folder.join("performance.md");
    fs::write(&path, &page)?;
    println!("{page}\nwrote {}", path.display());
    Ok(Done::Passed)
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let options = Options {
        peers: has("--peers"),
        quick: has("--quick"),
    };
    match arguments.len() - usize::from(options.peers) - usize::from(options.quick) {
        0 => Ok(options),
        _ => Err(Failure::misuse("the arguments are --peers and --quick")),
    }
}

/// Measures everything. Returns the lines that the program `report` reads.
fn measure(options: Options) -> Result<String, Failure> {
    let mut results = machine()?;
    if options.quick {
        results += "machine\trounds\tthree, only to see that everything runs\n";
    }
    if options.peers {
        results += &peers::versions()?;
    }
    // Everything is built before anything is measured.
    process::run(&mut process::cargo(&format!("build {OURS}")))?;
    let peers = options.peers.then(peers::Peers::build).transpose()?;
    let (counts, uncounted) = counts::count()?;
    results += &counted("ours", &counts);
    if let Some(reason) = uncounted {
        results += &prefixed("uncounted", std::iter::once(reason.as_str()));
    }
    for part in ["operations", "cached", "renewal", "calls", "cold", "storm"] {
        // The peers' program measures ours too.
        let is_peers = ["cached", "storm"].contains(&part);
        results += &match &peers {
            Some(peers) if is_peers => peers.wall(part, options.quick)?,
            _ => wall(part, options.quick)?,
        };
    }
    if let Some(peers) = &peers {
        results += &peers.wall("operations", options.quick)?;
        results += &counted("others", &peers.counts()?);
        results += &build_cost::measure()?;
    }
    Ok(results)
}

fn counted(of: &str, counts: &[Count]) -> String {
    let lines = counts::table(counts);
    prefixed(of, lines.lines().skip(1))
}

/// Puts a first field before each line.
fn prefixed<'a>(field: &str, lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |text, line| {
        text + field + "\t" + line + "\n"
    })
}

/// The machine and the commit. On a busy machine a measurement is worth little.
fn machine() -> Result<String, Failure> {
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
        Ok(format!("machine\t{name}\t{}\n", said.trim()))
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
    let rows = process::output(command)?;
    Ok(prefixed("row", rows.lines()))
}

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
        let rounds = "three, only to see that everything runs";
        results += &line(["machine", "rounds", rounds]);
    }
    if options.peers {
        results += &peers::versions()?;
    }
    // Everything is built before anything is measured.
    for build in [OURS, PROGRAM] {
        process::run(&mut process::cargo(build))?;
    }
    let peers = options.peers.then(peers::Peers::build).transpose()?;
    for part in PARTS.split(' ') {
        // The peers' program measures ours too.
        let is_peers = ["cached", "storm"].contains(&part);
        results += &match &peers {
            Some(peers) if is_peers => peers.wall(part, options.quick)?,
            _ => wall(part, options.quick)?,
        };
    }
    results += &tenants(&measured(&mut built("tenants"), false)?);
    results += &measured(&mut built("agent"), false)?;
    let (counts, uncounted) = counts::count()?;
    results += &counted("", &counts);
    if let Some(reason) = uncounted {
        let note = format!("Instructions were not counted: {reason}.");
        results += &line(["operations", &note]);
    }
    if let Some(peers) = &peers {
        results += &peers.wall("operations", options.quick)?;
        results += &peers.wall("short", options.quick)?;
        results += &counted("build_and_read, ", &peers.counts()?);
        results += &build_cost::measure()?;
    }
    Ok(results)
}

/// Returns counts as lines of the table that has the times of the operations.
fn counted(of: &str, counts: &[Count]) -> String {
    let mut lines = String::new();
    for count in counts {
        let row = format!("{of}{}", count.operation);
        let allocations = Some(count.allocations);
        let counts = [
            ("instructions", count.instructions),
            ("allocations", allocations),
        ];
        for (column, number) in counts {
            let number = number.map(|number| number.to_string());
            lines.extend(number.map(|number| line(["operations", &row, column, &number])));
        }
    }
    lines
}

/// Returns a line for the report.
fn line<const FIELDS: usize>(fields: [&str; FIELDS]) -> String {
    fields.join("\t") + "\n"
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
    .map(|(name, command)| {
        let mut words = command.split(' ');
        let mut command = process::program(words.next().unwrap_or_default());
        let said = process::output(command.args(words))?;
        Ok(line(["machine", name, said.trim()]))
    })
    .collect()
}

const OURS: &str =
    "build --quiet --release --locked -p cxone-auth-bench --bin wall --bin tenants --bin agent";

/// The program alone, so that it has its own features, as it is handed out.
const PROGRAM: &str = "build --quiet --profile dist --locked -p cxone-auth";

/// The parts of the program `wall`.
const PARTS: &str = "operations cached renewal calls cold storm tenants stores assertion processes";

fn wall(part: &str, quick: bool) -> Result<String, Failure> {
    // Client and server on one CPU: otherwise their placement on two would be most of the
    // difference.
    let one_cpu = ["calls", "cold"].contains(&part) && process::is_installed("taskset");
    let mut command = built("wall");
    if one_cpu {
        let program = command;
        command = process::program("taskset");
        command.args(["--cpu-list", "0"]).arg(program.get_program());
    }
    measured(command.arg(part), quick)
}

/// Returns what a source takes of the lines of the program `tenants`: a head, and numbers.
fn tenants(lines: &str) -> String {
    let bytes = lines.split('\t').nth_back(1).unwrap_or_default();
    line([
        "memory of 100,000 tenants",
        "a source with its token",
        "memory",
        bytes,
    ])
}

fn built(program: &str) -> Command {
    process::program(workspace::target().join("release").join(program))
}

/// Runs a measuring program, which prints lines for the report.
fn measured(command: &mut Command, quick: bool) -> Result<String, Failure> {
    if quick {
        command.arg("--quick");
    }
    process::show(command);
    process::output(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_has_no_line() {
        let mut count = Count {
            operation: "poll".to_owned(),
            allocations: 3,
            instructions: None,
        };
        let allocations = "operations\tpoll\tallocations\t3\n";
        assert_eq!(counted("", &[count.clone()]), allocations);
        count.instructions = Some(1_000);
        let instructions = "operations\tpoll\tinstructions\t1000\n";
        let both = [instructions, allocations].concat();
        assert_eq!(counted("", &[count]), both);
    }
}

//! A simulated fleet. `cargo xtask fleet` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reports to its user"
)]

use std::env;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

use cxone_auth_fleet::options::{Options, USAGE};
use cxone_auth_fleet::report::Report;
use cxone_auth_fleet::simulation::{self, Outcome};

/// The command line was not understood; the number is the shells' own for that.
const MISUSE: u8 = 2;

/// So many lines of a trace are printed if nobody asked for all.
const LINES: usize = 60;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|it| it == "--help" || it == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("fleet: {complaint}\n\n{USAGE}");
            return ExitCode::from(MISUSE);
        }
    };
    let mut report = Report::default();
    let broken = match options.seed {
        Some(seed) => {
            let outcome = simulation::run(seed, options.processes, usize::MAX);
            print_trace(&outcome);
            report.add(&outcome);
            outcome.broken.is_some()
        }
        None => run_all(options, &mut report),
    };
    println!("\n{report}");
    if broken {
        return ExitCode::FAILURE;
    }
    println!("Everything holds.");
    ExitCode::SUCCESS
}

/// Runs the seeds on all processors, until one breaks. Reports whether one did.
fn run_all(options: Options, report: &mut Report) -> bool {
    let next = AtomicU64::new(1);
    let (is_broken, report) = (AtomicBool::new(false), Mutex::new(report));
    let work = || {
        while !is_broken.load(Relaxed) {
            let seed = next.fetch_add(1, Relaxed);
            if seed > options.seeds {
                return;
            }
            let outcome = simulation::run(seed, options.processes, LINES);
            let mut report = report.lock().expect("no simulation panics");
            report.add(&outcome);
            if outcome.broken.is_some() && !is_broken.swap(true, Relaxed) {
                print_trace(&outcome);
                let processes = options.processes;
                println!("to repeat it: cargo xtask fleet --seed {seed} --processes {processes}");
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    is_broken.load(Relaxed)
}

fn print_trace(outcome: &Outcome) {
    for line in &outcome.trace {
        println!("{line}");
    }
    let (scenario, processes, lifetime) = (outcome.scenario, outcome.processes, outcome.lifetime);
    println!("{scenario}: {processes} processes, tokens of {lifetime:?}");
    if let Some(broken) = &outcome.broken {
        println!("BROKEN: {broken}");
    }
}

//! The steps by name.

use crate::outcome::Outcome;
use crate::{
    bench, ci, clippy, counts, demo, deps, docs, faults, fmt, fuzz, interop, msrv, sandbox,
    secrets, soak, supply, test, threads,
};

/// Something that `cargo xtask` can do.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    summary: &'static str,
    pub(crate) takes_arguments: bool,
    pub(crate) run: fn(&[String]) -> Outcome,
}

const STEPS: &[Step] = &[
    Step {
        name: "demo",
        summary: "fetch tokens from the sandbox with every transport and with the program",
        takes_arguments: true,
        run: demo::run,
    },
    Step {
        name: "sandbox",
        summary: "run Genesys Cloud and CXone look-alikes on loopback until stopped",
        takes_arguments: true,
        run: sandbox::run,
    },
    Step {
        name: "soak",
        summary: "thirty simulated days of a service in seconds; with --real a fleet on real sockets",
        takes_arguments: true,
        run: soak::run,
    },
    Step {
        name: "faults",
        summary: "play every fault to every transport: outcome, time, memory, and docs/faults.md",
        takes_arguments: true,
        run: faults::run,
    },
    Step {
        name: "secrets",
        summary: "what logs, messages and freed memory show of secrets, ours and the HTTP clients'",
        takes_arguments: false,
        run: |_| secrets::run(),
    },
    Step {
        name: "threads",
        summary: "play five forum threads against the sandbox: what went wrong, why, and the fix",
        takes_arguments: false,
        run: |_| threads::run(),
    },
    Step {
        name: "bench",
        summary: "what the libraries cost in time, beside the bare clients and (--peers) others",
        takes_arguments: true,
        run: bench::run,
    },
    Step {
        name: "test",
        summary: "all tests and the examples in the documentation",
        takes_arguments: false,
        run: |_| test::run(),
    },
    Step {
        name: "ci",
        summary: "every check that a change has to pass; stops at the first that fails",
        takes_arguments: false,
        run: |_| ci::run(),
    },
    Step {
        name: "fmt",
        summary: "formatting (checks only; `cargo fmt` mends)",
        takes_arguments: false,
        run: |_| fmt::run(),
    },
    Step {
        name: "clippy",
        summary: "lints with warnings denied, per package and feature set",
        takes_arguments: false,
        run: |_| clippy::run(),
    },
    Step {
        name: "docs",
        summary: "the libraries' documentation with warnings denied, and docs/findings.md",
        takes_arguments: true,
        run: docs::run,
    },
    Step {
        name: "deps",
        summary: "how many crates the core needs, and that none of them does IO",
        takes_arguments: false,
        run: |_| deps::run(),
    },
    Step {
        name: "msrv",
        summary: "build the libraries with the oldest supported Rust",
        takes_arguments: false,
        run: |_| msrv::run(),
    },
    Step {
        name: "supply",
        summary: "what the packages are made of and promise: licences, bans, features, foreign types, …",
        takes_arguments: true,
        run: supply::run,
    },
    Step {
        name: "fuzz",
        summary: "arbitrary input for what reads what comes from outside (needs a C++ compiler)",
        takes_arguments: true,
        run: fuzz::run,
    },
    Step {
        name: "counts",
        summary: "instructions and allocations of the core, against the stored ones",
        takes_arguments: true,
        run: counts::run,
    },
    Step {
        name: "interop",
        summary: "every transport against two real authorization servers (needs node and npm)",
        takes_arguments: false,
        run: |_| interop::run(),
    },
];

impl Step {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.name == name)
    }
}

/// What `cargo xtask help` prints.
pub(crate) fn usage() -> String {
    let width = STEPS.iter().map(|step| step.name.len()).max().unwrap_or(0);
    let lines = STEPS.iter().map(|step| {
        let arguments = if step.takes_arguments {
            " [ARGUMENTS]"
        } else {
            ""
        };
        format!("  {:width$}  {}{arguments}", step.name, step.summary)
    });
    format!(
        "usage: cargo xtask STEP\n\n{}\n  {:width$}  this text\n\n\
         Arguments of `demo`, `sandbox` and `soak` go to the program; `--help` lists them.\n\
         `docs --write` writes docs/findings.md from the catalogue of causes.\n\
         `supply CHECK…` runs the checks that are named; `fuzz --seconds N TARGET…` the targets.\n\
         `faults --write` writes docs/faults.md from what it saw.\n\
         `bench --peers` measures everything and writes docs/performance.md; --quick tries it.\n\
         `counts --write` stores what was counted.\n\
         Exit code: 0 passed or skipped with a line that says why, 1 failed, 2 not understood.",
        lines.collect::<Vec<_>>().join("\n"),
        "help",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_names_every_step() {
        let usage = usage();
        for step in STEPS {
            assert!(
                usage.contains(&format!("\n  {} ", step.name)),
                "{}",
                step.name
            );
        }
    }

    #[test]
    fn a_step_is_found_by_its_whole_name() {
        assert!(Step::named("clippy").is_some());
        assert!(Step::named("clip").is_none());
    }
}

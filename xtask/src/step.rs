//! The steps by name.

use crate::outcome::Outcome;
use crate::{
    bench, ci, clippy, counts, demo, deps, docs, faults, fmt, fuzz, interop, msrv, sandbox,
    secrets, size, soak, supply, test, threads,
};

/// Something that `cargo xtask` can do.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    summary: &'static str,
    pub(crate) arguments: Arguments,
    pub(crate) run: fn(&[String]) -> Outcome,
}

/// What may stand behind a step's name.
#[derive(PartialEq)]
pub(crate) enum Arguments {
    None,
    /// As they are typed, and what they do.
    Listed(&'static str, &'static str),
    /// Those of a program, which tells of them itself.
    OfProgram,
}

const STEPS: &[Step] = &[
    Step {
        name: "demo",
        summary: "fetch tokens from the sandbox with every transport and with the program",
        arguments: Arguments::None,
        run: |_| demo::run(),
    },
    Step {
        name: "sandbox",
        summary: "run Genesys Cloud and CXone look-alikes on loopback until stopped",
        arguments: Arguments::OfProgram,
        run: sandbox::run,
    },
    Step {
        name: "soak",
        summary: "thirty simulated days of a service in seconds; with --real a fleet on real sockets",
        arguments: Arguments::OfProgram,
        run: soak::run,
    },
    Step {
        name: "faults",
        summary: "play every fault to every transport: outcome, time, memory, and docs/faults.md",
        arguments: Arguments::Listed(
            "[--check | --write]",
            "\
  --check  compare what it saw with docs/faults.md: what happens without an argument
  --write  write docs/faults.md from what it saw",
        ),
        run: faults::run,
    },
    Step {
        name: "secrets",
        summary: "what logs, messages and freed memory show of secrets, ours and the HTTP clients'",
        arguments: Arguments::None,
        run: |_| secrets::run(),
    },
    Step {
        name: "threads",
        summary: "play five forum threads against the sandbox: what went wrong, why, and the fix",
        arguments: Arguments::None,
        run: |_| threads::run(),
    },
    Step {
        name: "bench",
        summary: "what the libraries cost in time, beside the bare clients and (--peers) others",
        arguments: Arguments::Listed(
            "[--peers] [--quick]",
            "\
  --peers  measure everything, other libraries too, and write docs/performance.md
  --quick  a few rounds, to see that it works",
        ),
        run: bench::run,
    },
    Step {
        name: "test",
        summary: "all tests and the examples in the documentation",
        arguments: Arguments::Listed(
            "[--both]",
            "\
  --both  run the tests twice: each in a process of its own (nextest, which is installed into
          target/tools if it is missing), and as threads of one process (cargo test)",
        ),
        run: test::run,
    },
    Step {
        name: "ci",
        summary: "every check that a change has to pass; stops at the first that fails",
        arguments: Arguments::None,
        run: |_| ci::run(),
    },
    Step {
        name: "fmt",
        summary: "formatting (checks only; `cargo fmt` fixes)",
        arguments: Arguments::None,
        run: |_| fmt::run(),
    },
    Step {
        name: "clippy",
        summary: "lints with warnings denied, per package and feature set",
        arguments: Arguments::None,
        run: |_| clippy::run(),
    },
    Step {
        name: "docs",
        summary: "the libraries' documentation with warnings denied, and docs/findings.md",
        arguments: Arguments::Listed(
            "[--write]",
            "\
  --write  write docs/findings.md from the catalogue of causes",
        ),
        run: docs::run,
    },
    Step {
        name: "deps",
        summary: "how many crates the core needs, that none does IO, and the order of its modules",
        arguments: Arguments::None,
        run: |_| deps::run(),
    },
    Step {
        name: "size",
        summary: "how large the core is: files, lines, names at the root, long functions, small files",
        arguments: Arguments::None,
        run: |_| size::run(),
    },
    Step {
        name: "msrv",
        summary: "build the libraries with the oldest supported Rust",
        arguments: Arguments::None,
        run: |_| msrv::run(),
    },
    Step {
        name: "supply",
        summary: "what the packages are made of and promise: licences, bans, features, foreign types, …",
        arguments: Arguments::Listed(
            "[CHECK…]",
            "\
The checks that are named, or all:

  deny        licences, bans and sources of every package
  advisories  known vulnerabilities, where their database can be reached
  machete     dependencies that nothing uses
  foreign     types of other packages in the libraries' public interfaces
  package     what each package is packed with
  tarball     each packed library builds and passes its tests
  features    every combination of features
  minimal     the oldest dependencies that the manifests allow
  semver      what a release would break",
        ),
        run: supply::run,
    },
    Step {
        name: "fuzz",
        summary: "arbitrary input for what reads what comes from outside (needs a C++ compiler)",
        arguments: Arguments::Listed(
            "[--seconds N] [TARGET…]",
            "\
The targets that are named, or all; fuzz/README.md says what each is.

  --seconds N  how long they run in all (default: 60)",
        ),
        run: fuzz::run,
    },
    Step {
        name: "counts",
        summary: "instructions and allocations of the core, against the stored ones",
        arguments: Arguments::Listed(
            "[--write]",
            "\
  --write  store what was counted",
        ),
        run: counts::run,
    },
    Step {
        name: "interop",
        summary: "every transport against two real authorization servers (needs node and npm)",
        arguments: Arguments::None,
        run: |_| interop::run(),
    },
];

impl Step {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.name == name)
    }

    /// The help that `arguments` ask for, unless a program gives it.
    pub(crate) fn help_for(&self, arguments: &[String]) -> Option<String> {
        let asks = |argument: &String| argument == "--help" || argument == "-h";
        let is_own = self.arguments != Arguments::OfProgram;
        (is_own && arguments.iter().any(asks)).then(|| self.help())
    }

    fn help(&self) -> String {
        let (usage, summary) = (self.usage(), self.summary);
        let details = match self.arguments {
            Arguments::Listed(_, details) => format!("{details}\n\n"),
            Arguments::None | Arguments::OfProgram => String::new(),
        };
        format!("{usage}\n\n{summary}\n\n{details}{EXIT_CODE}")
    }

    /// How the step is typed.
    pub(crate) fn usage(&self) -> String {
        format!("usage: cargo xtask {}{}", self.name, self.synopsis())
    }

    /// The arguments as they are typed, behind a blank.
    fn synopsis(&self) -> String {
        match self.arguments {
            Arguments::None => String::new(),
            Arguments::Listed(synopsis, _) => format!(" {synopsis}"),
            Arguments::OfProgram => " [ARGUMENTS]".to_owned(),
        }
    }
}

const EXIT_CODE: &str =
    "Exit code: 0 passed or skipped with a line that says why, 1 failed, 2 not understood.";

/// What `cargo xtask help` prints.
pub(crate) fn usage() -> String {
    let width = STEPS.iter().map(|step| step.name.len()).max().unwrap_or(0);
    let lines = STEPS.iter().map(|step| {
        let synopsis = step.synopsis();
        format!("  {:width$}  {}{synopsis}", step.name, step.summary)
    });
    format!(
        "usage: cargo xtask STEP\n\n{}\n  {:width$}  this text\n\n\
         `cargo xtask STEP --help` says what the arguments of a step do.\n{EXIT_CODE}",
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
    fn every_step_tells_of_itself_when_asked() {
        let asked = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        for step in STEPS {
            for words in [&["--help"][..], &["-h"], &["--write", "--help"]] {
                let help = step.help_for(&asked(words));
                match step.arguments {
                    Arguments::OfProgram => assert_eq!(help, None, "{}", step.name),
                    _ => assert!(help.is_some_and(|help| help.contains(step.summary))),
                }
            }
            assert_eq!(step.help_for(&asked(&["--write"])), None);
        }
    }

    #[test]
    fn the_help_of_supply_names_every_check() {
        let help = Step::named("supply").unwrap().help();
        for check in supply::names() {
            assert!(help.contains(&format!("\n  {check} ")), "{check}");
        }
    }

    #[test]
    fn a_step_is_found_by_its_whole_name() {
        assert!(Step::named("clippy").is_some());
        assert!(Step::named("clip").is_none());
    }
}

//! The steps by name.

use crate::outcome::Outcome;
use crate::{
    agent_interop, bench, ci, clippy, counts, cross, deps, docs, faults, fmt, fuzz, interop, msrv,
    mutants, programs, providers, release, supply, test,
};

/// A step of `cargo xtask`.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    summary: &'static str,
    pub(crate) arguments: Arguments,
    pub(crate) run: fn(&[String]) -> Outcome,
}

/// The arguments of a step.
#[derive(PartialEq)]
pub(crate) enum Arguments {
    None,
    /// How they are typed, and what they do.
    Listed(&'static str, &'static str),
    /// Those of a program, which has its own help.
    OfProgram,
}

/// The steps that most people type. The others are for those who change the workspace.
const COMMON: [&str; 5] = ["demo", "threads", "sandbox", "test", "ci"];

const STEPS: &[Step] = &[
    Step {
        name: "demo",
        summary: "fetch tokens from the sandbox with every transport and with the program",
        arguments: Arguments::None,
        run: |_| programs::demo(),
    },
    Step {
        name: "sandbox",
        summary: "run Genesys Cloud and CXone look-alikes on loopback until stopped",
        arguments: Arguments::OfProgram,
        run: programs::sandbox,
    },
    Step {
        name: "soak",
        summary: "simulate thirty days of a service in seconds; with --real run a fleet on real sockets",
        arguments: Arguments::OfProgram,
        run: programs::soak,
    },
    Step {
        name: "fleet",
        summary: "simulate a thousand processes that share a token; with --real run forty on real stores",
        arguments: Arguments::OfProgram,
        run: programs::fleet,
    },
    Step {
        name: "faults",
        summary: "play every fault to every transport: outcome, time, memory, and docs/faults.md",
        arguments: Arguments::Listed(
            "[--check | --write]",
            "  --check  compare the results with docs/faults.md (the default)
  --write  write the results to docs/faults.md",
        ),
        run: faults::run,
    },
    Step {
        name: "secrets",
        summary: "look for secrets in logs, messages and freed memory, ours and the HTTP clients'",
        arguments: Arguments::None,
        run: |_| programs::secrets(),
    },
    Step {
        name: "threads",
        summary: "play five forum threads against the sandbox: what went wrong, why, and the fix",
        arguments: Arguments::None,
        run: |_| programs::threads(),
    },
    Step {
        name: "bench",
        summary: "measure the libraries' time, the bare clients' and (--peers) other libraries'",
        arguments: Arguments::Listed(
            "[--peers] [--quick]",
            "  --peers  measure everything, also other libraries, and write docs/performance.md
  --quick  run a few rounds, to check that it works; docs/performance.md stays

On two cores, --quick takes 5 minutes and --peers 15. It uses these if they are installed: taskset,
valgrind, Go, Python, redis-server.",
        ),
        run: bench::run,
    },
    Step {
        name: "adoption",
        summary: "run one service by hand and on this workspace: lines, requests, failed calls, time",
        arguments: Arguments::OfProgram,
        run: programs::adoption,
    },
    Step {
        name: "test",
        summary: "run all tests and the examples in the documentation",
        arguments: Arguments::Listed(
            "[--both]",
            "  --both  run the tests twice: each in its own process (nextest, installed into target/tools
          if it is missing), and as threads of one process (cargo test)",
        ),
        run: test::run,
    },
    Step {
        name: "ci",
        summary: "run every check that a change must pass, or one group; stop at the first failure",
        arguments: Arguments::Listed(
            "[GROUP]",
            "\
Runs the checks of one group, as a job of continuous integration does, or all in this order:

  lint      fmt, deps, clippy
  test      test --both, fleet
  counts    counts
  packages  docs, msrv, providers, supply
  outside   fuzz, interop",
        ),
        run: ci::run,
    },
    Step {
        name: "fmt",
        summary: "check the formatting (`cargo fmt` fixes it)",
        arguments: Arguments::None,
        run: |_| fmt::run(),
    },
    Step {
        name: "clippy",
        summary: "run the lints with warnings denied, per package and feature set",
        arguments: Arguments::None,
        run: |_| clippy::run(),
    },
    Step {
        name: "docs",
        summary: "build the documentation with warnings denied, and check docs/findings.md",
        arguments: Arguments::Listed(
            "[--write]",
            "  --write  write docs/findings.md from the catalogue of causes",
        ),
        run: docs::run,
    },
    Step {
        name: "deps",
        summary: "count the crates of the core, check that none does IO, and check its module order",
        arguments: Arguments::None,
        run: |_| deps::run(),
    },
    Step {
        name: "msrv",
        summary: "build the libraries with the oldest supported Rust",
        arguments: Arguments::None,
        run: |_| msrv::run(),
    },
    Step {
        name: "cross",
        summary: "check other platforms: wasm32, musl, Windows under Wine, macOS (needs Debian 12 or rustup's targets)",
        arguments: Arguments::Listed(
            "[PLATFORM…]",
            "\
Runs the named platforms, or all. docs/platforms.md says what has run.

  wasm     the core compiles for wasm32-unknown-unknown
  musl     the program, built with musl, prints its version and a token of the sandbox
  windows  the tests of the core, the stores, the credentials and the program run under Wine
  macos    core and stores pass the compiler's checks, without code in C",
        ),
        run: cross::run,
    },
    Step {
        name: "providers",
        summary: "ask for a token over TLS with each choice of cryptography, one program per choice",
        arguments: Arguments::None,
        run: |_| providers::run(),
    },
    Step {
        name: "supply",
        summary: "check the content of the packages: licences, bans, features, foreign types, …",
        arguments: Arguments::Listed(
            "[CHECK…]",
            "\
Runs the named checks, or all:

  deny        licences, bans and sources of every package
  advisories  known vulnerabilities, if their database can be reached
  machete     dependencies that nothing uses
  foreign     types of other packages in the libraries' public interfaces
  package     the files in each package
  publish     all packages in their order, each built from its packed files; nothing is uploaded
  features    every combination of features
  minimal     the oldest dependencies that the manifests allow
  semver      breaking changes in a release",
        ),
        run: supply::run,
    },
    Step {
        name: "release",
        summary: "check what a release needs: versions, changelog, tag, semver, and publishing",
        arguments: Arguments::Listed(
            "--dry-run",
            "  --dry-run  nothing is published. CONTRIBUTING.md has the steps of a release",
        ),
        run: release::run,
    },
    Step {
        name: "fuzz",
        summary: "try arbitrary input on code that reads text from outside (needs a C++ compiler)",
        arguments: Arguments::Listed(
            "[--seconds N] [TARGET…]",
            "\
Runs the named targets, or all. fuzz/README.md describes them.

  --seconds N  total run time (default: 60)",
        ),
        run: fuzz::run,
    },
    Step {
        name: "mutants",
        summary: "change the core in small ways, and print the changes that no test notices",
        arguments: Arguments::Listed(
            "[--minutes N] [PART…]",
            "\
Changes the named parts, or all: session, protocol, api, store, sharing. A short run tries a
random sample.
.cargo/mutants.toml says which changes are left out, and why.

  --minutes N  total run time (default: 60)",
        ),
        run: mutants::run,
    },
    Step {
        name: "counts",
        summary: "count instructions and allocations of the core, and compare with the stored counts",
        arguments: Arguments::Listed(
            "[--write]",
            "  --write  store the counts",
        ),
        run: counts::run,
    },
    Step {
        name: "interop",
        summary: "run every transport against two real authorization servers (needs node and npm)",
        arguments: Arguments::None,
        run: |_| interop::run(),
    },
    Step {
        name: "agent-interop",
        summary: "run clients in other languages through `cxone-auth agent`, and count at the sandbox",
        arguments: Arguments::Listed(
            "[--day]",
            "\
Installs clients from npm and PyPI below the target folder. Go's client is Debian's package
golang-golang-x-oauth2-dev. A client that is not there is left out with a line that says so.

  --day  instead, forty processes in three languages, and a day that takes six minutes",
        ),
        run: agent_interop::run,
    },
];

impl Step {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.name == name)
    }

    /// Returns the help that `arguments` ask for, unless a program gives it.
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

    /// Returns how to type the step.
    pub(crate) fn usage(&self) -> String {
        format!("usage: cargo xtask {}{}", self.name, self.synopsis())
    }

    /// Returns the arguments as they are typed, after a blank.
    fn synopsis(&self) -> String {
        match self.arguments {
            Arguments::None => String::new(),
            Arguments::Listed(synopsis, _) => format!(" {synopsis}"),
            Arguments::OfProgram => " [ARGUMENTS]".to_owned(),
        }
    }
}

const EXIT_CODE: &str =
    "Exit code: 0 passed, or skipped with a reason; 1 failed; 2 wrong arguments.";

/// Returns the output of `cargo xtask help`.
pub(crate) fn usage() -> String {
    let (common, others): (Vec<&Step>, Vec<&Step>) =
        STEPS.iter().partition(|step| COMMON.contains(&step.name));
    let width = width();
    format!(
        "usage: cargo xtask STEP\n\n{}\n  {:width$}  this text\n\nFor work on this workspace:\n\n{}\n\n\
         `cargo xtask STEP --help` explains the arguments of a step.\n{EXIT_CODE}",
        listed(&common),
        "help",
        listed(&others),
    )
}

/// Returns the length of the longest name.
fn width() -> usize {
    STEPS.iter().map(|step| step.name.len()).max().unwrap_or(0)
}

/// Returns a line for each of these steps.
fn listed(steps: &[&Step]) -> String {
    let width = width();
    let lines = steps.iter().map(|step| {
        let synopsis = step.synopsis();
        format!("  {:width$}  {}{synopsis}", step.name, step.summary)
    });
    lines.collect::<Vec<_>>().join("\n")
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
    fn the_common_steps_exist() {
        assert!(COMMON.iter().all(|name| Step::named(name).is_some()));
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
    fn arguments_are_indented_alike() {
        for step in STEPS {
            let help = step.help();
            assert!(!help.lines().any(|line| line.starts_with("--")), "{help}");
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

//! `cargo xtask providers`: programs of users, each with another choice of cryptography for rustls,
//! that ask a loopback server for a token over TLS.
//!
//! Features unify, so that each choice is a build of its own. `tests/providers` is the program; the
//! table below has its features, its steps and how each step ends.

pub(crate) mod sandbox;

use crate::outcome::{Done, Failure, Outcome};
use crate::process;
use sandbox::Sandbox;

/// A build of the program.
struct Build {
    features: &'static str,
    /// What it does, each in its own process: rustls remembers a default for the whole process.
    runs: &'static [Run],
}

/// The steps of a process, in order, and how the line of each begins.
type Run = &'static [(&'static str, &'static str)];

const PASSED: &str = "passed";
/// What the program's own code does, where no library can help: see "Cryptography" in README.md.
const PANICKED: &str = "panicked";
const NO_PROVIDER: &str = "the transport is not set up correctly: rustls has no cryptography; \
                           enable the feature `aws-lc-rs` or `ring` of ";
const UNUSABLE: &str = "the transport is not set up correctly <- ";

const BUILDS: &[Build] = &[
    // Nobody says anything: whatever works without us works with us, before and after our call.
    Build {
        features: "reqwest,defaults,own-client",
        runs: &[
            &[("own-client", PASSED), ("reqwest", PASSED)],
            &[("own-config", PASSED)],
            &[("reqwest", PASSED), ("own-config", PASSED)],
        ],
    },
    Build {
        features: "hyper,defaults",
        runs: &[
            &[("own-config", PASSED)],
            &[("hyper", PASSED), ("own-config", PASSED)],
        ],
    },
    // ring alone. reqwest's own client knows aws-lc-rs only, so that it needs a default.
    Build {
        features: "reqwest,ring,own-client,own-ring",
        runs: &[
            &[("reqwest", PASSED), ("own-config", PASSED)],
            &[("reqwest", PASSED), ("own-client", PANICKED)],
            &[
                ("install-ring", PASSED),
                ("own-client", PASSED),
                ("reqwest", PASSED),
            ],
        ],
    },
    Build {
        features: "hyper,ring",
        runs: &[&[("hyper", PASSED), ("own-config", PASSED)]],
    },
    // No choice: the default of the process, or an error.
    Build {
        features: "reqwest,own-ring",
        runs: &[
            &[("reqwest", NO_PROVIDER)],
            &[("install-ring", PASSED), ("reqwest", PASSED)],
        ],
    },
    Build {
        features: "hyper,own-aws-lc-rs",
        runs: &[
            &[("hyper", NO_PROVIDER)],
            &[("install-aws-lc-rs", PASSED), ("hyper", PASSED)],
        ],
    },
    // Both. rustls' own builder cannot tell which is meant, so that it needs a default, which wins.
    Build {
        features: "reqwest,aws-lc-rs,ring,own-client,own-aws-lc-rs,own-ring",
        runs: &[
            &[("reqwest", PASSED), ("own-client", PASSED)],
            &[("reqwest", PASSED), ("own-config", PANICKED)],
            &[
                ("install-aws-lc-rs", PASSED),
                ("reqwest", PASSED),
                ("own-config", PASSED),
            ],
            &[("install-ring", PASSED), ("reqwest", PASSED)],
            &[("install-unusable", PASSED), ("reqwest", UNUSABLE)],
        ],
    },
    Build {
        features: "hyper,aws-lc-rs,ring,own-aws-lc-rs,own-ring",
        runs: &[
            &[("hyper", PASSED)],
            &[("install-ring", PASSED), ("hyper", PASSED)],
            &[("install-unusable", PASSED), ("hyper", UNUSABLE)],
        ],
    },
    // The store on a server: both, each alone, and a default of the process.
    Build {
        features: "redis,aws-lc-rs,ring,own-aws-lc-rs,own-ring",
        runs: &[
            &[("redis", PASSED), ("redis-blocking", PASSED)],
            &[("redis", PASSED), ("own-config", PANICKED)],
            &[("install-ring", PASSED), ("redis", PASSED)],
            &[
                ("install-unusable", PASSED),
                ("redis", "rustls' default cryptography cannot be used"),
            ],
        ],
    },
    Build {
        features: "redis,ring",
        runs: &[&[("redis", PASSED), ("redis-blocking", PASSED)]],
    },
    Build {
        features: "redis,aws-lc-rs",
        runs: &[&[("redis", PASSED), ("redis-blocking", PASSED)]],
    },
    // reqwest 0.12 makes the calls, ours gets the token.
    Build {
        features: "reqwest,defaults,older-client",
        runs: &[&[("older-client", PASSED)]],
    },
];

pub(crate) fn run() -> Outcome {
    let sandbox = Sandbox::start()?;
    for build in BUILDS {
        println!("{}", build.features);
        for run in build.runs {
            build.take(run, &sandbox)?;
        }
    }
    Ok(Done::Passed)
}

impl Build {
    fn take(&self, run: Run, sandbox: &Sandbox) -> Result<(), Failure> {
        let mut command = process::cargo(&format!(
            "run --quiet --locked -p cxone-auth-providers --features {} --",
            self.features
        ));
        command.args(run.iter().map(|(step, _)| step));
        command.envs(sandbox.variables());
        let printed = process::output(&mut command)?;
        print!("{printed}");
        match deviation(run, &printed) {
            Some(expected) => Err(Failure::new(format!("expected `{expected}`"))),
            None => Ok(()),
        }
    }
}

/// Returns the first line that should have been printed and was not.
fn deviation(run: Run, printed: &str) -> Option<String> {
    let mut lines = printed.lines();
    run.iter()
        .map(|(step, outcome)| format!("{step}: {outcome}"))
        .find(|expected| !lines.next().is_some_and(|line| line.starts_with(expected)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Run = &[("hyper", PASSED), ("own-config", PANICKED)];

    #[test]
    fn each_step_has_to_end_as_expected() {
        assert_eq!(
            deviation(RUN, "hyper: passed\nown-config: panicked\n"),
            None
        );
        let expected = Some("own-config: panicked".to_owned());
        assert_eq!(
            deviation(RUN, "hyper: passed\nown-config: passed\n"),
            expected
        );
        assert_eq!(deviation(RUN, "hyper: passed\n"), expected);
    }

    #[test]
    fn both_adapters_meet_each_choice() {
        let choices = ["defaults", "ring", "own-", "aws-lc-rs,ring"];
        for adapter in ["reqwest", "hyper"] {
            for choice in choices {
                let start = format!("{adapter},{choice}");
                let mut builds = BUILDS.iter();
                assert!(
                    builds.any(|build| build.features.starts_with(&start)),
                    "{start}"
                );
            }
        }
    }
}

//! Why a goal was missed, if known.

use std::fmt::Write as _;

use super::goal::Goal;

/// The reasons by words of the goal.
const REASONS: &[(&str, &str)] = &[
    (
        "the fastest Rust peer",
        "`oauth2` behind arc-swap and a mutex is code that people write by hand: it reads one clock \
         and compares once. Ours reads two, coarsely, and hands out token and header value by \
         reference counts, which are four atomic operations, besides the two of arc-swap.",
    ),
    (
        "cold fetch",
        "The adapters read into memory that is overwritten, and tell a token from a refusal and a \
         refusal from an outage; the few lines beside the client do neither.",
    ),
    (
        "adds besides the core's",
        "`forkguard` tells a process from its parent without a system call, which would take as \
         long as everything else that an adapter adds to an API call.",
    ),
    (
        "the adapter on hyper adds",
        "`tower-layer` is one trait, for `BearerLayer`.",
    ),
];

/// Writes the reasons for the missed goals.
pub(super) fn write(goals: &[Goal]) -> String {
    let is_missed = |words: &str| {
        let mut missed = goals.iter().filter(|goal| !goal.is_reached());
        missed.any(|goal| goal.what.contains(words))
    };
    let mut text = String::new();
    for (_, reason) in REASONS.iter().filter(|(words, _)| is_missed(words)) {
        let _ = writeln!(text, "- {reason}");
    }
    if text.is_empty() {
        return text;
    }
    format!("Why some are missed, where that is known:\n\n{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(measured: f64) -> Goal {
        Goal {
            what: "crates that the adapter on hyper adds besides the core's".to_owned(),
            most: 0.0,
            measured,
        }
    }

    #[test]
    fn a_goal_that_was_reached_needs_no_reason() {
        assert_eq!(write(&[goal(0.0)]), "");
        let reasons = write(&[goal(1.0)]);
        assert!(
            reasons.contains("\n- `tower-layer` is one trait"),
            "{reasons}"
        );
        assert_eq!(reasons.matches("\n- ").count(), 2);
    }
}

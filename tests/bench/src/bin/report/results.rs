//! All results of a run, as `cargo xtask bench` hands them on: lines of fields between tabs.

use std::collections::BTreeSet;

use super::row::{self, Contest};

/// All results of one run.
#[derive(Default)]
pub(crate) struct Results {
    /// `machine NAME VALUE`: what they were measured on.
    pub(crate) machine: Vec<(String, String)>,
    /// `row …`: a row of a contest.
    pub(crate) contests: Vec<Contest>,
    /// `ours OPERATION ALLOCATIONS INSTRUCTIONS`, the last of which may be missing.
    pub(crate) counts: Vec<Count>,
    /// `others …`: the same operations by hand and with `oauth2`.
    pub(crate) others: Vec<Count>,
    /// `uncounted REASON`: why instructions are missing, if they are.
    pub(crate) uncounted: Option<String>,
    /// `cost NAME SECONDS BYTES CRATES`: what it takes to build a program.
    pub(crate) costs: Vec<Cost>,
    /// `core CRATES`: the names in the core's tree, including itself.
    pub(crate) core: BTreeSet<String>,
}

pub(crate) struct Count {
    pub(crate) operation: String,
    pub(crate) allocations: u64,
    pub(crate) instructions: Option<u64>,
}

/// The cost of one program. One on an adapter comes before the one on its client alone.
pub(crate) struct Cost {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
    pub(crate) crates: BTreeSet<String>,
}

impl Results {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut results = Self::default();
        let mut rows = String::new();
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match (fields[0], &fields[1..]) {
                ("row", _) => rows = rows + line.trim_start_matches("row\t") + "\n",
                ("machine", [name, value]) => {
                    let entry = ((*name).to_owned(), (*value).to_owned());
                    results.machine.push(entry);
                }
                ("ours", rest) => results.counts.push(count(rest).ok_or(line)?),
                ("others", rest) => results.others.push(count(rest).ok_or(line)?),
                ("uncounted", [reason]) => results.uncounted = Some((*reason).to_owned()),
                ("cost", rest) => results.costs.push(cost(rest).ok_or(line)?),
                ("core", [crates]) => results.core = names(crates),
                _ => return Err(format!("this is no result: `{line}`")),
            }
        }
        results.contests = row::contests(&rows)?;
        Ok(results)
    }

    pub(crate) fn contest(&self, name: &str) -> Option<&Contest> {
        self.contests.iter().find(|contest| contest.name == name)
    }
}

fn count(fields: &[&str]) -> Option<Count> {
    let [operation, allocations, instructions] = fields else {
        return None;
    };
    Some(Count {
        operation: (*operation).to_owned(),
        allocations: allocations.parse().ok()?,
        instructions: instructions.parse().ok(),
    })
}

fn cost(fields: &[&str]) -> Option<Cost> {
    let [name, seconds, bytes, crates] = fields else {
        return None;
    };
    Some(Cost {
        name: (*name).to_owned(),
        seconds: seconds.parse().ok()?,
        bytes: bytes.parse().ok()?,
        crates: names(crates),
    })
}

fn names(list: &str) -> BTreeSet<String> {
    list.split(' ').map(str::to_owned).collect()
}

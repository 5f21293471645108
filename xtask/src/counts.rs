//! `cargo xtask counts`: the instructions and allocations of the core's operations.
//!
//! Counts do not depend on the load of a machine, so they are checked against the numbers in
//! `tests/bench/counts.tsv`. Allocations must be equal. Instructions may differ a little, because
//! compilers and C libraries differ. A larger difference fails in either direction: a number that
//! is too high would let the next regression pass.
//!
//! The counted code is built as one unit. With cargo's default of sixteen, a function is inlined or
//! not depending on its file, and splitting a file changes the small counts by a tenth.

pub(crate) mod gungraun;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::outcome::{Done, Failure, Outcome};
use crate::{process, workspace};

const PACKAGE: &str = "cxone-auth-bench";
const STORED: &str = "tests/bench/counts.tsv";
const WRITE: &str = "cargo xtask counts --write";

/// The allowed difference of instructions, in percent.
const TOLERANCE: u64 = 5;

/// Operations that cost the same: a lookup among any number of sources, a token that is fresh or
/// that a task renews, and one that is shared or not.
const SAME: [[&str; 2]; 3] = [
    ["lookup_of_1_000", "lookup_of_100_000"],
    ["read_with_given_clock", "read_while_task_renews"],
    ["cached_read", "read_with_store"],
];

/// The counts of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) operation: String,
    pub(crate) allocations: u64,
    /// `None` if there is no valgrind.
    pub(crate) instructions: Option<u64>,
}

/// Counts and compares. With `--write` it stores the counts.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => check(),
        [only] if only == "--write" => write(),
        _ => Err(Failure::misuse("the only argument is --write")),
    }
}

pub(crate) fn check() -> Outcome {
    let (counts, skipped) = count()?;
    let stored = parse(&fs::read_to_string(path())?)?;
    print!("{}", table(&counts));
    compare(&stored, &counts)?;
    check_same(&counts)?;
    Ok(match skipped {
        None => Done::Passed,
        Some(reason) => Done::Skipped(format!(
            "instructions were not counted, {reason}; allocations are as stored"
        )),
    })
}

/// Counts every operation. If instructions are missing, it also returns why.
pub(crate) fn count() -> Result<(Vec<Count>, Option<String>), Failure> {
    let mut counts = allocations()?;
    let skipped = match gungraun::Runner::find()? {
        Err(reason) => Some(reason),
        Ok(runner) => {
            runner.run("-p cxone-auth-bench --no-default-features")?;
            for count in &mut counts {
                let instructions = gungraun::instructions_of(PACKAGE, &count.operation)?;
                count.instructions = Some(instructions);
            }
            None
        }
    };
    Ok((counts, skipped))
}

fn write() -> Outcome {
    let (counts, skipped) = count()?;
    if let Some(reason) = skipped {
        return Err(Failure::new(format!(
            "instructions were not counted, {reason}"
        )));
    }
    check_same(&counts)?;
    fs::write(path(), table(&counts))?;
    println!("wrote {STORED}");
    Ok(Done::Passed)
}

fn allocations() -> Result<Vec<Count>, Failure> {
    allocations_of("-p cxone-auth-bench --no-default-features")
}

/// Runs the program `allocations` of the package that `selection` names to cargo.
pub(crate) fn allocations_of(selection: &str) -> Result<Vec<Count>, Failure> {
    let run = format!("run --quiet --release --locked {selection} --bin allocations");
    let listing = process::output(&mut one_unit(&run))?;
    listing.lines().map(parsed).collect()
}

/// Returns a cargo command whose optimized builds do not depend on how the code is split into
/// files.
fn one_unit(arguments: &str) -> Command {
    let mut command = process::cargo(arguments);
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    command
}

fn path() -> PathBuf {
    workspace::root().join(STORED)
}

/// Returns a line of names, and one for each operation.
pub(crate) fn table(counts: &[Count]) -> String {
    let lines = counts.iter().map(|count| {
        let instructions = count.instructions.map(|count| count.to_string());
        let instructions = instructions.unwrap_or_default();
        format!(
            "{}\t{}\t{instructions}\n",
            count.operation, count.allocations
        )
    });
    let head = "operation\tallocations\tinstructions\n".to_owned();
    lines.fold(head, |text, line| text + &line)
}

fn parse(text: &str) -> Result<Vec<Count>, Failure> {
    text.lines().skip(1).map(parsed).collect()
}

/// Reads a line: the operation, its allocations and perhaps its instructions.
fn parsed(line: &str) -> Result<Count, Failure> {
    let fields: Vec<&str> = line.split('\t').collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse().ok());
    let missing = || Failure::new(format!("a number is missing in `{line}`"));
    Ok(Count {
        operation: fields[0].to_owned(),
        allocations: number(1).ok_or_else(missing)?,
        instructions: number(2),
    })
}

fn compare(stored: &[Count], counted: &[Count]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let of =
        |counts: &'_ [Count], name: &str| counts.iter().find(|it| it.operation == name).cloned();
    for count in counted {
        match of(stored, &count.operation) {
            None => problems.push(format!("{} is not stored", count.operation)),
            Some(stored) => problems.extend(difference(&stored, count)),
        }
    }
    for stored in stored
        .iter()
        .filter(|it| of(counted, &it.operation).is_none())
    {
        problems.push(format!("{} is stored and not counted", stored.operation));
    }
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.join("\n");
    Err(Failure::new(format!(
        "counts differ from {STORED}:\n{problems}\nto store them, where they are meant: {WRITE}"
    )))
}

fn difference(stored: &Count, counted: &Count) -> Option<String> {
    let name = &stored.operation;
    let (before, after) = (stored.allocations, counted.allocations);
    if before != after {
        return Some(format!("{name}: {after} allocations, stored are {before}"));
    }
    let (before, after) = (stored.instructions?, counted.instructions?);
    differs(before, after).then(|| {
        format!("{name}: {after} instructions, stored are {before} (may differ by {TOLERANCE} %)")
    })
}

fn differs(one: u64, other: u64) -> bool {
    one.abs_diff(other) * 100 > one * TOLERANCE
}

/// Compares the instructions of operations that have to cost the same.
fn check_same(counts: &[Count]) -> Result<(), Failure> {
    for [one, other] in SAME {
        let of = |name| {
            let count = counts.iter().find(|count| count.operation == name);
            count.and_then(|count| count.instructions)
        };
        let (Some(before), Some(after)) = (of(one), of(other)) else {
            continue;
        };
        if differs(before, after) {
            return Err(Failure::new(format!(
                "{other} takes {after} instructions, {one} takes {before}: they may differ by \
                 {TOLERANCE} %"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(allocations: u64, instructions: Option<u64>) -> Count {
        Count {
            operation: "poll".to_owned(),
            allocations,
            instructions,
        }
    }

    fn compared(stored: Count, counted: Count) -> Result<(), Failure> {
        compare(&[stored], &[counted])
    }

    #[test]
    fn one_allocation_more_or_less_fails() {
        assert!(compared(count(3, None), count(3, None)).is_ok());
        assert!(compared(count(3, None), count(4, None)).is_err());
        assert!(compared(count(3, None), count(2, None)).is_err());
    }

    #[test]
    fn instructions_may_differ_by_the_tolerance_and_no_more() {
        for (instructions, passes) in [(950, true), (1_050, true), (949, false), (1_051, false)] {
            let (one, other) = (count(0, Some(1_000)), count(0, Some(instructions)));
            let result = compared(one.clone(), other.clone());
            assert_eq!(result.is_ok(), passes, "{instructions}");
            // The same for two operations that cost the same.
            let mut counts = [one, other];
            for (count, operation) in counts.iter_mut().zip(SAME[0]) {
                count.operation = operation.to_owned();
            }
            assert_eq!(check_same(&counts).is_ok(), passes, "{instructions}");
        }
    }

    #[test]
    fn what_was_not_counted_is_not_compared() {
        assert!(compared(count(0, Some(1_000)), count(0, None)).is_ok());
    }

    #[test]
    fn a_line_without_instructions_has_none() {
        for line in ["poll\t3", "poll\t3\t"] {
            assert_eq!(parsed(line).unwrap(), count(3, None));
        }
    }

    #[test]
    fn an_operation_that_is_not_stored_fails() {
        assert!(compare(&[], &[count(0, None)]).is_err());
    }

    #[test]
    fn a_stored_operation_that_is_not_counted_fails() {
        assert!(compare(&[count(0, None)], &[]).is_err());
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let counts = [count(3, Some(1_000))];
        assert_eq!(parse(&table(&counts)).unwrap(), counts);
    }
}

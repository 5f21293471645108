//! The page `performance.md`: the text of `tests/bench/performance.md`, with the results in it.

use std::fmt::Write as _;

use super::goal;
use super::results::{Count, Results};
use super::table::{self, grouped, span, table};

/// The text, with places for results: names in braces, each alone on a line.
const TEXT: &str = include_str!("../../../performance.md");

pub(crate) fn write(results: &Results) -> String {
    let line = |line: &str| match placeholder(line) {
        None => line.to_owned(),
        Some(name) => match filled(name, results).trim_end() {
            "" => "Not measured in this run.".to_owned(),
            content => content.to_owned(),
        },
    };
    let lines: Vec<String> = TEXT.lines().map(line).collect();
    lines.join("\n") + "\n"
}

/// Returns what is in braces that are alone on a line.
fn placeholder(line: &str) -> Option<&str> {
    line.strip_prefix('{')?.strip_suffix('}')
}

fn filled(name: &str, results: &Results) -> String {
    match name {
        "machine" => machine(results),
        "goals" => goal::table(results),
        "operations" => operations(results),
        "build" => build(results),
        part => contests(results, part),
    }
}

fn machine(results: &Results) -> String {
    let lines = results.machine.iter();
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("- {name}: {value}"))
        .collect();
    lines.join("\n")
}

fn contests(results: &Results, part: &str) -> String {
    let contests = results.contests.iter();
    let sections: Vec<String> = contests
        .filter(|contest| contest.name.contains(part))
        .map(|contest| format!("### {}\n\n{}", contest.name, table::contest(contest)))
        .collect();
    sections.join("\n")
}

fn operations(results: &Results) -> String {
    let measured = results.contest("operations");
    let row = |name: String, count: &Count| {
        let time = measured.and_then(|contest| contest.time_of(&count.operation));
        let instructions = count.instructions;
        vec![
            name,
            time.map(|time| span(time.median)).unwrap_or_default(),
            instructions.map_or(String::new(), |it| grouped(&it.to_string())),
            count.allocations.to_string(),
        ]
    };
    let ours = results.counts.iter();
    let ours = ours.map(|count| row(format!("`{}`", count.operation), count));
    let others = results.others.iter();
    let others = others.map(|it| row(format!("`build_and_read`, {}", it.operation), it));
    let table = table(
        &["", "time", "instructions", "allocations"],
        ours.chain(others),
    );
    match &results.uncounted {
        None => table,
        Some(reason) => format!("{table}\nInstructions were not counted: {reason}."),
    }
}

fn build(results: &Results) -> String {
    if results.costs.is_empty() {
        return String::new();
    }
    let rows = results.costs.iter().map(|cost| {
        let name = match cost.name.strip_suffix("_alone") {
            Some(client) => format!("{client} alone"),
            None => format!("cxone-auth on {}", cost.name),
        };
        vec![
            name,
            cost.crates.len().to_string(),
            format!("{:.1} s", cost.seconds),
            format!("{} KiB", grouped(&(cost.bytes / 1024).to_string())),
        ]
    });
    let mut text = table(&["", "crates", "clean build", "size"], rows);
    for (name, added) in goal::additions(results) {
        if !added.is_empty() {
            let list = added.join(", ");
            let _ = write!(
                text,
                "\nBesides the core's, the adapter on {name} adds: {list}.\n"
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_result_has_a_place_on_the_page() {
        let results = "machine\tload\tnone\n\
            row\tcached token and header, 1 thread\tcxone-auth\t20\t10\t90\t\n\
            row\tAPI call, ureq\tureq\t20\t10\t90\t\n\
            row\toperations\tread\t5\t4\t6\t\n\
            ours\tread\t0\t1234\nothers\tby hand\t3\t\nuncounted\tno valgrind\n\
            cost\tureq\t1.5\t2048\ta b c\ncost\tureq_alone\t1\t1024\ta\ncore\tb\n";
        let page = write(&Results::read(results).unwrap());
        for expected in [
            "\n- load: none\n",
            "### cached token and header, 1 thread\n\n|",
            "### API call, ureq\n\n|",
            "\n| `read` | 5.00 ns | 1,234 | 0 |\n",
            "\n| `build_and_read`, by hand |  |  | 3 |\n",
            "\nInstructions were not counted: no valgrind.\n",
            "\n| cxone-auth on ureq | 3 | 1.5 s | 2 KiB |\n| ureq alone | 1 | 1.0 s | 1 KiB |\n",
            "\nBesides the core's, the adapter on ureq adds: c.\n",
            "\n| crates that the adapter on ureq adds besides the core's | 0 | 1 | **missed** |\n",
            "\n## During a renewal\n",
            "\n\nNot measured in this run.\n",
        ] {
            assert!(page.contains(expected), "{expected:?} is not in {page}");
        }
        assert!(!page.lines().any(|line| placeholder(line).is_some()));
    }
}

//! The page `performance.md`: the text of `tests/bench/performance.md`, with the results in it.

use super::goal;
use super::results::Results;
use super::table;

/// The text, with places for results: each alone on a line and in braces, `machine`, `goals`, or
/// what the names of the tables begin with.
const TEXT: &str = include_str!("../../../performance.md");

/// Writes the page, or says which table has no place on it.
pub(crate) fn write(results: &Results) -> Result<String, String> {
    let places: Vec<&str> = TEXT.lines().filter_map(place).collect();
    for table in &results.tables {
        if !places.iter().any(|place| table.name.starts_with(place)) {
            return Err(format!("the text has no place for `{}`", table.name));
        }
    }
    let line = |line: &str| match place(line) {
        None => line.to_owned(),
        Some(place) => match filled(place, results).trim_end() {
            "" => "Not measured in this run.".to_owned(),
            content => content.to_owned(),
        },
    };
    let lines: Vec<String> = TEXT.lines().map(line).collect();
    Ok(lines.join("\n") + "\n")
}

/// Returns what is in braces that are alone on a line.
fn place(line: &str) -> Option<&str> {
    line.strip_prefix('{')?.strip_suffix('}')
}

fn filled(place: &str, results: &Results) -> String {
    match place {
        "machine" => machine(results),
        "goals" => goal::table(results),
        start => tables(results, start),
    }
}

fn machine(results: &Results) -> String {
    let lines = results.machine.iter();
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("- {name}: {value}"))
        .collect();
    lines.join("\n")
}

fn tables(results: &Results, start: &str) -> String {
    let tables = results.tables.iter();
    let sections: Vec<String> = tables
        .filter(|table| table.name.starts_with(start))
        .map(|table| format!("### {}\n\n{}", table.name, table::results(table)))
        .collect();
    sections.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_result_has_a_place_on_the_page() {
        let results = "machine\tload\tnone\n\
            cached token and header, 1 thread\tcxone-auth\t20\t10\t90\t\n\
            API call, ureq\tureq\t20\t10\t90\t\n\
            operations\tread\t5\t4\t6\t\noperations\tread\tinstructions\t1234\n\
            operations\tread\tallocations\t0\noperations\tNothing else was counted.\n";
        let page = write(&Results::read(results).unwrap()).unwrap();
        for expected in [
            "\n- load: none\n",
            "### cached token and header, 1 thread\n\n|",
            "### API call, ureq\n\n|",
            "\n| read | 5.00 ns | 4.00 ns to 6.00 ns | 1,234 | 0 |\n\nNothing else was counted.\n",
            "\n## During a renewal\n",
            "\n\nNot measured in this run.\n",
        ] {
            assert!(page.contains(expected), "{expected:?} is not in {page}");
        }
        assert!(!page.lines().any(|line| place(line).is_some()));
    }

    #[test]
    fn a_result_without_a_place_is_an_error() {
        let results = Results::read("something else\tours\tsize\t5\n").unwrap();
        let expected = "the text has no place for `something else`";
        assert_eq!(write(&results).unwrap_err(), expected);
    }
}

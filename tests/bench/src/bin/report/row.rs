//! The lines that the measuring programs print.

/// One contestant's result in a contest, in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) contestant: String,
    pub(crate) result: Result<Time, String>,
}

/// The median with its range, and the number of requests at the server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Time {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) requests: Option<u64>,
}

/// A contest. The other rows are compared with the first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contest {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
}

impl Contest {
    /// The median of a contestant.
    pub(crate) fn time_of(&self, contestant: &str) -> Option<Time> {
        let row = self.rows.iter().find(|row| row.contestant == contestant)?;
        row.result.clone().ok()
    }

    /// Returns the measured rows, the first one included.
    pub(crate) fn measured(&self) -> impl Iterator<Item = (&str, Time)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.contestant.as_str(), *row.result.as_ref().ok()?)))
    }
}

/// Returns the contests of an output, in order. In each, those that could not be measured come
/// last.
pub(crate) fn contests(output: &str) -> Result<Vec<Contest>, String> {
    let mut contests: Vec<Contest> = Vec::new();
    for line in output.lines() {
        let (name, row) = parse(line).ok_or_else(|| format!("this is no result: `{line}`"))?;
        match contests.iter_mut().find(|contest| contest.name == name) {
            Some(contest) => contest.rows.push(row),
            None => contests.push(Contest {
                name: name.to_owned(),
                rows: vec![row],
            }),
        }
    }
    for contest in &mut contests {
        contest.rows.sort_by_key(|row| row.result.is_err());
    }
    Ok(contests)
}

fn parse(line: &str) -> Option<(&str, Row)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [contest, contestant, median, low, high, requests, rest @ ..] = &fields[..] else {
        return None;
    };
    let result = match rest {
        [] => Ok(Time {
            median: median.parse().ok()?,
            low: low.parse().ok()?,
            high: high.parse().ok()?,
            requests: requests.parse().ok(),
        }),
        [reason, ..] => Err((*reason).to_owned()),
    };
    let contestant = (*contestant).to_owned();
    Some((contest, Row { contestant, result }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_gathered_by_contest_with_what_was_left_out_last() {
        let output =
            "a\tGo\t\t\t\t\tnot run\na\tours\t2.0\t1.0\t3.0\t\nb\tours\t5.0\t5.0\t5.0\t7\n";
        let contests = contests(output).unwrap();
        assert_eq!(contests.len(), 2);
        assert_eq!(contests[0].rows[0].contestant, "ours");
        assert_eq!(contests[0].rows[1].result, Err("not run".to_owned()));
        assert_eq!(contests[1].time_of("ours").unwrap().requests, Some(7));
    }

    #[test]
    fn what_is_no_result_is_an_error() {
        assert!(contests("warning: something\n").is_err());
    }
}

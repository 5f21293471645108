//! The page `performance.md` and its plots.

use super::build_cost::Cost;
use super::row::Contest;
use super::table::{self, grouped, span, table};
use super::{Results, goal, plot, reason};
use crate::counts::Count;

/// The contests with a plot, and the names of their files.
const PLOTS: &[(&str, &str)] = &[
    ("cached token and header, 1 thread", "cached.svg"),
    ("2,000 callers with a wrong secret", "refusal.svg"),
    ("cold fetch, all clients, http", "cold.svg"),
];

/// A file's name and what is in it.
type Plot = (&'static str, String);

/// Writes the page and its plots.
pub(super) fn write(results: &Results) -> (String, Vec<Plot>) {
    let plots = plots(results);
    let sections = [
        HEAD.to_owned(),
        machine(results),
        goals(results),
        section(
            "A token that is at hand",
            CACHED,
            &contests(results, "cached", &plots),
        ),
        section(
            "During a renewal",
            RENEWAL,
            &contests(results, "renewal", &plots),
        ),
        section(
            "Calls to an API",
            CALLS,
            &contests(results, "API call", &plots),
        ),
        section(
            "Many callers at once",
            STORM,
            &contests(results, "callers", &plots),
        ),
        section(
            "A first token",
            COLD,
            &contests(results, "cold fetch", &plots),
        ),
        section("Without a transport", OPERATIONS, &operations(results)),
        section("To build", BUILD, &build(results)),
    ];
    (sections.concat(), plots)
}

const HEAD: &str = "\
    # What it costs\n\n\
    `cargo xtask bench --peers` measured everything on this page and wrote it. Compare \
    ratios and counts, which depend less on the machine than times do.\n\n\
    Contestants run in turns: each round runs every one of them, beginning with another one each \
    time, so that a machine that slows down slows all of them. (Criterion and divan measure one \
    function after the other, and a ratio of two such measurements drifts with the machine.) A row \
    is the median of the rounds, with the fastest and the slowest; the ratio is to the first row. \
    There are 51 rounds, with many callers at once 11, and with a wrong secret beside other \
    libraries one.\n\n";

const CACHED: &str = "\
    A fresh token is read and made into a header value, single-threaded, on two threads that run at \
    the same time (time of one call in each) and in 64 tasks on two threads (time of all by the number of calls). Peers \
    whose token is text make the header value of it. Go and Python measure themselves, when the \
    round comes to them; in Python there are no parallel rows, since its threads take turns.";

const RENEWAL: &str = "\
    A token that is due is read while its renewal takes 2 s, which a runtime carries. Each of 1,001 \
    rounds is one call, so the range ends with the slowest; one call in a hundred starts the renewal.";

const CALLS: &str = "\
    A `GET` over a connection that is kept alive, with the token of a source, against the same client \
    with a constant header field. Client and server share one CPU, where there is `taskset`. The \
    allocations of a call are counted by the tests of `tests/bench`.";

const STORM: &str = "\
    The server takes 10 ms for its response. The time is that until the last caller has its result; \
    one caller alone shows the round trip. `azure_identity` insists on https and is led to the \
    server through our hyper transport, which `oauth2` uses as well. With a wrong secret there is \
    one round, since some take half a minute for it; what counts is the number of requests.";

const COLD: &str = "\
    A source without a token, against the client below it with the same settings (HTTP/1.1, a \
    connection for each request, the same trusted certificates) and a few lines that take the token \
    out of the response. Client and server share one CPU, where there is `taskset`. In each table the first row is the client \
    alone.";

const OPERATIONS: &str = "\
    What the core does by itself. Instructions are counted by valgrind in a build with \
    `codegen-units = 1`, which does not depend on the cut into files; allocations are counted by \
    an allocator. Both are checked by `cargo xtask ci`.";

const BUILD: &str = "\
    A minimal program that fetches a token: crates in its tree (names, without itself), a clean \
    release build with everything downloaded, and the stripped size.";

fn section(title: &str, introduction: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("## {title}\n\n{introduction}\n\n{content}")
}

fn machine(results: &Results) -> String {
    let lines = results.machine.iter();
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("- {name}: {value}\n"))
        .collect();
    lines.concat() + "\n"
}

fn goals(results: &Results) -> String {
    let goals = goal::all(results);
    let rows = goals.iter().map(|goal| {
        let verdict = if goal.is_reached() {
            "reached".to_owned()
        } else if goal.most == 0.0 {
            "**missed**".to_owned()
        } else {
            let by = (goal.measured / goal.most - 1.0) * 100.0;
            format!("**missed** by {by:.1} %")
        };
        let measured = number(goal.measured);
        vec![goal.what.clone(), number(goal.most), measured, verdict]
    });
    let table = table(&["", "at most", "measured", ""], rows);
    format!("## What was aimed at\n\n{table}\n{}", reason::write(&goals))
}

/// Returns a count in full, or a ratio with two decimals.
fn number(number: f64) -> String {
    if number.fract() == 0.0 {
        grouped(&format!("{number:.0}"))
    } else {
        table::ratio(number)
    }
}

fn contests(results: &Results, part: &str, plots: &[Plot]) -> String {
    let contests = results
        .contests
        .iter()
        .filter(|contest| contest.name.contains(part));
    let sections: Vec<String> = contests
        .map(|contest| {
            let plot = plot_of(&contest.name, plots);
            format!(
                "### {}\n\n{plot}{}\n",
                contest.name,
                table::contest(contest)
            )
        })
        .collect();
    let overview = match part {
        "cold fetch" => plot_of(PLOTS[2].0, plots),
        _ => String::new(),
    };
    overview + &sections.concat()
}

fn plot_of(contest: &str, plots: &[Plot]) -> String {
    let of_contest = PLOTS.iter().find(|(name, _)| *name == contest);
    of_contest
        .filter(|(_, file)| plots.iter().any(|(drawn, _)| drawn == file))
        .map(|(name, file)| format!("![{name}](performance/{file})\n\n"))
        .unwrap_or_default()
}

fn plots(results: &Results) -> Vec<Plot> {
    let cold = all_cold(results);
    let all = results.contests.iter().chain(std::iter::once(&cold));
    let all = all.filter(|contest| contest.measured().next().is_some());
    all.filter_map(|contest| {
        let (_, file) = PLOTS.iter().find(|(name, _)| *name == contest.name)?;
        Some((*file, plot::draw(contest)))
    })
    .collect()
}

/// Combines the cold fetches over plain http in one plot.
fn all_cold(results: &Results) -> Contest {
    let contests = results.contests.iter();
    let cold = contests.filter(|contest| {
        contest.name.starts_with("cold fetch") && contest.name.ends_with(", http")
    });
    Contest {
        name: PLOTS[2].0.to_owned(),
        rows: cold.flat_map(|contest| contest.rows.clone()).collect(),
    }
}

fn operations(results: &Results) -> String {
    let mut contests_run = results.contests.iter();
    let contest = contests_run.find(|contest| contest.name == "operations");
    let rows = results.counts.iter().chain(&results.others).map(|count| {
        let time = contest.and_then(|contest| contest.time_of(&count.operation));
        let time = time.map(|time| span(time.median)).unwrap_or_default();
        let name = name_of(count, &results.others);
        vec![
            name,
            time,
            instructions(count),
            count.allocations.to_string(),
        ]
    });
    let table = table(&["", "time", "instructions", "allocations"], rows);
    let uncounted = results
        .uncounted
        .as_ref()
        .map(|reason| format!("\nInstructions were not counted: {reason}.\n"));
    let uncounted = uncounted.unwrap_or_default();
    let others = contests(results, "build the request", &[]);
    format!("{table}{uncounted}\n{others}")
}

fn name_of(count: &Count, others: &[Count]) -> String {
    if others.contains(count) {
        format!("`build_and_read`, {}", count.operation)
    } else {
        format!("`{}`", count.operation)
    }
}

fn instructions(count: &Count) -> String {
    let number = count
        .instructions
        .map(|number| grouped(&number.to_string()));
    number.unwrap_or_default()
}

fn build(results: &Results) -> String {
    if results.costs.is_empty() {
        return String::new();
    }
    let rows = results.costs.iter().map(|cost| {
        vec![
            title(cost),
            cost.crates.len().to_string(),
            format!("{:.1} s", cost.time.as_secs_f64()),
            format!("{} KiB", grouped(&(cost.bytes / 1024).to_string())),
        ]
    });
    let additions = results.costs.chunks(2).filter_map(|pair| {
        let added = goal::added(&results.core, pair);
        let (name, list) = (pair[0].name, added.join(", "));
        let sentence = format!("Besides the core's, the adapter on {name} adds: {list}.\n\n");
        (!added.is_empty()).then_some(sentence)
    });
    let additions: Vec<String> = additions.collect();
    let table = table(&["", "crates", "clean build", "size"], rows);
    format!("{table}\n{}", additions.concat())
}

fn title(cost: &Cost) -> String {
    match cost.name.strip_suffix("_alone") {
        Some(client) => format!("{client} alone"),
        None => format!("cxone-auth on {}", cost.name),
    }
}

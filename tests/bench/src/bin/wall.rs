//! Prints what our operations take, one line of tab-separated fields for each contestant.
//!
//! The arguments name the parts to run (`operations`, `cached`, `renewal`, `calls`, `cold`,
//! `storm`), all without any.
//! `--quick` runs few rounds, to see that everything runs.

use std::env;
use std::io::{self, Write};

use cxone_auth_bench::cached::Manner;
use cxone_auth_bench::storm::{Sea, Weather};
use cxone_auth_bench::{Contest, call, cold, pure, renewal};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let parts: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let rounds = |many: usize| if quick { 3 } else { many };
    for (name, contests) in PARTS {
        if parts.is_empty() || parts.contains(name) {
            print(contests(&rounds))?;
        }
    }
    Ok(())
}

type Part = fn(&dyn Fn(usize) -> usize) -> Vec<Contest>;

const PARTS: &[(&str, Part)] = &[
    ("operations", |rounds| vec![pure::contest(rounds(51))]),
    ("cached", |rounds| {
        let contests = Manner::ALL.map(|manner| manner.contest(rounds(51)));
        contests.into()
    }),
    ("renewal", |rounds| vec![renewal::contest(rounds(1_001))]),
    ("calls", |rounds| call::contests(rounds(51))),
    ("cold", |rounds| cold::contests(rounds(51))),
    ("storm", |rounds| {
        let contest = |weather: Weather| weather.contest(&Sea::new(weather), rounds(11));
        vec![contest(Weather::Success), contest(Weather::Refusal)]
    }),
];

fn print(contests: Vec<Contest>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for contest in contests {
        for row in contest.run() {
            writeln!(out, "{row}")?;
        }
        out.flush()?;
    }
    Ok(())
}

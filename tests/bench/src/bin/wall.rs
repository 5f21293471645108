//! Prints what our operations take, one line of tab-separated fields for each contestant.
//!
//! The arguments name the parts to run, all without any. `--quick` runs few rounds, to see that
//! everything runs.
//!
//! | part | what is measured |
//! |---|---|
//! | `operations` | what makes no request, one by one |
//! | `cached` | a token that is at hand, in one thread, two threads, many tasks |
//! | `renewal` | the same while the token is renewed |
//! | `tenants` | the token of one tenant of 100,000, beside a map of tokens |
//! | `calls` | a call to an API, beside the client alone |
//! | `cold` | a first token, beside the client alone |
//! | `storm` | thousands of callers without a token |
//! | `stores` | loading from a file and from Redis, beside reading the same alone. It starts the first of `redis-server` and `valkey-server` that is on `PATH` |
//! | `assertion` | a request with a signed assertion, beside the signature alone |
//! | `processes` | forty processes `cxone-auth token` at once, without a store and with it. The program is that of `cargo build --profile dist`, or the one that the variable `CXONE_AUTH_PROGRAM` names |
//!
//! A contestant that cannot run here has a row with the reason.

use std::env;
use std::io::{self, Write};

use cxone_auth_bench::cached::Manner;
use cxone_auth_bench::storm::{Sea, Weather};
use cxone_auth_bench::{Contest, assertion, call, cold, lookup, processes, pure, renewal, stores};

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
    ("tenants", |rounds| vec![lookup::contest(rounds(51))]),
    ("calls", |rounds| call::contests(rounds(51))),
    ("cold", |rounds| cold::contests(rounds(51))),
    ("storm", |rounds| {
        let contest = |weather: Weather| weather.contest(&Sea::new(weather), rounds(11));
        vec![contest(Weather::Success), contest(Weather::Refusal)]
    }),
    ("stores", |rounds| stores::contests(rounds(51))),
    ("assertion", |rounds| vec![assertion::contest(rounds(51))]),
    ("processes", |rounds| vec![processes::contest(rounds(11))]),
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

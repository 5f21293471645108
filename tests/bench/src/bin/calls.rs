//! Makes calls with one client: `calls CLIENT alone|token|both COUNT`.
//!
//! `alone` and `token` are for a program that counts instructions: the difference of two counts is
//! the cost of the calls alone. `both` makes calls of both sides in turn, and writes the quartiles
//! of their times. A pause of the process falls on a few calls, so the ratio of the lower quartiles
//! says most on a machine that has other work.

use std::env;
use std::time::{Duration, Instant};

use cxone_auth_bench::call::{Calls, Pair, one};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [client, side, count] = &arguments[..] else {
        panic!("the arguments are: CLIENT alone|token|both COUNT");
    };
    let pair = one(client).expect("the client is one of the pairs");
    let count: u64 = count.parse().expect("the count is a number");
    match side.as_str() {
        "alone" => (0..count).for_each(|_| pair.alone.once()),
        "token" => (0..count).for_each(|_| pair.ours.once()),
        _ => in_turn(&pair, count),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn in_turn(pair: &Pair, count: u64) {
    let (mut alone, mut ours) = (Vec::new(), Vec::new());
    for turn in 0..count {
        // Each side follows itself as often as the other one.
        if turn % 2 == 0 {
            alone.push(time(&pair.alone));
            ours.push(time(&pair.ours));
        } else {
            ours.push(time(&pair.ours));
            alone.push(time(&pair.alone));
        }
    }
    alone.sort();
    ours.sort();
    for (name, quarter) in [("lower quartile", 1), ("median", 2), ("upper quartile", 3)] {
        let of = |times: &[Duration]| times[times.len() * quarter / 4];
        let (alone, ours) = (of(&alone), of(&ours));
        let ratio = ours.as_secs_f64() / alone.as_secs_f64();
        println!("{}\t{name}\t{alone:?}\t{ours:?}\t{ratio:.3}", pair.client);
    }
}

fn time(calls: &Calls) -> Duration {
    let start = Instant::now();
    calls.once();
    start.elapsed()
}

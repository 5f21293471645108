//! Makes calls with one client, for a program that counts their instructions:
//! `calls CLIENT alone|token COUNT`. The difference of two counts is the cost of the calls alone.

use std::env;

use cxone_auth_bench::call::one;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [client, side, count] = &arguments[..] else {
        panic!("the arguments are: CLIENT alone|token COUNT");
    };
    let pair = one(client).expect("the client is one of the pairs");
    let calls = match side.as_str() {
        "alone" => pair.alone,
        _ => pair.ours,
    };
    let count: u64 = count.parse().expect("the count is a number");
    (0..count).for_each(|_| calls.once());
}

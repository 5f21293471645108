//! Prints what a hundred thousand sources take, each with its configuration and its token.
//!
//! The argument is another number of them.

use std::env;
use std::io::{self, Write};

use allocation_counter::measure;
use cxone_auth_bench::tenant::{TENANTS, sources, tenant};

fn main() -> io::Result<()> {
    let count = env::args().find_map(|argument| argument.parse().ok());
    let count = count.unwrap_or(TENANTS);
    let mut made = None;
    let cost = measure(|| made = Some(sources((0..count).map(tenant))));
    let number = i64::try_from(count).map_err(io::Error::other)?;
    let (bytes, allocations) = (cost.bytes_current / number, cost.count_current / number);
    let mut out = io::stdout().lock();
    let made = made.map_or(0, |made| made.len());
    writeln!(out, "sources\tbytes each\tallocations each")?;
    writeln!(out, "{made}\t{bytes}\t{allocations}")
}

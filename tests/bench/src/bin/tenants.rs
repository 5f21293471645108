//! Prints what a hundred thousand sources take, each with its configuration and its token.
//!
//! The argument is another number of them. With `--rows` it prints a contest instead, as `wall`
//! does, whose numbers are bytes: what a source may take, and what it takes.

use std::env;
use std::io::{self, Write};

use allocation_counter::measure;
use cxone_auth_bench::tenant::{TENANTS, sources, tenant};

/// The most bytes that a source may take.
const LIMIT: i64 = 4_096;

fn main() -> io::Result<()> {
    let count = env::args().find_map(|argument| argument.parse().ok());
    let count = count.unwrap_or(TENANTS);
    let mut made = None;
    let cost = measure(|| made = Some(sources((0..count).map(tenant))));
    let number = i64::try_from(count).map_err(io::Error::other)?;
    let (bytes, allocations) = (cost.bytes_current / number, cost.count_current / number);
    let mut out = io::stdout().lock();
    if env::args().any(|argument| argument == "--rows") {
        for (contestant, bytes) in [("the limit, 4 KiB", LIMIT), ("cxone-auth", bytes)] {
            writeln!(
                out,
                "bytes of a tenant's source\t{contestant}\t{bytes}\t{bytes}\t{bytes}\t"
            )?;
        }
        return Ok(());
    }
    let made = made.map_or(0, |made| made.len());
    writeln!(out, "sources\tbytes each\tallocations each")?;
    writeln!(out, "{made}\t{bytes}\t{allocations}")
}

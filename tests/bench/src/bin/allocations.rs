//! Prints how many allocations each operation makes, one line of tab-separated fields for each.

use std::io::{self, Write};

use allocation_counter::measure;
use cxone_auth_bench::Operation;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for mut operation in Operation::all() {
        // What is prepared lazily on first use is no cost of a call.
        operation.run();
        let cost = measure(|| operation.run());
        writeln!(out, "{}\t{}", operation.name(), cost.count_total)?;
    }
    Ok(())
}

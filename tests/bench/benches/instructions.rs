//! How many instructions each operation takes, counted by valgrind.
//!
//! `cargo xtask counts` reads the counts and holds them against `counts.tsv`.

#![expect(missing_docs, reason = "the macros write items without documentation")]

use cxone_auth_bench::Operation;
use gungraun::prelude::*;

/// Prepared, and run once: what is made on first use is no cost of a call.
fn warm(make: fn() -> Operation) -> Operation {
    let mut operation = make();
    operation.run();
    operation
}

#[library_benchmark]
#[bench::cached_read(args = (Operation::cached_read), setup = warm)]
#[bench::read_with_header(args = (Operation::read_with_header), setup = warm)]
#[bench::read_with_store(args = (Operation::read_with_store), setup = warm)]
#[bench::read_with_given_clock(args = (Operation::read_with_given_clock), setup = warm)]
#[bench::read_while_task_renews(args = (Operation::read_while_task_renews), setup = warm)]
#[bench::read_while_renewing(args = (Operation::read_while_renewing), setup = warm)]
#[bench::authorize_call(args = (Operation::authorize_call), setup = warm)]
#[bench::lookup_of_1_000(args = (Operation::lookup_of_1_000), setup = warm)]
#[bench::lookup_of_100_000(args = (Operation::lookup_of_100_000), setup = warm)]
#[bench::lookup_of_equal(args = (Operation::lookup_of_equal), setup = warm)]
#[bench::build_request(args = (Operation::build_request), setup = warm)]
#[bench::read_response(args = (Operation::read_response), setup = warm)]
#[bench::build_and_read(args = (Operation::build_and_read), setup = warm)]
#[bench::poll(args = (Operation::poll), setup = warm)]
#[bench::inspect(args = (Operation::inspect), setup = warm)]
fn count(mut operation: Operation) -> Operation {
    operation.run();
    operation
}

library_benchmark_group!(name = operations, benchmarks = count);
main!(library_benchmark_groups = operations);

//! How many instructions the same takes by hand and with `oauth2`, counted by valgrind.

#[path = "../src/naive.rs"]
mod naive;
#[path = "../src/oauth2_alone.rs"]
mod oauth2_alone;

use gungraun::prelude::*;

type Run = Box<dyn FnMut()>;

fn by_hand() -> Run {
    Box::new(naive::build_and_read())
}

fn with_oauth2() -> Run {
    Box::new(oauth2_alone::build_and_read(2))
}

fn warm(make: fn() -> Run) -> Run {
    let mut run = make();
    run();
    run
}

#[library_benchmark]
#[bench::by_hand(args = (by_hand), setup = warm)]
#[bench::oauth2(args = (with_oauth2), setup = warm)]
fn count(mut run: Run) -> Run {
    run();
    run
}

library_benchmark_group!(name = operations, benchmarks = count);
main!(library_benchmark_groups = operations);

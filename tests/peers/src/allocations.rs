//! Prints how many allocations it takes to build a request and read the response, by hand and with
//! `oauth2`, one line of tab-separated fields for each.

mod naive;
mod oauth2_alone;

use allocation_counter::measure;

fn main() {
    print("by hand", naive::build_and_read());
    print("oauth2", oauth2_alone::build_and_read(2));
}

fn print(name: &str, mut run: impl FnMut()) {
    run();
    let cost = measure(&mut run);
    println!("{name}\t{}", cost.count_total);
}

//! Prints the page `performance.md`: the text of `tests/bench/performance.md`, with the results in
//! it that the file named by the argument holds. `cargo xtask bench` writes such a file.

#![expect(
    clippy::print_stdout,
    reason = "the output of a program is its purpose"
)]

mod goal;
mod page;
mod results;
mod table;

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("which file has the results?")?;
    let results = results::Results::read(&fs::read_to_string(path)?)?;
    print!("{}", page::write(&results)?);
    Ok(())
}

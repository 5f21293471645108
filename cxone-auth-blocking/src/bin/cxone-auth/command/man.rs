//! `man`: the manual, in roff.

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::{Failure, Kind};

pub(crate) fn run(name: Option<&str>, console: Console) -> Result<(), Failure> {
    let mut program = Arguments::command();
    // What is global, and the full name of each command, is known only to a built one.
    program.build();
    let page = match name {
        None => program,
        Some(name) => {
            let unknown = || Failure::usage(format!("there is no command {name}"));
            program.find_subcommand(name).cloned().ok_or_else(unknown)?
        }
    };
    let mut text = Vec::new();
    Man::new(page)
        .source(concat!("cxone-auth ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
        .map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    console.print(&String::from_utf8_lossy(&text))
}

//! `man`: prints the manual, in roff.

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::{Failure, Kind};

pub(crate) fn run(names: &[String], console: Console) -> Result<(), Failure> {
    let mut program = Arguments::command();
    // Only a built command knows its global flags and the full names of its subcommands.
    program.build();
    let mut page = &program;
    for name in names {
        let unknown = || Failure::usage(format!("there is no command {}", names.join(" ")));
        page = page.find_subcommand(name).ok_or_else(unknown)?;
    }
    let mut text = Vec::new();
    Man::new(page.clone())
        .source(concat!("cxone-auth ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
        .map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    let text = String::from_utf8_lossy(&text);
    console.print(&if names.is_empty() {
        unfilled(&text)
    } else {
        text.into_owned()
    })
}

/// Returns the page with the line breaks of its last part kept, because that part is columns, not
/// prose.
fn unfilled(text: &str) -> String {
    text.replace(".SH EXTRA\n", ".SH USE\n.nf\n")
        .replace(".SH VERSION\n", ".fi\n.SH VERSION\n")
}

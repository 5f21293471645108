//! `forget`: drops the token that the cache keeps.

use std::io::{self, IsTerminal as _, Read as _};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::token::patience;
use crate::arguments::{ForgetArguments, TargetArguments};
use crate::cache::{Cache, Rejection, Trouble};
use crate::console::Console;
use crate::failure::{Failure, Kind};
use crate::output::Question;
use crate::target::Target;

/// That there is no token to drop is no failure: it is not there afterwards.
pub(crate) fn run(arguments: &ForgetArguments, console: Console) -> Result<(), Failure> {
    let target = Target::resolve(&arguments.target)?;
    let rejection = if arguments.rejected {
        Some(rejection()?)
    } else {
        None
    };
    drop_kept(&target, rejection.as_ref(), console)
}

/// What git says to a credential helper of a token that a server rejected: `erase`.
pub(super) fn erase(arguments: &TargetArguments, console: Console) -> Result<(), Failure> {
    let target = Target::resolve(arguments)?;
    match Question::read()?.rejected() {
        Some(token) => drop_kept(&target, Some(&Rejection::Of(token)), console),
        None => Ok(()),
    }
}

fn drop_kept(
    target: &Target,
    rejection: Option<&Rejection>,
    console: Console,
) -> Result<(), Failure> {
    let is_dropped = remove(target, rejection)
        .map_err(|trouble| Failure::new(Kind::Other, trouble.to_string()))?;
    console.note(if is_dropped {
        "the token is dropped"
    } else {
        "no token was dropped"
    });
    Ok(())
}

fn remove(target: &Target, rejection: Option<&Rejection>) -> Result<bool, Trouble> {
    let Some(cache) = Cache::find_of_user()? else {
        return Ok(false);
    };
    let key = cache.key(&target.config);
    match rejection {
        None => cache.remove(&key),
        Some(rejection) => cache.remove_rejected(&key, rejection, patience(target)),
    }
}

/// More than any token is.
const LONGEST: usize = 1 << 20;

/// The token on standard input, when something was piped in. The newline at its end is that of
/// `echo`.
fn rejection() -> Result<Rejection, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        return Ok(Rejection::OfTheKept);
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    let read = input.lock().take(LONGEST as u64).read_to_string(&mut text);
    read.map_err(|error| Failure::new(Kind::Other, format!("standard input: {error}")))?;
    Ok(match text.trim_ascii() {
        "" => Rejection::OfTheKept,
        token => Rejection::Of(SecretString::from(token)),
    })
}

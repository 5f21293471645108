//! `forget`: drops the cached token.

use std::io::{self, Read as _};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::arguments::{ForgetArguments, Rejected};
use crate::console::Console;
use crate::failure::{Failure, Kind};
use crate::store::{self, Dropped, Rejection};
use crate::target::Target;

/// Drops the cached token. It is not a failure if there is none.
pub(crate) fn run(arguments: &ForgetArguments, console: Console) -> Result<(), Failure> {
    if arguments.rejected == Some(Rejected::StandardInput) {
        arguments.target.leaves_standard_input()?;
    }
    let target = Target::resolve(&arguments.target)?;
    console.warn_each(&target.warnings);
    let rejection = match arguments.rejected {
        None => None,
        Some(Rejected::Kept) => Some(Rejection::OfTheKept),
        Some(Rejected::StandardInput) => Some(rejection()?),
    };
    drop_kept(target, rejection.as_ref(), console)
}

/// Drops the token that a server rejected.
pub(super) fn drop_rejected(
    target: Target,
    token: SecretString,
    console: Console,
) -> Result<(), Failure> {
    drop_kept(target, Some(&Rejection::Of(token)), console)
}

fn drop_kept(
    target: Target,
    rejection: Option<&Rejection>,
    console: Console,
) -> Result<(), Failure> {
    let Dropped::Known(removed) = store::forget(target, rejection)? else {
        console.advise(UNASKED);
        return Ok(());
    };
    match rejection {
        Some(Rejection::OfTheKept) if removed.kept => console.advise(&too_young()),
        _ if removed.token => console.note("the token was removed"),
        _ => console.note("no token was removed"),
    }
    if removed.refusal {
        console.note("the cached refusal was removed");
    }
    Ok(())
}

/// Nothing of this program is there. A token of the agent or of a library may be.
const UNASKED: &str = "nothing was removed: the issuer names the token endpoint, no call of token has \
    left it here, and forget does not ask the issuer; with --token-url in place of --discover, forget \
    finds what others have stored";

/// Says why a token was kept, and what removes it.
fn too_young() -> String {
    format!(
        "the token was kept: it is less than {} seconds old, so another one may have been rejected: \
         try again with it, and if it is rejected too, pipe it into cxone-auth forget --rejected=-",
        store::YOUNG.as_secs()
    )
}

/// Longer than any token.
const LONGEST: usize = 1 << 20;

/// Reads the token from standard input. A newline at its end comes from `echo`.
fn rejection() -> Result<Rejection, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    let input = io::stdin().lock();
    let read = input.take(LONGEST as u64).read_to_string(&mut text);
    read.map_err(|error| Failure::new(Kind::Other, format!("standard input: {error}")))?;
    match text.trim_ascii() {
        "" => Err(Failure::usage(
            "--rejected=- finds no token on standard input",
        )),
        token => Ok(Rejection::Of(SecretString::from(token))),
    }
}

//! `cargo xtask cross`: other platforms, as far as this machine can compile for them and run them.
//!
//! The compiler and the source of the standard library come from Debian's packages. What is built is
//! below `target/cross`. docs/platforms.md has the results.

mod platform;
mod toolchain;

use crate::outcome::{Done, Failure, Outcome};
use platform::{PLATFORMS, Platform};
use toolchain::Toolchain;

/// Checks the named platforms, or all.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let known = || PLATFORMS.iter().map(|platform| platform.name);
    if let Some(unknown) = arguments.iter().find(|name| !known().any(|it| it == *name)) {
        let known = known().collect::<Vec<_>>().join(", ");
        return Err(Failure::misuse(format!(
            "there is no platform `{unknown}`: there are {known}"
        )));
    }
    let toolchain = match Toolchain::find() {
        Ok(toolchain) => toolchain,
        Err(reason) => return Ok(Done::Skipped(reason)),
    };
    let is_meant = |name: &str| arguments.is_empty() || arguments.iter().any(|it| it == name);
    for platform in PLATFORMS.iter().filter(|it| is_meant(it.name)) {
        check(platform, &toolchain)?;
    }
    Ok(Done::Passed)
}

fn check(platform: &Platform, toolchain: &Toolchain) -> Result<(), Failure> {
    let name = platform.name;
    match platform.missing() {
        Some(missing) => println!("{name}: skipped: no {missing} on this machine"),
        None => (platform.run)(&toolchain.of(platform.target))?,
    }
    Ok(())
}

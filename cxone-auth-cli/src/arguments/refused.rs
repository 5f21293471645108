//! Flags that nobody may have, since they would hold a secret: every user of the machine can read a
//! command line.

use clap::error::{ContextKind, ContextValue};

/// A flag that does not exist, and the flag to use instead.
const REFUSED: [(&str, &str); 3] = [
    ("--client-secret", "--client-secret-file"),
    ("--access-key-secret", "--access-key-secret-file"),
    ("--store-password", "--store-password-file"),
];

const WHY: &str = "every user of this machine can read a command line: put the secret into a file, \
    pipe it in with `-` for the file, or set its variable";

/// Explains why there is no such flag, if it is one of these.
pub(super) fn explain(error: &mut clap::Error) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    let Some((_, file)) = REFUSED.into_iter().find(|(flag, _)| typed == flag) else {
        return;
    };
    let suggested = ContextValue::String(file.to_owned());
    error.insert(ContextKind::SuggestedArg, suggested);
    let why = ContextValue::StyledStrs(vec![WHY.into()]);
    error.insert(ContextKind::Suggested, why);
}

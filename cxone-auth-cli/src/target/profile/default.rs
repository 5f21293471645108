//! The profile that counts where nobody names one or a server: `default-profile` of `config.toml`.

use std::io;

use super::settings::{Settings, shown};
use super::{Origin, stranger, text_of};
use crate::directory;
use crate::failure::Failure;
use crate::output::word;
use crate::visible::visible_name;

/// Returns the name of the default profile, and where it stands. A file that cannot be read names
/// none: the error says then that no server is named, and why. Nobody else may write the file: a
/// secret of a variable would go where others want it.
pub(in crate::target) fn name() -> Result<Option<(String, Origin)>, Failure> {
    let Some(file) = directory::config_file() else {
        return Ok(None);
    };
    let Ok((opened, text)) = text_of(&file) else {
        return Ok(None);
    };
    let wrong = |what| Failure::configuration(format!("{}: {what}", file.display()));
    let Some(name) = Settings::default_profile(&text).map_err(wrong)? else {
        return Ok(None);
    };
    match stranger::who_can_write(&file, &opened) {
        None => Ok(Some((name, Origin::DefaultProfile(file)))),
        Some(what) => Err(wrong(format!(
            "default-profile does not count: {what}, so that others decide which server gets the \
             secret"
        ))),
    }
}

/// What to say of the profiles to somebody who names no server, for the end of a sentence.
pub(in crate::target) fn offered() -> String {
    let Some(file) = directory::config_file() else {
        return String::new();
    };
    let place = file.display();
    let names = match text_of(&file) {
        Ok((_, text)) => Settings::names(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return String::new(),
        Err(error) => Err(error.to_string()),
    };
    match names {
        Err(what) => format!("; {place}: {what}"),
        Ok(names) => match &*names {
            [] => String::new(),
            [only] => format!(
                "; {place} has the profile {0}: give --profile {1}, or write default-profile = \
                 \"{0}\" into its first line",
                shown(only),
                word(&visible_name(only))
            ),
            names => format!(
                "; {place} has the profiles {}: give --profile NAME, or write default-profile = \
                 \"NAME\" into its first line",
                listed(names)
            ),
        },
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| shown(name)).collect();
    names.join(", ")
}

//! The sandbox in its own process, over TLS, and the variables that lead to its custom server.

use crate::outcome::Failure;
use crate::service::Service;
use crate::{process, workspace};

/// A running sandbox.
pub(crate) struct Sandbox {
    variables: Vec<(String, String)>,
    _service: Service,
}

/// The last of the settings.
const LAST: &str = "CXONE_AUTH_CA_FILE";

impl Sandbox {
    /// Starts the sandbox and waits until it has printed its settings.
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut command =
            process::cargo("run --quiet --locked -p cxone-auth-tests --bin sandbox --");
        command.args(["--https", "--until-stdin-closes", "--ca-file"]);
        command.arg(workspace::target().join("providers-ca.pem"));
        let is_last = |line: &str| exported(line).is_some_and(|(name, _)| name == LAST);
        let (service, printed) = Service::start(&mut command, is_last)?;
        Ok(Self {
            variables: custom(&printed),
            _service: service,
        })
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.variables.iter();
        variables.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Reads the settings of the custom server, and those for all servers, which are the last ones.
fn custom(lines: &[String]) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut is_meant = false;
    for line in lines {
        if let Some(title) = line.strip_prefix(": '") {
            is_meant = title.starts_with("Custom") || title.starts_with("For all");
        } else if let Some((name, value)) = exported(line).filter(|_| is_meant) {
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    variables
}

/// Returns name and value of `export NAME='VALUE'`.
fn exported(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    Some((name, value.strip_prefix('\'')?.strip_suffix('\'')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_custom_servers_settings_are_read_and_no_others() {
        let printed = ": 'Genesys Cloud: …'\nexport CXONE_AUTH_PLATFORM='genesys-cloud'\n\n\
             : 'Custom: …'\nexport CXONE_AUTH_REGION=\nexport CXONE_AUTH_PLATFORM='custom'\n\n\
             : 'For all of them'\nexport CXONE_AUTH_CA_FILE='ca.pem'\n";
        let lines: Vec<_> = printed.lines().map(str::to_owned).collect();
        let expected = [("CXONE_AUTH_PLATFORM", "custom"), (LAST, "ca.pem")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(custom(&lines), expected);
    }
}

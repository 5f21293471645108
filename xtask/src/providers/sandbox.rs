//! The sandbox in its own process, over TLS, and the variables that lead to its custom server.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use crate::outcome::Failure;
use crate::{process, workspace};

/// A running sandbox. It ends when its standard input closes: with this value, or with this
/// process.
pub(crate) struct Sandbox {
    variables: Vec<(String, String)>,
    process: Child,
    /// Kept: writing into a closed pipe would end the sandbox.
    _printed: Lines<BufReader<ChildStdout>>,
}

impl Sandbox {
    /// Starts the sandbox and waits until it has printed its settings.
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut command =
            process::cargo("run --quiet --locked -p cxone-auth-tests --bin sandbox --");
        command.args(["--https", "--until-stdin-closes", "--ca-file"]);
        command.arg(workspace::target().join("providers-ca.pem"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut printed = BufReader::new(stdout).lines();
        let variables = custom(&mut printed.by_ref().map_while(Result::ok));
        Ok(Self {
            variables,
            process,
            _printed: printed,
        })
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.variables.iter();
        variables.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It fails only if the process has already ended.
        let _ = self.process.wait();
    }
}

/// The last of the settings.
const LAST: &str = "CXONE_AUTH_CA_FILE";

/// Reads the settings of the custom server, and those for all servers, which are the last ones.
fn custom(lines: &mut impl Iterator<Item = String>) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut is_meant = false;
    for line in lines {
        if let Some(title) = line.strip_prefix(": '") {
            is_meant = title.starts_with("Custom") || title.starts_with("For all");
        } else if let Some((name, value)) = exported(&line).filter(|_| is_meant) {
            variables.push((name.to_owned(), value.to_owned()));
            if name == LAST {
                break;
            }
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
             : 'For all of them'\nexport CXONE_AUTH_CA_FILE='ca.pem'\nPOST /token\n";
        let mut lines = printed.lines().map(str::to_owned);
        let expected = [("CXONE_AUTH_PLATFORM", "custom"), (LAST, "ca.pem")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(custom(&mut lines), expected);
        assert_eq!(lines.next().as_deref(), Some("POST /token"));
    }
}

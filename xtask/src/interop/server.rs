//! One authorization server in its own process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::outcome::Failure;
use crate::process;
use crate::service::Service;

/// A running server.
pub(super) struct Server {
    name: &'static str,
    token_url: String,
    _service: Service,
}

/// What a server is written in.
pub(super) enum Language {
    JavaScript,
    /// With the program that has the packages.
    Python(PathBuf),
}

impl Server {
    /// Starts the server, with what it registers as its argument, and waits until it prints its
    /// address. Its script is in the folder and has its name.
    pub(super) fn start(
        name: &'static str,
        language: &Language,
        folder: &Path,
        registered: &Path,
    ) -> Result<Self, Failure> {
        let log = folder.join(format!("{name}.log"));
        let (program, end) = match language {
            Language::JavaScript => (Path::new("node"), "js"),
            Language::Python(program) => (program.as_path(), "py"),
        };
        let mut command = process::program(program);
        command.arg(folder.join(format!("{name}.{end}")));
        command.arg(registered).stderr(File::create(&log)?);
        let (service, printed) = Service::start(&mut command, |_| true)?;
        let token_url = printed.first().and_then(|line| token_url(line));
        let Some(token_url) = token_url.map(str::to_owned) else {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let message = format!("{name} did not start; {} says:\n{said}", log.display());
            return Err(Failure::new(message));
        };
        println!("{name} listens at {token_url}");
        Ok(Self {
            name,
            token_url,
            _service: service,
        })
    }

    /// Returns the server as an argument for the programs that use it: `NAME=TOKEN_URL`.
    pub(super) fn as_argument(&self) -> String {
        format!("{}={}", self.name, self.token_url)
    }
}

/// The address in a server's ready line, `{"ready":true,…,"token_url":"http://…"}`.
fn token_url(ready: &str) -> Option<&str> {
    let (_, rest) = ready.split_once(r#""token_url":""#)?;
    let (url, _) = rest.split_once('"')?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_holds_the_token_url() {
        let line =
            r#"{"ready":true,"server":"oidc-provider","token_url":"http://127.0.0.1:4000/token"}"#;
        assert_eq!(token_url(line), Some("http://127.0.0.1:4000/token"));
        assert_eq!(token_url(""), None);
    }
}

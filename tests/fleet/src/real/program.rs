//! The program `cxone-auth token`, many times at once.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::{env, io};

use super::child::mark;
use super::crew::Results;
use super::setup::Setup;

/// Returns the program, which is built beside this one.
pub(super) fn path() -> Option<PathBuf> {
    let path = env::current_exe().ok()?.with_file_name("cxone-auth");
    path.is_file().then_some(path)
}

/// Has so many programs ask for a token at the same time.
pub(super) fn ask(setup: &Setup, processes: usize) -> io::Result<Results> {
    let path = path().ok_or_else(|| io::Error::other("the program cxone-auth is not built"))?;
    let start = |_| command(setup, &path).spawn();
    let children = (0..processes)
        .map(start)
        .collect::<io::Result<Vec<Child>>>()?;
    let mut results = Results::default();
    for child in children {
        let output = child.wait_with_output()?;
        if output.status.success() {
            results.good += 1;
            let token = String::from_utf8_lossy(&output.stdout);
            results.tokens.insert(mark(token.trim_end()));
        } else {
            let complaint = String::from_utf8_lossy(&output.stderr);
            results
                .failures
                .push(complaint.lines().next().unwrap_or_default().to_owned());
        }
    }
    Ok(results)
}

fn command(setup: &Setup, path: &PathBuf) -> Command {
    let platform = setup.token_server();
    let mut command = Command::new(path);
    command
        .arg("token")
        .env("CXONE_AUTH_PLATFORM", "custom")
        .env("CXONE_AUTH_TOKEN_URL", platform.token_url())
        .env("CXONE_AUTH_CLIENT_ID", platform.client_id())
        .env("CXONE_AUTH_CLIENT_SECRET", platform.client_secret())
        .env("CXONE_AUTH_CACHE_DIR", setup.store())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(server) = &setup.server {
        command
            .args(["--store", &server.url(), "--store-key-file"])
            .arg(setup.keys());
    }
    command
}

//! The program `cxone-auth`, typed into a shell beside the sandbox.

use std::error::Error;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use cxone_auth_tests::Sandbox;

/// No line prints a token.
const TYPED: [&str; 3] = [
    "cxone-auth config show",
    "cxone-auth token --no-cache | wc -c",
    "CXONE_AUTH_CLIENT_SECRET=wrong cxone-auth doctor",
];

/// Types each line, and shows what comes back.
pub(crate) fn show(program: &OsStr) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start();
    println!("\nFrom a shell:");
    for line in TYPED {
        println!("\n  $ {line}");
        let output = shell(program, &sandbox, line)?.output()?;
        let said = [output.stdout, output.stderr].concat();
        for line in String::from_utf8_lossy(&said).lines() {
            println!("  {line}");
        }
    }
    Ok(())
}

/// A shell that finds the program, with the variables that the sandbox prints.
fn shell(program: &OsStr, sandbox: &Sandbox, line: &str) -> Result<Command, Box<dyn Error>> {
    let folder = Path::new(program).parent().unwrap_or(Path::new("."));
    let mut path = vec![folder.to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let genesys = sandbox.genesys();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .env("PATH", std::env::join_paths(path)?)
        .env("CXONE_AUTH_PLATFORM", "genesys-cloud")
        .env("CXONE_AUTH_REGION", "us-east-1")
        .env("CXONE_AUTH_TOKEN_URL", genesys.token_url())
        .env("CXONE_AUTH_CLIENT_ID", genesys.client_id())
        .env("CXONE_AUTH_CLIENT_SECRET", genesys.client_secret());
    Ok(shell)
}

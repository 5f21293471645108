//! The program `cxone-auth`, typed into a shell beside the sandbox.

use std::error::Error;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{self, Command};
use std::{env, fs};

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
    share(program, &sandbox)
}

/// Starts processes at once, which share a token, and shows how many requests they make.
fn share(program: &OsStr, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    const LINE: &str = "for n in 1 2 3 4 5 6 7 8; do cxone-auth token > /dev/null & done; wait";

    println!("\nProcesses of one user share a token:\n\n  $ {LINE}");
    let cache = env::temp_dir().join(format!("cxone-auth-demo-{}", process::id()));
    let before = sandbox.genesys().token_requests();
    let mut shell = shell(program, sandbox, LINE)?;
    let output = shell.env("CXONE_AUTH_CACHE_DIR", &cache).output()?;
    fs::remove_dir_all(&cache)?;
    print!("{}", String::from_utf8_lossy(&output.stderr));
    let requests = sandbox.genesys().token_requests() - before;
    println!("  8 processes made {requests} token request(s)");
    Ok(())
}

/// A shell that finds the program, with the variables that the sandbox prints.
fn shell(program: &OsStr, sandbox: &Sandbox, line: &str) -> Result<Command, Box<dyn Error>> {
    let folder = Path::new(program).parent().unwrap_or(Path::new("."));
    let mut path = vec![folder.to_owned()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let genesys = sandbox.genesys();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .env("PATH", env::join_paths(path)?)
        .env("CXONE_AUTH_PLATFORM", "genesys-cloud")
        .env("CXONE_AUTH_REGION", "us-east-1")
        .env("CXONE_AUTH_TOKEN_URL", genesys.token_url())
        .env("CXONE_AUTH_CLIENT_ID", genesys.client_id())
        .env("CXONE_AUTH_CLIENT_SECRET", genesys.client_secret());
    Ok(shell)
}

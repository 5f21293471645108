//! The program `cxone-auth`, typed into a shell beside the sandbox.

use std::error::Error;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{self, Command};
use std::{env, fs};

use cxone_auth_tests::Sandbox;

/// The variable that names the program. It is none of the program's settings.
pub(crate) const VARIABLE: &str = "CXONE_AUTH_PROGRAM";

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
        print_indented(&String::from_utf8_lossy(&said));
    }
    share(program, &sandbox)?;
    call_from_python(program, &sandbox)
}

/// Starts processes at once, which share a token, and shows how many requests they make.
fn share(program: &OsStr, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    const LINE: &str = "for n in 1 2 3 4 5 6 7 8; do cxone-auth token > /dev/null & done; wait";

    println!("\nProcesses of one user share a token:\n\n  $ {LINE}");
    let cache = env::temp_dir().join(format!("cxone-auth-demo-{}", process::id()));
    let before = sandbox.genesys().token_requests();
    let mut shell = shell(program, sandbox, LINE)?;
    let output = shell.env("CXONE_AUTH_CACHE_DIR", &cache).output()?;
    // Without a token there is no such folder. Why there is none is what counts then.
    let _ = fs::remove_dir_all(&cache);
    print_indented(&String::from_utf8_lossy(&output.stderr));
    let requests = sandbox.genesys().token_requests() - before;
    println!("  8 processes made {}", counted(requests, "token request"));
    Ok(())
}

/// Five lines of Python that know nothing of the platform's token.
const PYTHON: &str = r#"import json, os, urllib.request as web
login, base, secret = (os.environ["CXONE_AUTH_AGENT_" + name] for name in ("LOGIN_URL", "API_BASE", "CLIENT_SECRET"))
token = json.load(web.urlopen(login, f"grant_type=client_credentials&client_secret={secret}".encode()))["access_token"]
call = web.Request(base + "/api/v2/users", headers={"Authorization": "Bearer " + token})
print(json.load(web.urlopen(call))["total"], "users")
"#;

/// Lets a program in another language call the API through an agent of its own.
fn call_from_python(program: &OsStr, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    const LINE: &str = "cxone-auth exec -- python3 users.py";

    println!("\nA program in another language, through the agent:\n\n  $ cat users.py");
    print_indented(PYTHON);
    println!("\n  $ {LINE}");
    if !has_python() {
        println!("  skipped: there is no python3");
        return Ok(());
    }
    let folder = env::temp_dir().join(format!("cxone-auth-demo-{}", process::id()));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("users.py"), PYTHON)?;
    let genesys = sandbox.genesys();
    let before = (genesys.token_requests(), genesys.api_requests());
    let output = shell(program, sandbox, LINE)?.current_dir(&folder).output();
    fs::remove_dir_all(&folder)?;
    let output = output?;
    print_indented(&String::from_utf8_lossy(
        &[output.stdout, output.stderr].concat(),
    ));
    let (tokens, calls) = (genesys.token_requests(), genesys.api_requests());
    println!(
        "  The agent made {} and {}. Python has never seen the platform's token.",
        counted(tokens - before.0, "token request"),
        counted(calls - before.1, "API call"),
    );
    Ok(())
}

fn has_python() -> bool {
    let run = Command::new("python3").arg("-V").output();
    run.is_ok_and(|run| run.status.success())
}

/// How many there are of what, such as `2 token requests`.
fn counted(number: usize, one: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {one}{end}")
}

fn print_indented(text: &str) {
    for line in text.lines() {
        println!("  {line}");
    }
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
        .env_remove(VARIABLE)
        .env("PATH", env::join_paths(path)?)
        .env("CXONE_AUTH_PLATFORM", "genesys-cloud")
        .env("CXONE_AUTH_REGION", "us-east-1")
        .env("CXONE_AUTH_TOKEN_URL", genesys.token_url())
        .env("CXONE_AUTH_API_BASE", genesys.api_base())
        .env("CXONE_AUTH_CLIENT_ID", genesys.client_id())
        .env("CXONE_AUTH_CLIENT_SECRET", genesys.client_secret());
    Ok(shell)
}

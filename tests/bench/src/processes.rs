//! Forty processes that start at once, each of which wants a token: how many requests they make, and
//! how long it takes until the last one has its token.
//!
//! The program is `cxone-auth`, its server the sandbox in this process. With the store, each round
//! begins with an empty directory: one process makes the request, and the others get its token.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Instant;
use std::{env, fs, process};

use cxone_auth_tests::Sandbox;

use crate::{Contest, Contestant, Taken, program};

const PROCESSES: usize = 40;

/// The names of the contestants, and the arguments.
const MANNERS: [(&str, &[&str]); 2] = [
    ("cxone-auth token --no-cache", &["token", "--no-cache"]),
    ("cxone-auth token", &["token"]),
];

/// The contest.
#[must_use]
pub fn contest(rounds: usize) -> Contest {
    let contest = Contest::new("40 cold processes", rounds);
    let program = program();
    let sandbox = Rc::new(Sandbox::start());
    let contestant = |(name, arguments): (&str, &'static [&str])| match &program {
        Err(reason) => Contestant::absent(name, reason),
        Ok(program) => {
            let (program, sandbox) = (program.clone(), Rc::clone(&sandbox));
            Contestant::new(name, move || start(&program, arguments, &sandbox))
        }
    };
    let contestants = MANNERS.map(contestant);
    contestants.into_iter().fold(contest, Contest::with)
}

/// Starts the processes, and waits for the last.
fn start(program: &Path, arguments: &[&str], sandbox: &Sandbox) -> Taken {
    let home = Home::new();
    let genesys = sandbox.genesys();
    let before = genesys.token_requests();
    let start = Instant::now();
    let children: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            let mut command = command(program, &home.0, sandbox);
            let child = command.args(arguments).spawn();
            child.expect("the program can be run")
        })
        .collect();
    children.into_iter().for_each(check);
    let span = start.elapsed();
    Taken::per_operation(span, 1).with_requests(genesys.token_requests() - before)
}

/// The program with the variables of the sandbox, and no others.
fn command(program: &Path, home: &Path, sandbox: &Sandbox) -> Command {
    let genesys = sandbox.genesys();
    let mut command = Command::new(program);
    command.env_clear().current_dir(home).envs([
        ("HOME", home.display().to_string()),
        ("CXONE_AUTH_PLATFORM", "genesys-cloud".to_owned()),
        ("CXONE_AUTH_REGION", "us-east-1".to_owned()),
        ("CXONE_AUTH_TOKEN_URL", genesys.token_url()),
        ("CXONE_AUTH_API_BASE", genesys.api_base()),
        ("CXONE_AUTH_CLIENT_ID", genesys.client_id()),
        ("CXONE_AUTH_CLIENT_SECRET", genesys.client_secret()),
    ]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn check(child: Child) {
    let output = child.wait_with_output().expect("the process ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a process has no token: {said}");
    assert!(!output.stdout.is_empty(), "a process has printed no token");
}

/// A home without a store. It is removed at the end.
struct Home(PathBuf);

impl Home {
    fn new() -> Self {
        let home = env::temp_dir().join(format!("cxone-auth-bench-home-{}", process::id()));
        fs::create_dir_all(&home).expect("the folder for temporary files can be written to");
        Self(home)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

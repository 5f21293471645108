//! `exec`: runs a program with an agent of its own, which ends with it.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, exit};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::environment::Client;
use super::listener::{Listening, connections};
use super::secret::LocalSecret;
use super::{Agent, allow_open_files, path, profile};
use crate::arguments::ExecArguments;
use crate::console::Console;
use crate::failure::{Failure, Kind};
use crate::output::ACCESS_TOKEN;
use crate::target;

/// What the agent calls a target that no profile names.
const NAME: &str = "default";

/// The variable that names the store. Its address may hold a user and a password.
const STORE: &str = "CXONE_AUTH_STORE";

/// Runs the program, and ends as it ends.
pub(crate) fn run(arguments: &ExecArguments, console: Console) -> Result<(), Failure> {
    let connections = connections(allow_open_files(), 1);
    let name = arguments.target.profile.as_deref();
    let name = name.filter(|name| path::is_segment(name)).unwrap_or(NAME);
    let profiles = profile::only(name, &arguments.target, arguments.max_wait, console)?;
    let agent = Arc::new(Agent {
        profiles: RwLock::new(Arc::new(profiles)),
        secret: LocalSecret::of_process()?,
        users: Vec::new(),
        min_remaining: arguments.min_remaining,
        max_wait: arguments.max_wait,
        last_reload_successful: AtomicBool::new(true),
        console,
    });
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    let status = runtime.block_on(serve(&agent, name, &arguments.command, connections))?;
    // Its destructors have nothing to do that the end of the process does not.
    exit(code(status))
}

async fn serve(
    agent: &Arc<Agent>,
    name: &str,
    command: &[String],
    connections: usize,
) -> Result<ExitStatus, Failure> {
    let port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listening = Listening::on(port).await?;
    let Listening::Port(_, address) = &listening else {
        unreachable!("a port was asked for");
    };
    let client = Client {
        profile: name,
        address: *address,
        secret: &agent.secret,
    };
    let (program, arguments) = command.split_first().expect("clap requires a program");
    let mut command = Command::new(program);
    command.args(arguments);
    // The program has the agent in their stead.
    for secret in target::secret_variables().chain([ACCESS_TOKEN]) {
        command.env_remove(secret);
    }
    if std::env::var_os(STORE).is_some_and(|url| may_hold_password(&url)) {
        command.env_remove(STORE);
    }
    command.envs(client.variables());
    let failed = |error: std::io::Error| Failure::new(Kind::Other, error.to_string());
    // A signal that comes before is not passed on, and would end only this process.
    let signals = Signals::new().map_err(failed)?;
    let child = command.spawn().map_err(|error| not_run(program, &error))?;
    let (_close, closing) = watch::channel(());
    tokio::spawn(listening.run(Arc::clone(agent), connections, closing));
    wait(child, signals).await.map_err(failed)
}

/// Says that the program cannot be run. The exit code is that of a shell.
fn not_run(program: &str, error: &std::io::Error) -> Failure {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => Kind::ProgramMissing,
        _ => Kind::ProgramUnusable,
    };
    Failure::new(kind, format!("{program} cannot be run: {error}"))
}

/// Reports whether the store is on a server to which its address may give a password: before the
/// host, or in a query.
fn may_hold_password(store: &OsStr) -> bool {
    let text = store.to_string_lossy();
    let address = text.split_once("://").map(|(_, address)| address);
    address.is_some_and(|address| address.contains(['@', '?']))
}

/// What tells a program to stop.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Waits for the end of the program. Passes on what tells it to stop; a terminal sends an interrupt
/// to the program itself.
async fn wait(mut child: Child, mut signals: Signals) -> std::io::Result<ExitStatus> {
    let id = child
        .id()
        .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    loop {
        let passed_on = tokio::select! {
            ended = child.wait() => return ended,
            _ = signals.interrupt.recv() => continue,
            _ = signals.terminate.recv() => Signal::TERM,
            _ = signals.hang_up.recv() => Signal::HUP,
        };
        if let Some(id) = id {
            let _ = kill_process(id, passed_on);
        }
    }
}

/// Returns the exit code, as a shell tells it.
fn code(status: ExitStatus) -> i32 {
    let by_signal = || 128 + status.signal().unwrap_or_default();
    status.code().unwrap_or_else(by_signal)
}
